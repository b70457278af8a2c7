"""Deviations as the predictors of one family make them: their size depends on the architecture.

The mixture of the paper (``deviations``) has the same spread for all architectures. Here a deviation is
``std * (mean + spread * z)``: mean and spread depend on how small the architecture's metric is among all, and ``z`` has
the measured distribution. Predictors err alike on alike networks, so part of ``z`` is a random linear function of the
operations.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata

EDGES = np.array([0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 1])
"""Ends of the bins, as shares of the architectures by ascending metric: narrow where the Pareto fronts begin."""
SCORES = np.linspace(-4, 4, 161)
"""Normal scores at which a distribution is kept: evenly spaced there, so that the tails are as fine as the middle."""
NEAREST = 8
"""Shapes of fits that deviate about as much, of which each draw takes one."""


@dataclass(frozen=True)
class Shape:
    """How the predictions of one fit deviate.

    ``std`` of all deviations; ``mean`` and ``spread`` (bins,) in units of it; ``quantiles`` (161,) of what remains,
    standardised in each bin, at ``SCORES``; ``alike``, the share of the variance of its normal scores that is linear in
    the operations.
    """

    std: float
    mean: np.ndarray
    spread: np.ndarray
    quantiles: np.ndarray
    alike: float


class OneHot:
    """The operations of a space's architectures, as columns without mean: what alike networks share."""

    def __init__(self, operations):
        operations = np.asarray(operations)
        columns = (operations[:, :, None] == np.arange(operations.max() + 1)).reshape(len(operations), -1).astype(float)
        self.columns = columns - columns.mean(axis=0)
        # The columns of a position add up to 0, so their span has fewer dimensions.
        vectors, sizes, _ = np.linalg.svd(self.columns, full_matrices=False)
        self._basis = vectors[:, sizes > 1e-9 * sizes[0]]

    def share(self, scores):
        """Return the share of the variance of scores (n,) that is linear in the operations."""
        centred = scores - scores.mean()
        return float(((self._basis.T @ centred) ** 2).sum() / (centred**2).sum())

    def draw(self, generator):
        """Return a random linear function of the operations, (n,), of mean 0 and standard deviation 1."""
        values = self.columns @ generator.standard_normal(self.columns.shape[1])
        return values / values.std()


def bins_of(metric):
    """Return the bin of each architecture of a space, int array (n,), by its true metric (n,)."""
    return np.searchsorted(EDGES, (rankdata(metric) - 0.5) / len(metric)) - 1


def shape_of(bins, deviation, one_hot):
    """Return the ``Shape`` of one fit's deviations.

    Parameters
    ----------
    bins : int array of shape (n,)
        From ``bins_of``.
    deviation : array of shape (n,)
        Of every architecture of the space.
    one_hot : OneHot
        Of the same architectures.

    Raises
    ------
    ValueError
        If there are no deviations.
    """
    std = deviation.std()
    if std == 0:
        raise ValueError("predictions that do not deviate have no shape")
    count = len(EDGES) - 1
    sizes = np.maximum(np.bincount(bins, minlength=count), 1)
    relative = deviation / std
    mean = np.bincount(bins, relative, minlength=count) / sizes
    rest = relative - mean[bins]
    spread = np.sqrt(np.bincount(bins, rest**2, minlength=count) / sizes)
    rest = np.divide(rest, spread[bins], out=np.zeros_like(rest), where=spread[bins] > 0)
    scores = norm.ppf((rankdata(rest) - 0.5) / len(rest))
    return Shape(std, mean, spread, np.quantile(rest, norm.cdf(SCORES)), one_hot.share(scores))


def draw_like(shapes, bins, std, one_hot, generator):
    """Draw deviations of all architectures as one of the fits made them that deviate about as much.

    Parameters
    ----------
    shapes : list of Shape
    bins : int array of shape (n,)
        From ``bins_of``.
    std : float
        Wanted, reached exactly.
    one_hot : OneHot
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (n,)
    """
    distance = [abs(np.log(shape.std / std)) for shape in shapes]
    shape = shapes[generator.choice(np.argsort(distance, kind="stable")[:NEAREST])]
    own = generator.standard_normal(len(bins))
    scores = np.sqrt(shape.alike) * one_hot.draw(generator) + np.sqrt(1 - shape.alike) * own
    rest = np.interp(scores, SCORES, shape.quantiles)
    deviation = shape.mean[bins] + shape.spread[bins] * rest
    return deviation * std / deviation.std()
