"""Pareto fronts and hypervolume of accuracy (larger is better) and a metric (smaller is better), many at once.

Architectures stand in descending order of accuracy along the last axis. One sort then serves any number of metrics on
the same architectures, since all that remains is a running minimum.
"""

import moocore
import numpy as np


class ByAccuracy:
    """Architectures from the most to the least accurate.

    Parameters
    ----------
    accuracy : array of shape (..., n)
        In descending order along the last axis.

    Raises
    ------
    ValueError
        If it is not.
    """

    def __init__(self, accuracy):
        self.accuracy = np.asarray(accuracy)
        before, after = self.accuracy[..., :-1], self.accuracy[..., 1:]
        if (after > before).any():
            raise ValueError("accuracies must be in descending order")
        self._ties = _tied(after == before) if (after == before).any() else None

    def front(self, metric):
        """Tell which architectures no other one dominates.

        One dominates another if it is at least as good in both and better in one; so equal architectures do not.

        Parameters
        ----------
        metric : array of shape (..., n)
            Of the same architectures; its leading axes may be more than those of the accuracy, by broadcasting.

        Returns
        -------
        bool array of the metric's shape
        """
        metric = np.asarray(metric)
        smallest = np.minimum.accumulate(metric, axis=-1)
        before = np.full(metric.shape, np.inf)
        if self._ties is None:
            before[..., 1:] = smallest[..., :-1]
            return metric < before
        # Among the equally accurate the smallest metric stays, if it is smaller than that of all more accurate ones.
        first, last = (np.broadcast_to(ends, metric.shape) for ends in self._ties)
        earlier = np.take_along_axis(smallest, np.maximum(first - 1, 0), axis=-1)
        before = np.where(first > 0, earlier, np.inf)
        return (metric < before) & (metric == np.take_along_axis(smallest, last, axis=-1))


def _tied(equal_to_next):
    """Return for each architecture the first and the last of those that are as accurate."""
    shape = (*equal_to_next.shape[:-1], equal_to_next.shape[-1] + 1)
    index = np.arange(shape[-1])
    starts, ends = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
    starts[..., 1:] = ends[..., :-1] = ~equal_to_next
    first = np.maximum.accumulate(np.where(starts, index, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, index, shape[-1])[..., ::-1], axis=-1)[..., ::-1]
    return first, last


def front_numbers(accuracy, metric):
    """Number the fronts: 0 for the Pareto front, 1 for the front of what remains without it, and so on.

    Parameters
    ----------
    accuracy, metric : arrays of shape (n,)
        In any order.

    Returns
    -------
    int array of shape (n,)
        Equal architectures have the same number.
    """
    return moocore.pareto_rank(np.column_stack([accuracy, metric]).astype(float), maximise=[True, False])


def hypervolume(accuracy, metric, front, reference):
    """Return the area that fronts dominate.

    Parameters
    ----------
    accuracy, metric : arrays of shape (..., n)
        In descending order of accuracy.
    front : bool array of shape (..., n)
        The Pareto-optimal ones; others add nothing.
    reference : float, or array of shape (...,)
        The metric of the reference point, whose accuracy is 0. Members beyond it add nothing.

    Returns
    -------
    array of shape (...,)
    """
    reference = np.asarray(reference)[..., None]
    ends = np.minimum(np.where(front, metric, np.inf), reference)
    starts = np.broadcast_to(reference, ends.shape).copy()
    # Each member adds the strip between its metric and that of the next more accurate one.
    np.minimum.accumulate(ends[..., :-1], axis=-1, out=starts[..., 1:])
    return total(np.where(front, accuracy, 0) * (starts - ends))


def total(values):
    """Sum along the last axis, one after the other: zeros behind the values, which pad a row, change no bit."""
    return np.cumsum(values, axis=-1)[..., -1]
