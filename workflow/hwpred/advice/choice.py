"""Which architecture to take under a limit, and which to measure next."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hwpred.advice.models import STRUCTURED, one_thread
from hwpred.advice.reading import every, read_accuracies
from hwpred.errors import InputError
from hwpred.selection.limits import preferred
from hwpred.spaces import get_space

CANDIDATES = 2_000
"""Unmeasured architectures, at random, among which those that teach most are looked for."""


@dataclass(frozen=True)
class Selection:
    """What ``select`` found.

    Attributes
    ----------
    best : Series or None
        The row of the architecture to take; None if no limit was given or none is likely enough to keep it.
    front : DataFrame
        All architectures that no other one beats in both accuracy and metric, the least accurate first:
        ``architecture``, ``accuracy`` (or what the quality is called), ``value``, ``std``, ``lower``, ``upper``,
        ``measured`` and, with a limit,
        ``probability``, that a measurement keeps it.
    """

    best: pd.Series | None
    front: pd.DataFrame


def select(device, accuracy, limit=None, confidence=0.5, quality="accuracy", quality_direction=None):
    """Choose the most accurate architecture that keeps a limit, and tell the front.

    Of a measured architecture counts what was measured: it keeps the limit, or it does not. Of the others a new
    measurement is distributed around the prediction as ``hwpred.advice.spread`` says: the probability is that it keeps
    the limit.

    Parameters
    ----------
    device : Device
    accuracy : str, Path, DataFrame, Series, dict or array
        Of the architectures to choose from: ``hwpred.advice.reading.read_accuracies``.
    limit : float, optional
        In the metric's unit: the most (or, where larger is better, the least) that is allowed.
    confidence : float
        The probability of keeping the limit that is asked for. 0.5: the prediction keeps it.
    quality : str
        What ``accuracy`` holds, and what its column is called: ``"perplexity"``, for one.
    quality_direction : str, optional
        ``"smaller"`` or ``"larger"`` values of it are better; needed for a quality that hwpred does not know.

    Returns
    -------
    Selection

    Raises
    ------
    InputError
        If ``confidence`` is no probability, the limit is not positive, or the accuracies cannot be used.
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence is {confidence!r}; it must be between 0 and 1, such as 0.95")
    table, worth = candidates(device, accuracy, limit, quality, quality_direction)
    best = None
    if limit is not None and (table["probability"] >= confidence).any():
        order = preferred(worth, _sign(device) * table["value"])
        best = table.iloc[order[(table["probability"] >= confidence).to_numpy()[order]][0]]
    return Selection(best, _front(device, table, worth))


def suggest(device, number=10, accuracy=None, limit=None, quality="accuracy", quality_direction=None):
    """Say what to measure next, the best first.

    With accuracies and a limit: what is likely to be the best architecture that keeps the limit. Each suggestion has
    the largest expected gain in accuracy over the best one that was measured to keep it and over the suggestions
    before, that is the probability of keeping the limit times the gain (the expected improvement under a constraint:
    Gardner et al., ICML 2014), as if suggestions kept the limit independently of each other.

    Without both: what the predictor learns most from, which is where it is least sure given the suggestions before;
    predictors other than ``structured_gp`` know that of each architecture alone, or not at all.

    Parameters
    ----------
    device : Device
    number : int
        How many architectures to suggest, at most.
    accuracy, limit :
        As of ``select``, both or none.
    quality, quality_direction :
        As of ``select``.

    Returns
    -------
    DataFrame
        ``architecture``, ``value``, ``std``, ``lower``, ``upper``. With accuracies also ``accuracy``, ``probability``
        and ``gain``, the expected gain in % points (or in the quality) that this measurement adds; gains add up to
        that of all. Without: ``std_after``, the mean standard deviation of a measurement of any candidate once this
        one is measured, too (missing for other predictors than ``structured_gp``).

    Raises
    ------
    InputError
        If fewer than one suggestion is asked for, only one of accuracies and limit is given, or these cannot be used.
    """
    if number < 1:
        raise InputError(f"{number} suggestions make no sense; ask for 1 or more")
    if (accuracy is None) != (limit is None):
        raise InputError("accuracies and a limit are useful together only; give both, or none")
    if accuracy is None:
        return _most_informative(device, number)
    table, worth = candidates(device, accuracy, limit, quality, quality_direction)
    kept = table["measured"] & (table["probability"] == 1)
    # Where none is known to keep the limit, the least accurate candidate is what there is to gain on.
    known = worth[kept].max() if kept.any() else worth.min()
    rows, gains = _expected_gains(worth - known, np.where(table["measured"], 0.0, table["probability"]), number)
    return table.iloc[rows].drop(columns="measured").assign(gain=gains).reset_index(drop=True)


def check_limit(device, limit):
    """Check that a limit is one of the device's metric.

    Parameters
    ----------
    device : Device
    limit : float
        In the metric's unit.

    Raises
    ------
    InputError
        If it is not a positive number.
    """
    if not (np.isfinite(limit) and limit > 0):
        raise InputError(f"limit is {limit!r}; it must be a positive number of {device.unit}")


def to_fill_in(table):
    """Return suggestions as a table whose column ``value`` is empty: the prediction is called ``predicted``."""
    filled = table.rename(columns={"value": "predicted"})
    filled.insert(1, "value", "")
    return filled


def _expected_gains(gain, probability, number):
    """Choose greedily, by the expected largest gain among those that keep the limit; return rows and what each adds."""
    beyond = gain.clip(min=0.0)  # expected excess over the best so far, of an architecture that keeps the limit
    rows, added = [], []
    free = probability > 0
    for _ in range(min(number, int(free.sum()))):
        score = np.where(free, probability * beyond, -1.0)
        # Where nothing is left to gain, what keeps the limit most probably.
        row = int(np.lexsort((-probability, -score))[0])
        rows.append(row)
        added.append(float(score[row]))
        free[row] = False
        beyond = (1 - probability[row]) * beyond + probability[row] * (beyond - beyond[row]).clip(min=0.0)
    return rows, added


def candidates(device, accuracy, limit=None, quality="accuracy", quality_direction=None):
    """Return the table of all architectures whose accuracy is known, and what each is worth.

    Parameters
    ----------
    device : Device
    accuracy, limit, quality, quality_direction :
        As of ``select``.

    Returns
    -------
    table : DataFrame
        In the order of the accuracies; columns as of ``Selection.front``.
    worth : float array of shape (n,)
        The accuracy or other quality, negated where smaller is better.

    Raises
    ------
    InputError
        If the accuracies or the limit cannot be used, or the quality has the name of another column.
    """
    rows = read_accuracies(accuracy, device.space, quality, quality_direction)
    table = device.predict(rows.operations)
    table.insert(1, quality, rows.value)
    if limit is not None:
        check_limit(device, limit)
        table["probability"] = _probability(device, rows.operations, table, limit)
    return table, (rows.value if rows.direction == "larger" else -rows.value)


def _probability(device, operations, table, limit):
    below = device.spread.below(limit, table["value"].to_numpy(), table["std"].to_numpy())
    place = device.measured(operations)
    known = device.value[place]
    smaller = device.direction == "smaller"
    keeps = known <= limit if smaller else known >= limit
    return np.where(place >= 0, keeps.astype(float), below if smaller else 1 - below)


def _front(device, table, worth):
    ordered = table.iloc[preferred(worth, _sign(device) * table["value"])]
    value = _sign(device) * ordered["value"].to_numpy()
    best_before = np.minimum.accumulate(np.concatenate([[np.inf], value[:-1]]))
    return ordered[value < best_before].iloc[::-1].reset_index(drop=True)


def _sign(device):
    return 1 if device.direction == "smaller" else -1


def _most_informative(device, number):
    space, rng = get_space(device.space), np.random.default_rng(0)
    operations = every(device.space) if space.sample is None else np.unique(space.draw(CANDIDATES, rng), axis=0)
    free = operations[device.measured(operations) < 0]
    # In random order, which is all that there is to go by if no architecture is less sure than another.
    free = free[rng.permutation(len(free))[:CANDIDATES]]
    number = min(number, len(free))
    table = device.predict(free)
    if number and device.predictor == STRUCTURED:
        with one_thread():
            rows, after = _least_sure(device, free, number)
    else:
        unsure = table["std"] / table["value"] if space.logarithmic else table["std"]
        rows, after = np.argsort(-unsure.to_numpy(), kind="stable")[:number], np.nan
    return table.iloc[rows].drop(columns="measured").assign(std_after=after).reset_index(drop=True)


def _least_sure(device, operations, number):
    """Choose one by one where the most probable hypothesis is least sure; return rows, and the mean std after each."""
    model = device.model
    hypothesis = model.predictor_.hypotheses_[0]
    x = model.encode(operations)
    variance, covariance = hypothesis.conditional(x)
    # Where metrics differ by orders of magnitude, a share of them counts.
    scale = model.scale_ * hypothesis.y_scale_ * hypothesis.slope(x)
    value = model.predict_with_std(operations)[0]
    unit = model.slope(value) / model.scale_
    learnt = np.empty((number, len(x)))
    rows, after = [], []
    free = np.ones(len(x), dtype=bool)
    for step in range(number):
        row = int(np.where(free, variance * scale**2, -np.inf).argmax())
        free[row] = False
        rows.append(row)
        unknown = covariance(row) - learnt[:step, row] @ learnt[:step]
        learnt[step] = unknown / np.sqrt(variance[row] + hypothesis.noise_)
        variance = (variance - learnt[step] ** 2).clip(min=0)
        std = unit * scale * np.sqrt(variance + hypothesis.noise_)
        after.append(float(device.spread.widened(value, std).mean()))
    return rows, after
