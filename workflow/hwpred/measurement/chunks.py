"""Measuring one chunk: architectures in order, references in between, outliers once more."""

import logging
import time

import numpy as np
import pandas as pd

from hwpred.measurement.command import MeasurementError

LOG = logging.getLogger(__name__)
FAR = 5
"""What is that many median absolute deviations too slow is an outlier."""
MOMENT = 15
"""Architectures timed in a row that show a slow moment of the machine."""
RIDGE = 1.0


def measure_chunk(architectures, references, measure, *, reference_seconds, clock=time.time):
    """Time a chunk of architectures.

    Parameters
    ----------
    architectures : sequence of int
    references : sequence of int
        Timed first, last, and every ``reference_seconds``.
    measure : callable
        Architecture -> ``Timing``; raises ``MeasurementError`` for one that cannot be measured.
    reference_seconds : float
    clock : callable
        Seconds since the epoch.

    Returns
    -------
    DataFrame
        One row a timing: ``architecture``, ``role`` ("architecture" or "reference"), ``started`` (seconds since the
        epoch), ``median`` (ms; NaN where it failed), ``spread`` (relative interquartile range), ``count``, ``error``.
    """
    rows, last_references = [], -np.inf
    for number, architecture in enumerate(architectures):
        if clock() - last_references >= reference_seconds:
            rows += [_row(reference, "reference", measure, clock) for reference in references]
            last_references = clock()
            LOG.info("%d of %d architectures timed", number, len(architectures))
        rows.append(_row(architecture, "architecture", measure, clock))
    rows += [_row(reference, "reference", measure, clock) for reference in references]
    return pd.DataFrame(rows)


def _row(architecture, role, measure, clock):
    row = {"architecture": int(architecture), "role": role, "started": clock()}
    try:
        timing = measure(architecture)
    except MeasurementError as error:
        LOG.warning("%s %d: %s", role, architecture, error)
        return {**row, "median": np.nan, "spread": np.nan, "count": 0, "error": str(error)}
    return {**row, "median": timing.median, "spread": timing.spread, "count": timing.count, "error": ""}


def measure_outliers(rows, one_hot, measure, *, spread, clock=time.time):
    """Time again what looks wrong, and keep the faster of both: a disturbance only ever adds time.

    Parameters
    ----------
    rows : DataFrame
        From ``measure_chunk``.
    one_hot : array of shape (architectures of the space, columns)
    measure : callable
    spread : float
        A larger relative interquartile range is an outlier.
    clock : callable

    Returns
    -------
    DataFrame
        The rows, with column ``repeated`` (bool).
    """
    rows = rows.assign(repeated=False)
    measured = rows[(rows.role == "architecture") & rows["median"].notna()]
    if measured.empty:
        return rows
    residuals = _residuals(np.log(measured["median"].to_numpy(dtype=float)), one_hot[measured.architecture])
    # Neighbours in time have nothing else in common: if all of them are slow, the machine was.
    moments = pd.Series(residuals).rolling(MOMENT, center=True, min_periods=1).median().to_numpy()
    wrong = (measured.spread > spread) | _far_above(residuals) | _far_above(moments)
    for index in measured.index[wrong]:
        again = _row(rows.architecture[index], "architecture", measure, clock)
        rows.loc[index, "repeated"] = True
        if again["median"] < rows["median"][index]:
            rows.loc[index, list(again)] = list(again.values())
    LOG.info("%d outliers timed again", int(wrong.sum()))
    return rows


def _residuals(logarithms, features):
    """What a linear model of the operations leaves; zeros where there are too few values for one."""
    if len(logarithms) <= features.shape[1]:
        return np.zeros(len(logarithms))
    x = np.column_stack([np.ones(len(features)), features])
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ logarithms)
    return logarithms - x @ weights


def _far_above(values):
    """Which values lie further above the median than ``FAR`` median absolute deviations."""
    distance = values - np.median(values)
    return distance > FAR * np.median(np.abs(distance))
