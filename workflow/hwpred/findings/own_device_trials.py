"""Try a device as if it were new: measure few architectures, and let the library for one device do the rest.

All architectures of the device are measured and their accuracies known, so that predictions and choices can be judged.
"""

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd

import hwpred.advice.device
from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.selection.reading import read_operations
from hwpred.spaces import get_space
from hwpred.tables import read_metadata, read_table

logger = logging.getLogger(__name__)

LEVEL = 0.95
LIMITS = (0.1, 0.3, 0.6)
"""Quantiles of the device's metric over all architectures."""
ROUNDS = (3, 7)
"""Suggested measurements of each round; after each the device is fitted again."""
CHOOSE_FROM = 60
"""First measurements without which nothing is chosen."""
TOLD_UP_TO = 11
"""First measurements up to which the device is also fitted told what it does with dead operations: more find it out."""
DRAWS = ["dead_operations", "draw", "kendall_tau", "median_error_percent", "coverage_95"]
CHOICES = ["draw", "limit_quantile", "measured_more", "optimum_found", "limit_kept", "quality_lost"]


@dataclass(frozen=True)
class Known:
    """All architectures of a space on one device, in index order.

    Attributes
    ----------
    space, unit : str
    operations : int array of shape (n, positions)
    texts : array of str of shape (n,)
    value : float array of shape (n,)
        The metric in ``unit``; smaller is better.
    accuracy : float array of shape (n,)
    """

    space: str
    unit: str
    operations: np.ndarray
    texts: np.ndarray
    value: np.ndarray
    accuracy: np.ndarray

    def rows(self, chosen):
        """Return a table of measurements, as a person would hand it over."""
        return pd.DataFrame({"architecture": self.texts[chosen], "value": self.value[chosen]})


def read_known(architectures, targets, accuracy):
    """Read the tables of a combination of which every architecture has both metric and accuracy.

    Parameters
    ----------
    architectures, targets, accuracy : path

    Returns
    -------
    Known
    """
    facts = read_metadata(targets, "targets")
    table = read_table(targets, "targets").merge(read_table(accuracy, "accuracy"), on="architecture", validate="1:1")
    operations = read_operations(architectures, table["architecture"], facts["space"])
    texts = np.array([get_space(facts["space"]).to_text(row) for row in operations.tolist()])
    columns = (table[name].to_numpy() for name in ("value", "accuracy"))
    return Known(facts["space"], facts["unit"], operations, texts, *columns)


def try_out(known, run_seed, seeds, size, dead_operations=None):
    """Fit several draws of ``size`` random architectures, each without the others.

    Parameters
    ----------
    known : Known
    run_seed : int
    seeds : sequence of int
        The draws. A draw begins with the same architectures at every size.
    size : int
        Number of measurements.
    dead_operations : str, optional
        What the device does with them; with at most ``TOLD_UP_TO`` measurements it is also fitted told that.

    Returns
    -------
    draws : DataFrame
        Columns ``DRAWS``, over all architectures that were not measured: Kendall's tau, the median absolute error, and
        the share that lies within its 95 % interval.
    choices : DataFrame
        Columns ``CHOICES``; see ``choices``.
    """
    draws, chosen = [], []
    for draw in seeds:
        logger.info("%d measurements, draw %d", size, draw)
        rows = generator(run_seed, "own_device", draw).permutation(len(known.value))[:size]
        device = fitted(known, rows)
        draws.append(("untold", draw, *judge(device, known)))
        if dead_operations is not None and size <= TOLD_UP_TO:
            draws.append(("told", draw, *judge(fitted(known, rows, dead_operations), known)))
        if size >= CHOOSE_FROM:
            limits = [(quantile, np.quantile(known.value, quantile)) for quantile in LIMITS]
            chosen += [(draw, quantile, *row) for quantile, limit in limits for row in choices(device, known, limit)]
    return pd.DataFrame(draws, columns=DRAWS), pd.DataFrame(chosen, columns=CHOICES)


def fitted(known, rows, dead_operations=None):
    """Return the device that learnt from these rows.

    Parameters
    ----------
    known : Known
    rows : int array
        Places of the architectures that are measured.
    dead_operations : str, optional
        As of ``hwpred.fit``.

    Returns
    -------
    Device
    """
    return hwpred.advice.device.fit(
        known.rows(rows), known.space, metric="latency", unit=known.unit, dead_operations=dead_operations
    )


def judge(device, known):
    """Say how good predictions are of what was not measured.

    Parameters
    ----------
    device : Device
    known : Known

    Returns
    -------
    tau : float
    error : float
        Median, in %.
    inside : float
        Share within the intervals of level ``LEVEL``.
    """
    table = device.predict(known.operations, LEVEL)
    free = ~table["measured"].to_numpy()
    value, predicted = known.value[free], table["value"].to_numpy()[free]
    inside = (table["lower"].to_numpy()[free] <= value) & (value <= table["upper"].to_numpy()[free])
    error = 100 * np.median(np.abs(predicted - value) / value)
    return kendall_tau(value, predicted), float(error), float(inside.mean())


def choices(device, known, limit):
    """Return what choosing the most accurate architecture under a limit leads to.

    Parameters
    ----------
    device : hwpred.advice.device.Device
    known : Known
    limit : float
        In the metric's unit.

    Returns
    -------
    list of tuple
        ``measured_more``, ``optimum_found`` (the choice keeps the limit, and none that does is more accurate),
        ``limit_kept``, and ``quality_lost`` to the most accurate one in % points, missing if the limit is not kept.
        0 more: the prediction's choice, of which the measurement is then looked at. Later: the best of those that were
        measured and keep it.
    """
    best = known.accuracy[known.value <= limit].max()
    place = {text: i for i, text in enumerate(known.texts)}
    first = device.select(known.accuracy, limit).best
    row = None if first is None else place[first["architecture"]]
    reached = np.nan if row is None or known.value[row] > limit else known.accuracy[row]
    outcomes = [_outcome(0, reached, best)]
    measured, new = device.measured(known.operations) >= 0, None
    for i, count in enumerate(ROUNDS):
        reached = known.accuracy[measured & (known.value <= limit)].max(initial=-np.inf)
        # Nothing better can be found: fits would change nothing.
        if reached < best:
            device = device if new is None else device.append(known.rows(new))
            new = [place[text] for text in device.suggest(count, known.accuracy, limit)["architecture"]]
            measured[new] = True
            reached = known.accuracy[measured & (known.value <= limit)].max(initial=-np.inf)
        outcomes.append(_outcome(sum(ROUNDS[: i + 1]), reached if np.isfinite(reached) else np.nan, best))
    return outcomes


def _outcome(more, reached, best):
    return more, bool(reached >= best), bool(np.isfinite(reached)), float(best - reached)
