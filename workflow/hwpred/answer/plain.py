"""Numbers and tables as JSON holds them, in the digits that anybody reads."""

import math

DIGITS = 4
"""Significant digits: a chart shows three, and a difference of two values keeps some."""


def rounded(value, digits=DIGITS):
    """Return a number in that many significant digits.

    Parameters
    ----------
    value : float or None
    digits : int

    Returns
    -------
    int, float or None
        An integer where it is whole; None for a number that is missing or not finite.
    """
    if value is None or not math.isfinite(value):
        return None
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() else short


def rows_of(table):
    """Return the rows of a table of numbers as lists, rounded."""
    return [[rounded(value) for value in row] for row in table.to_numpy(dtype=float).tolist()]


def by_label(keys, series):
    """Return the values of these keys in their order, rounded.

    Parameters
    ----------
    keys : sequence
    series : Series

    Returns
    -------
    list
        None where there is no value.
    """
    return [rounded(series.get(key)) for key in keys]
