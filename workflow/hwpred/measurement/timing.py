"""Timing one call until its median is known well enough."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

MEDIAN_OVER_MEAN_ERROR = np.sqrt(np.pi / 2)
"""Standard error of the median over that of the mean, of normal values."""
NORMAL_QUARTILES = 1.349
"""Interquartile range of a normal distribution in its standard deviations."""


@dataclass(frozen=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    warm_up : int
        Calls that do not count.
    least, most : int
        Bounds of the number of timed calls.
    relative_error : float
        Enough once the standard error of the median, as a share of the median, is below.
    """

    warm_up: int = 3
    least: int = 7
    most: int = 40
    relative_error: float = 0.01


@dataclass(frozen=True)
class Timing:
    """The times of one network.

    Attributes
    ----------
    median : float
        In ms.
    spread : float
        Interquartile range, as a share of the median.
    count : int
        Number of timed calls.
    """

    median: float
    spread: float
    count: int

    @property
    def relative_error(self):
        """Standard error of the median as a share of it; the interquartile range is blind to outliers."""
        return MEDIAN_OVER_MEAN_ERROR * self.spread / NORMAL_QUARTILES / np.sqrt(self.count)


def summarise(milliseconds):
    """Return the ``Timing`` of these times, ms."""
    lower, median, upper = np.percentile(milliseconds, [25, 50, 75])
    return Timing(float(median), float((upper - lower) / median), len(milliseconds))


def time_call(call, effort, clock=perf_counter):
    """Time a function of no arguments.

    Parameters
    ----------
    call : callable
    effort : Effort
        How often the function is called.
    clock : callable
        Seconds.

    Returns
    -------
    Timing
    """
    for _ in range(effort.warm_up):
        call()
    times = []
    while len(times) < effort.most:
        start = clock()
        call()
        times.append(1e3 * (clock() - start))
        if len(times) >= effort.least and summarise(times).relative_error <= effort.relative_error:
            break
    return summarise(times)
