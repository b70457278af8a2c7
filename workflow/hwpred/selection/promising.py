"""Which architectures to measure next, when accuracy is known and the metric predicted."""

import numpy as np

from hwpred.selection.pareto import ByAccuracy

GOLDEN_RATIO = (np.sqrt(5) - 1) / 2


def promising(accuracy, metric, measured, count):
    """Return the most promising architectures that are not measured: the predicted front, the front behind it, ...

    Within a front they stand in an order of which every beginning is spread evenly over it.

    Parameters
    ----------
    accuracy : array of shape (n,)
        In descending order.
    metric : array of shape (n,)
        Predicted, or measured where it is; smaller is better.
    measured : bool array of shape (n,)
    count : int

    Returns
    -------
    int array of shape (count,)
        Fewer if fewer are left.
    """
    by_accuracy = ByAccuracy(accuracy)
    remaining = np.array(metric, dtype=float)
    count = min(count, int((~measured).sum()))
    fronts, found = [np.empty(0, dtype=np.intp)], 0
    while found < count:
        front = by_accuracy.front(remaining)
        remaining[front] = np.inf
        new = np.flatnonzero(front & ~measured)
        # Multiples of the golden ratio, modulo 1, fill an interval evenly at any number.
        fronts.append(new[np.argsort(np.arange(len(new)) * GOLDEN_RATIO % 1, kind="stable")])
        found += len(new)
    return np.concatenate(fronts)[:count]
