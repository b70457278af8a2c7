"""Scales on which a metric may be additive."""

from dataclasses import dataclass

import numpy as np

WARPED_FROM = 10
"""Training points from which on the metric's own scale is questioned."""
DISTANCES = (0.1, 0.3, 1.0)
"""Of the smallest metric to the origins of reciprocals that are tried, in ranges of the metric."""


@dataclass(frozen=True)
class Warp:
    """The scale on which a metric is additive: its own, or the reciprocal of its distance to an origin.

    A throughput is the reciprocal of a time, and times add up.

    Parameters
    ----------
    origin : float or None
        None for the metric's own scale.
    largest : float or None
        Metric that no prediction exceeds; it is needed with an origin.
    """

    origin: float = None
    largest: float = None

    @property
    def log_prior(self):
        """Logarithm of its probability beforehand: all reciprocals together have that of the own scale, which is 0."""
        return 0.0 if self.origin is None else -np.log(len(DISTANCES))

    def forward(self, y):
        """Return the metric on the scale."""
        return y if self.origin is None else -1 / (y - self.origin)

    def log_slope(self, y):
        """Logarithm of the derivative of ``forward``."""
        return np.zeros_like(y) if self.origin is None else -2 * np.log(y - self.origin)

    def inverse(self, warped):
        """Return the metric, at most ``largest``."""
        return warped if self.origin is None else self.origin - 1 / self._bounded(warped)

    def inverse_slope(self, warped):
        """Derivative of ``inverse``."""
        return np.ones_like(warped) if self.origin is None else self._bounded(warped) ** -2

    def _bounded(self, warped):
        return np.minimum(warped, self.forward(self.largest))


def warps(y):
    """Yield the scales that come into question for a training set's metric ``y``."""
    yield Warp()
    if len(y) >= WARPED_FROM and np.ptp(y) > 0:
        for distance in DISTANCES:
            origin = y.min() - distance * np.ptp(y)
            yield Warp(origin, largest=2 * y.max() - origin)
