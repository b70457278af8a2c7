"""Adaptive stochastic gradient Hamiltonian Monte Carlo on the weights of stacked networks.

Springenberg, Klein, Falkner and Hutter (NeurIPS 2016), section 4. All weights of a network are one row.
"""

from itertools import pairwise

import numpy as np
import torch

TYPICAL_LOG_VARIANCE = float(np.log(1e-3))
"""Where the logarithm of the noise variance starts; also the mean of its normal prior of standard deviation 1."""


class Chain:
    """Adaptive SGHMC on stacked networks (section 4 of the paper; its eq. 8 to 10 adapt, eq. 7 moves).

    Parameters
    ----------
    settings : Bohamiann
    features : int
    sizes : int array of shape (p,)
        Training points of each problem.
    rngs : list of numpy.random.Generator
    """

    def __init__(self, settings, features, sizes, rngs):
        self.settings, self.rngs = settings, rngs
        self.shapes = weight_shapes(settings, features)
        self.sizes = torch.as_tensor(sizes.astype(np.float32))
        inputs = np.concatenate([np.full(np.prod(shape), shape[0], dtype=np.float32) for shape in self.shapes[:-1]])
        self.precision = torch.as_tensor(settings.prior_precision * inputs)
        self.weights = torch.as_tensor(np.stack([self._first(rng) for rng in rngs])).requires_grad_()
        self.momentum = torch.zeros_like(self.weights)
        self.window, self.mean, self.square = (torch.ones_like(self.weights) for _ in range(3))
        self.noise = np.empty(self.weights.shape, dtype=np.float32)
        self.counters = None
        self.scale, self.spread = torch.empty_like(self.mean), torch.empty_like(self.mean)
        self.steps = 0
        self._set_scales()

    def _first(self, rng):
        """Normal weights of variance 1 / inputs, biases zero."""
        parts = []
        for inputs, outputs in self.shapes[:-1:2]:
            parts += [rng.normal(0, inputs**-0.5, inputs * outputs), np.zeros(outputs)]
        return np.concatenate([*parts, [TYPICAL_LOG_VARIANCE]]).astype(np.float32)

    def step(self, x, y, weight):
        """Take one step of every chain.

        Parameters
        ----------
        x : float tensor of shape (p, b, features)
            A minibatch of each problem.
        y, weight : float tensors of shape (p, b)
            The weights of a problem add up to 1; padded rows have 0.

        Returns
        -------
        tensor of shape (p,)
            Negative log likelihood of the minibatch, per training point.
        """
        *layers, log_variance = layers_of(self.weights, self.shapes)
        log_variance = log_variance[:, 0]
        terms = (outputs_of(layers, x) - y) ** 2 * torch.exp(-log_variance) + log_variance
        loss = 0.5 * (weight * terms).sum(dim=1)
        (gradient,) = torch.autograd.grad((self.sizes * loss).sum(), self.weights)
        with torch.no_grad():
            gradient[:, :-1] += self.precision * self.weights[:, :-1]
            gradient[:, -1] += self.weights[:, -1] - TYPICAL_LOG_VARIANCE
            self._move(gradient)
        return loss.detach()

    def _move(self, gradient):
        if self.steps < self.settings.burn_in:
            self._adapt(gradient)
        self.steps += 1
        self.momentum.mul_(1 - self.settings.momentum_decay)
        self.momentum.addcmul_(self.scale, gradient, value=-(self.settings.learning_rate**2))
        self.momentum.addcmul_(self.spread, self._noise())
        self.weights += self.momentum

    def _adapt(self, gradient):
        """Update running means of gradient and square; their window is the longer, the noisier the gradient."""
        self.window += 1 - self.window * self.mean**2 / (self.square + 1e-16)
        self.mean += (gradient - self.mean) / (self.window + 1)
        self.square += (gradient**2 - self.square) / (self.window + 1)
        self._set_scales()

    def _set_scales(self):
        rate, decay = self.settings.learning_rate, self.settings.momentum_decay
        self.scale.copy_(1 / (self.square.sqrt() + 1e-16))
        self.spread.copy_((2 * rate**2 * decay * self.scale - rate**4).clamp(min=1e-16).sqrt())

    def _noise(self):
        if self.counters is not None:
            return self.counters.normal(self.weights.shape[1])
        for row, rng in zip(self.noise, self.rngs, strict=True):
            rng.standard_normal(out=row, dtype=np.float32)
        return torch.as_tensor(self.noise)


def weight_shapes(settings, features):
    """Return the shapes of weights and bias of every layer, then of the logarithm of the noise variance.

    Parameters
    ----------
    settings : Bohamiann
        ``layers``, ``width``.
    features : int
        Inputs of a network.

    Returns
    -------
    list of tuples of int
    """
    widths = [features, *[settings.width] * settings.layers, 1]
    return [shape for inputs, outputs in pairwise(widths) for shape in ((inputs, outputs), (1, outputs))] + [(1, 1)]


def layers_of(rows, shapes):
    """Cut the rows that hold all parameters of networks into stacks of each parameter.

    Parameters
    ----------
    rows : tensor of shape (p, numbers)
    shapes : list of tuples of int
        As of ``weight_shapes``.

    Returns
    -------
    list of tensors of shapes (p, inputs, outputs)
    """
    parts = rows.split([inputs * outputs for inputs, outputs in shapes], dim=1)
    return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]


def outputs_of(layers, x):
    """Return the outputs of stacked networks.

    Parameters
    ----------
    layers : list of tensors
        Weights and biases in turn, as of ``layers_of``, without the noise variance.
    x : tensor of shape (p, n, features)

    Returns
    -------
    tensor of shape (p, n)
    """
    for weights, bias in zip(layers[:-2:2], layers[1:-2:2], strict=True):
        x = torch.tanh(torch.baddbmm(bias, x, weights))
    return torch.baddbmm(layers[-1], x, layers[-2])[:, :, 0]
