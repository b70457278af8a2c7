"""Distributions that a hyperparameter search draws from."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One of the given values, all equally likely.

    Parameters
    ----------
    values : tuple
    """

    values: tuple

    def draw(self, rng):
        """Draw a value."""
        return self.values[int(rng.integers(len(self.values)))]


def draw_candidates(space, number, rng):
    """Draw different sets of hyperparameters, the default (an empty set) first.

    Parameters
    ----------
    space : dict
        Name to distribution.
    number : int
        How many at most, the default included; fewer where the space has fewer.
    rng : numpy.random.Generator

    Returns
    -------
    list of dict
    """
    candidates = [{}]
    for _ in range(20 * number):
        if len(candidates) >= number:
            break
        candidate = {name: distribution.draw(rng) for name, distribution in space.items()}
        if candidate not in candidates:
            candidates.append(candidate)
    return candidates


@dataclass(frozen=True)
class LogUniform:
    """A number between ``low`` and ``high``, its logarithm uniform.

    Parameters
    ----------
    low, high : float
        More than 0.
    """

    low: float
    high: float

    def draw(self, rng):
        """Draw a value."""
        return math.exp(rng.uniform(math.log(self.low), math.log(self.high)))


@dataclass(frozen=True)
class LogInteger:
    """A multiple of ``step`` between two others, ``low`` and ``high``; its logarithm is about uniform.

    Parameters
    ----------
    low, high, step : int
        More than 0.
    """

    low: int
    high: int
    step: int = 1

    def draw(self, rng):
        """Draw a value."""
        low, high = self.low / self.step - 0.5, self.high / self.step + 0.5
        return self.step * round(math.exp(rng.uniform(math.log(low), math.log(high))))
