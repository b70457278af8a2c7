"""Measuring one chunk: every architecture on several visits, references in between, a further round for outliers."""

import logging
import time

import numpy as np
import pandas as pd

from hwpred.measurement.command import MeasurementError

LOG = logging.getLogger(__name__)


class Chunk:
    """Times the architectures of a chunk and keeps a row of each timing.

    Parameters
    ----------
    references : sequence of int
        Timed first, last, and every ``reference_seconds``.
    measure : callable
        Architecture -> ``Timing``; raises ``MeasurementError`` for one that cannot be measured.
    reference_seconds : float
    clock : callable
        Seconds since the epoch.
    """

    def __init__(self, references, measure, *, reference_seconds, clock=time.time):
        self._references, self._measure, self._clock = references, measure, clock
        self._reference_seconds, self._last_references = reference_seconds, -np.inf
        self._rows = []

    @property
    def rows(self):
        """One row a timing.

        Returns
        -------
        DataFrame
            ``architecture``, ``role`` ("architecture" or "reference"), ``started`` (seconds since the epoch),
            ``median`` (ms; NaN where it failed), ``spread`` (relative interquartile range), ``count``, ``error``.
        """
        return pd.DataFrame(self._rows)

    def visit(self, architectures):
        """Time architectures once each, in this order, and references when it is time for them."""
        for number, architecture in enumerate(architectures):
            if self._clock() - self._last_references >= self._reference_seconds:
                self.visit_references()
                LOG.info("%d of %d architectures timed", number, len(architectures))
            self._time(architecture, "architecture")

    def visit_references(self):
        """Time all references once."""
        for reference in self._references:
            self._time(reference, "reference")
        self._last_references = self._clock()

    def _time(self, architecture, role):
        row = {"architecture": int(architecture), "role": role, "started": self._clock()}
        try:
            timing = self._measure(architecture)
            row |= {"median": timing.median, "spread": timing.spread, "count": timing.count, "error": ""}
        except MeasurementError as error:
            LOG.warning("%s %d: %s", role, architecture, error)
            row |= {"median": np.nan, "spread": np.nan, "count": 0, "error": str(error)}
        self._rows.append(row)


def measure_chunk(architectures, chunk, *, visits, outlier_spread, shuffle):
    """Time a chunk of architectures on several visits, and those again whose visits disagree.

    A network opened anew lies elsewhere in memory, and the machine has slow seconds: both change a time by more than
    repeating it at once tells. So visits of one architecture are as far apart as the chunk is long.

    Parameters
    ----------
    architectures : int array
    chunk : Chunk
    visits : int
    outlier_spread : float
        Where the slowest visit took longer than the fastest by a larger share, as many visits follow.
    shuffle : numpy.random.Generator
        Of the order of each visit.

    Returns
    -------
    DataFrame
        ``Chunk.rows``.
    """
    for _ in range(visits):
        chunk.visit(shuffle.permutation(architectures))
    doubtful = disagreeing(chunk.rows, outlier_spread)
    LOG.info("%d architectures whose visits disagree are timed again", len(doubtful))
    for _ in range(visits):
        chunk.visit(shuffle.permutation(doubtful))
    chunk.visit_references()
    return chunk.rows


def disagreeing(rows, outlier_spread):
    """Return the architectures whose slowest timing is longer than the fastest by more than that share."""
    timed = rows[(rows.role == "architecture") & rows["median"].notna()]
    times = timed.groupby("architecture")["median"]
    longer = times.max() / times.min() - 1
    return longer.index[longer > outlier_spread].tolist()
