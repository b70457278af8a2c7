"""Measuring one chunk: every architecture on several visits, references in between, a further round for outliers."""

import logging
import time
from collections import Counter

import numpy as np
import pandas as pd

from hwpred.measurement.command import MeasurementError

logger = logging.getLogger(__name__)
TRIES = 2
"""An architecture that failed as often is left out: it is the network's fault, and each try may take a time limit."""
FAILURES_IN_A_ROW = 5
"""After as many, of whatever networks, the references are timed: if all of these fail as well, the device is gone."""


class DeviceLostError(RuntimeError):
    """The device does not answer any more; what was timed is kept."""


class Chunk:
    """Times the architectures of a chunk and keeps a row of each timing.

    Parameters
    ----------
    references : sequence of int
        Timed first, last, and every ``reference_seconds``.
    measure : callable
        Architecture -> ``Timing``; raises ``MeasurementError`` for one that cannot be measured.
    reference_seconds : float
    core : int
        Where it runs, for the rows; -1 for none in particular.
    journal : Journal, optional
        Where timings are kept, and those that it already has count.
    clock : callable
        Seconds since the epoch.
    """

    def __init__(self, references, measure, *, reference_seconds, core=-1, journal=None, clock=time.time):
        self._references, self._measure, self._clock, self._core = references, measure, clock, core
        self._reference_seconds, self._last_references = reference_seconds, -np.inf
        self._journal, self._timed = journal, [] if journal is None else list(journal.rows)
        self._failed, self._in_a_row = [], []

    @property
    def rows(self):
        """One row a timing, those of earlier sessions included, and a row a failure of this one.

        Returns
        -------
        DataFrame
            ``architecture``, ``role`` ("architecture" or "reference"), ``started`` (seconds since the epoch),
            ``median`` (ms; NaN where it failed), ``spread`` (relative interquartile range), ``count``, ``error``,
            ``core``.
        """
        return pd.DataFrame(sorted(self._timed + self._failed, key=lambda row: row["started"]))

    @property
    def timings(self):
        """How often each architecture was timed, a ``Counter``."""
        return self._count(self._timed)

    def visit(self, architectures, timings=np.inf):
        """Time architectures once each, in this order, and references when it is time for them.

        Left out are those that have as many timings, and those that failed ``TRIES`` times.

        Parameters
        ----------
        architectures : iterable of int
            Indices.
        timings : float
            How many timings an architecture shall have.

        Raises
        ------
        DeviceLostError
            If ``FAILURES_IN_A_ROW`` and all references failed, one after the other.
        """
        known, failures = self.timings, self._count(self._failed)
        wanted = [one for one in map(int, architectures) if known[one] < timings and failures[one] < TRIES]
        for number, architecture in enumerate(wanted):
            if self._clock() - self._last_references >= self._reference_seconds:
                self.visit_references()
                logger.info("%d of %d architectures timed", number, len(wanted))
            self._time(architecture, "architecture")

    def visit_references(self):
        """Time all references once."""
        for reference in self._references:
            self._time(int(reference), "reference")
        self._last_references = self._clock()

    @staticmethod
    def _count(rows):
        return Counter(row["architecture"] for row in rows if row["role"] == "architecture")

    def _time(self, architecture, role):
        row = {"architecture": architecture, "role": role, "started": self._clock(), "core": self._core}
        try:
            timing = self._measure(architecture)
        except MeasurementError as error:
            logger.warning("%s %d: %s", role, architecture, error)
            row |= {"median": np.nan, "spread": np.nan, "count": 0, "error": str(error)}
            self._failed.append(row)
            self._in_a_row.append(row)
            self._look_for_the_device()
            return
        row |= {"median": timing.median, "spread": timing.spread, "count": timing.count, "error": ""}
        self._in_a_row.clear()
        self._timed.append(row)
        if self._journal is not None:
            self._journal.append(row)

    def _look_for_the_device(self):
        """After many failures in a row, time a reference that is not among them; an answer ends the row."""
        if len(self._in_a_row) < FAILURES_IN_A_ROW:
            return
        failed = {row["architecture"] for row in self._in_a_row if row["role"] == "reference"}
        untried = [reference for reference in map(int, self._references) if reference not in failed]
        if not untried:
            last = self._in_a_row[-1]["error"]
            raise DeviceLostError(f"{len(self._in_a_row)} networks failed one after the other, the last with: {last}")
        self._time(untried[0], "reference")


def measure_chunk(architectures, chunk, *, visits, outlier_spread, shuffle):
    """Time a chunk of architectures on several visits, and those again whose visits disagree.

    A network opened anew lies elsewhere in memory, and the machine has slow seconds: both change a time by more than
    repeating it at once tells. So visits of one architecture are as far apart as the chunk is long. A visit that failed
    is made up for at the end, once. Timings that the chunk has from an earlier session are not repeated.

    Parameters
    ----------
    architectures : int array
        Indices.
    chunk : Chunk
    visits : int
        To each architecture.
    outlier_spread : float
        Where the slowest visit took longer than the fastest by a larger share, as many visits follow.
    shuffle : numpy.random.Generator
        Of the order of each visit.

    Returns
    -------
    DataFrame
        ``Chunk.rows``.

    Raises
    ------
    DeviceLostError
        If the device does not answer any more; the sentence says how much is kept.
    """
    try:
        for visit in range(visits):
            chunk.visit(shuffle.permutation(architectures), timings=visit + 1)
        chunk.visit(shuffle.permutation(architectures), timings=visits)
        doubtful = disagreeing(chunk.rows, outlier_spread)
        logger.info("%d architectures whose visits disagree are timed again", len(doubtful))
        for visit in range(visits, 2 * visits):
            chunk.visit(shuffle.permutation(doubtful), timings=visit + 1)
        chunk.visit_references()
    except DeviceLostError as error:
        missing = sum(not chunk.timings[int(architecture)] for architecture in architectures)
        raise DeviceLostError(
            f"the device seems to be gone: {error}. {missing} of {len(architectures)} networks of this chunk have no "
            f"timing yet; the {chunk.timings.total()} timings so far are kept. Have the device answer again and start "
            "the same command: it goes on from there"
        ) from error
    return chunk.rows


def disagreeing(rows, outlier_spread):
    """Return the architectures whose slowest timing took longer than the fastest by more than a share.

    Parameters
    ----------
    rows : DataFrame
        ``role``, ``architecture``, ``median`` of each timing.
    outlier_spread : float
        The share, such as 0.05.

    Returns
    -------
    list of int
    """
    timed = rows[(rows.role == "architecture") & rows["median"].notna()]
    times = timed.groupby("architecture")["median"]
    longer = times.max() / times.min() - 1
    return longer.index[longer > outlier_spread].tolist()
