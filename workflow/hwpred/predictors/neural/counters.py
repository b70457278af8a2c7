"""Random numbers from counters, on whatever device torch computes.

A number is a function of a problem's key and of what it is for: the step, the use within the step, its place. So it
does not depend on what the problem is stacked with, and nothing has to be drawn before, or sent to the device.
The function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", OOPSLA, figure 17).
"""

import math

import torch

GOLDEN = 0x9E3779B97F4A7C15 - 2**64
"""The odd number closest to 2^64 over the golden ratio, as a signed integer; so are the multipliers."""
MULTIPLIERS = 0xBF58476D1CE4E5B9 - 2**64, 0x94D049BB133111EB - 2**64
SHIFTS = 30, 27, 31
BYTES, HALVES = 8, 2
"""Of a hash: random bytes, and halves of 32 bits."""
FRACTION_BITS = 24
"""Of a float32 between 0 and 1."""


def draw_key(rng):
    """Return a problem's key, drawn by its numpy generator."""
    return int(rng.integers(-(2**63), 2**63))


def mixed(numbers):
    """Return hashes of an int64 tensor, which is overwritten."""
    for shift, multiplier in zip(SHIFTS, (*MULTIPLIERS, None), strict=True):
        # The shift of signed numbers repeats their sign, which the mask takes away.
        numbers ^= (numbers >> shift).bitwise_and_((1 << (64 - shift)) - 1)
        if multiplier is not None:
            numbers *= multiplier
    return numbers


def hashed(keys, counters):
    """Return a hash of each key with each counter.

    Parameters
    ----------
    keys : int64 tensor of shape (...)
    counters : int64 tensor of shape (k,)

    Returns
    -------
    int64 tensor of shape (..., k)
    """
    return mixed(keys[..., None] + (counters + 1) * GOLDEN)


def permutations(keys, epochs, samples):
    """Return a permutation for each key and epoch.

    Parameters
    ----------
    keys : int64 tensor of shape (p,)
    epochs : int64 tensor of shape (k,)
    samples : int
        How many numbers are put in order.

    Returns
    -------
    int64 tensor of shape (p, k, samples)
    """
    of_epoch = hashed(keys, epochs)
    return hashed(of_epoch, torch.arange(samples, device=keys.device)).argsort(dim=2)


class Counters:
    """The noise of a stack of problems, step by step; it takes the place of their generators.

    Parameters
    ----------
    keys : int64 tensor of shape (p,)

    Attributes
    ----------
    step : int64 tensor of shape (1,)
        The step that noise is drawn for; it is counted on the device, so that a step can be replayed.
    """

    def __init__(self, keys):
        self.keys = keys
        self.step = torch.zeros(1, dtype=torch.int64, device=keys.device)
        self._uses = 0

    def begin_step(self):
        """Start to count uses anew: those of a step are numbered in their order."""
        self._uses = 0

    def end_step(self):
        """Go on to the next step."""
        self.step += 1

    def bytes(self, shape):
        """Return random bytes of shape (p, *shape), uint8."""
        count = math.prod(shape)
        hashes = self._hashes(math.ceil(count / BYTES))
        return hashes.view(torch.uint8)[:, :count].reshape(len(self.keys), *shape)

    def uniform(self, shape):
        """Return numbers between 0 and 1, 1 excluded, of shape (p, *shape), float32."""
        count = math.prod(shape)
        return self._fractions(math.ceil(count / HALVES))[:, :count].reshape(len(self.keys), *shape)

    def normal(self, count):
        """Return standard normal numbers of shape (p, count), float32 (Box and Muller 1958)."""
        radii, angles = self._fractions(math.ceil(count / 2)).unflatten(1, (-1, 2)).unbind(2)
        radii = (-2 * (1 - radii).log()).sqrt()
        angles = 2 * math.pi * angles
        return torch.stack([radii * angles.cos(), radii * angles.sin()], dim=2).flatten(1)[:, :count]

    def _fractions(self, hashes):
        halves = self._hashes(hashes).view(torch.int32).bitwise_and_(2**FRACTION_BITS - 1)
        return halves.float().mul_(2.0**-FRACTION_BITS)

    def _hashes(self, number):
        """Return hashes (p, number) for the next use within the step."""
        of_step = hashed(self.keys, self.step)[:, 0]
        of_use = mixed(of_step + self._uses)
        self._uses += 1
        return hashed(of_use, torch.arange(number, device=self.keys.device))
