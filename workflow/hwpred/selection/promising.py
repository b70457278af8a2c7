"""Which architectures to measure next, when accuracy is known and the metric predicted."""

import numpy as np

from hwpred.selection.pareto import front_numbers

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
        Which architectures were measured before.
    count : int
        How many are returned at most.

    Returns
    -------
    int array of shape (count,)
        Fewer if fewer are left.

    Raises
    ------
    ValueError
        If the count is negative.
    """
    if count < 0:
        raise ValueError(f"{count} of the most promising architectures cannot be chosen; ask for 0 or more")
    new = np.flatnonzero(~measured)
    number = front_numbers(accuracy, metric)[new]
    new, number = (values[np.argsort(number, kind="stable")] for values in (new, number))
    place = np.arange(len(new)) - np.searchsorted(number, number)
    # Multiples of the golden ratio, modulo 1, fill an interval evenly at any number.
    return new[np.lexsort((place * GOLDEN_RATIO % 1, number))][:count]
