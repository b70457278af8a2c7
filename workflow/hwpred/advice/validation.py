"""Which predictor to use on a device, what error to expect, and what more measurements would bring."""

import logging
from dataclasses import dataclass

import numpy as np

from hwpred.advice.device import AUTO
from hwpred.advice.heldout import check_values, hashes, held_out
from hwpred.advice.models import Model, predictor_for
from hwpred.advice.reading import known_space, read_measurements
from hwpred.errors import InputError
from hwpred.seeding import generator

logger = logging.getLogger(__name__)

PREDICTORS = (AUTO, "bayes_lin_reg", "ridge_reg", "gp", "rf", "xgb")
"""Those that are compared if none are named: quick ones, of different kinds."""
FEWEST = 20
"""Rows below which half of them are too few to say anything about twice as many."""
RESAMPLES = 1_000
LEVEL = 0.95
NAMES = ("tau", "error", "percent", "twice_tau", "twice_error", "twice_percent")
SUFFIXES = ("", "_low", "_high")


@dataclass(frozen=True)
class Advice:
    """What ``advise`` found.

    Attributes
    ----------
    table : DataFrame
        A row a predictor, the best (by mean error) first. ``tau``, ``error`` (mean absolute, in the metric's unit) and
        ``percent`` (median absolute) of held-out rows, each with ``_low`` and ``_high``, its 95 % interval; the same
        with ``twice_`` in front, expected of twice as many measurements (missing below ``FEWEST`` rows).
    sentence : str
        The same of the best one, in words.
    """

    table: object
    sentence: str


def advise(data, space=None, metric="latency", unit="ms", direction=None, predictors=PREDICTORS,
           dead_operations=None, networks=None, dimensions=None):  # fmt: skip
    """Cross-validate predictors over all measurements of a device.

    Each row is predicted from the rows of the nine other folds, so errors are those of nine tenths of the rows, and a
    fit on all is a little better. Intervals are the 2.5 % and 97.5 % quantiles over 1,000 bootstrap resamples of the
    held-out rows. They tell how much depends on the rows that errors are looked at, and not that other rows would have
    taught something else. So they hold less often than 95 %: what a fit on all rows reached lay in 60 to 100 % of the
    intervals of tau, in 58 to 92 % of those of the mean error, and in 77 to 100 % of those of the median error (25 and
    60 random rows of three combinations of ``data/embedded``, four predictors, 12 to 60 trials each).

    What twice as many rows bring follows from what the rows bring over half of them (chosen by a hash of the
    architecture, both halves in turn), since an error often falls by about the same factor at each doubling; it is
    assumed not to rise. That is a rough guess: its intervals held in 20 to 100 % of those trials.

    Parameters
    ----------
    data, space, metric, unit, direction :
        As of ``hwpred.fit``.
    predictors : sequence of str, or str
        Keys of ``hwpred.predictors.registry``, or ``"auto"``; one of them may stand alone.
    dead_operations, networks, dimensions :
        As of ``hwpred.fit``.

    Returns
    -------
    Advice

    Raises
    ------
    InputError
        If a row cannot be used, or none of the predictors can learn from the rows.
    """
    import pandas as pd

    space = known_space(space, networks, dimensions)
    rows = read_measurements(data, space, metric, unit, direction)
    check_values(metric, rows.value)
    predictors = [predictors] if isinstance(predictors, str) else predictors
    keys = dict.fromkeys(predictor_for(space) if key == AUTO else key for key in predictors)
    found = _expected_of_each([Model(space, key, dead_operations=dead_operations, metric=metric) for key in keys], rows)
    columns = [f"{name}{suffix}" for name in NAMES for suffix in SUFFIXES]
    table = pd.DataFrame.from_dict(found, orient="index").reindex(columns=columns)
    table = table.rename_axis("predictor").reset_index()
    table = table.sort_values("error", kind="stable", ignore_index=True)
    return Advice(table, _sentence(table.iloc[0], len(rows.value), unit))


def _expected_of_each(models, rows):
    """Return {key: what is ``expected``} of the models that can learn from the rows."""
    found = {}
    for place, model in enumerate(models, 1):
        logger.info("%s, %d of %d predictors", model.key, place, len(models))
        if reason := model.why_not(rows.operations):
            logger.warning("%s is left out: %s", model.key, reason)
            continue
        found[model.key] = expected(model, rows.operations, rows.value)
    if not found:
        raise InputError("none of the predictors can learn from these rows; name others")
    return found


def expected(model, operations, value, whole=None):
    """Return the measures of one predictor with their intervals.

    Parameters
    ----------
    model, operations, value :
        As of ``hwpred.advice.heldout.held_out``.
    whole : float array of shape (n,), optional
        Predictions of held-out rows, if they are known already.

    Returns
    -------
    dict
        The columns of ``Advice.table``, without those of twice as many rows if there are too few.
    """
    n = len(value)
    if whole is None:
        whole, _ = held_out(model, operations, value)
    halves = []
    if n >= FEWEST:
        half = (hashes(model.space, operations) // 10 % 2).astype(bool)
        halves = [held_out(model, operations, value, keep)[0] for keep in (half, ~half)]
    rng = generator("advise", n)
    samples = [np.arange(n), *(rng.integers(n, size=n) for _ in range(RESAMPLES))]
    each = np.array([_of_sample(value, whole, halves, sample) for sample in samples])
    low, high = np.nanquantile(each[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    # Without halves the later names have no values.
    values = zip(NAMES, each[0], low, high, strict=False)
    return {f"{name}{suffix}": float(v) for name, *three in values for suffix, v in zip(SUFFIXES, three, strict=True)}


def _of_sample(value, whole, halves, sample):
    """Return tau, error and percent of a sample of the held-out rows; with halves also those of twice as many."""
    now = _compare(value, whole, sample)
    if not halves:
        return now
    before = np.nanmean([_compare(value, half, sample) for half in halves], axis=0)
    # As losses, which a doubling multiplies by a factor of at most 1.
    loss, loss_before = (np.array([1 - tau, error, percent]) for tau, error, percent in (now, before))
    factor = np.clip(loss / np.maximum(loss_before, 1e-12), None, 1.0)
    tau_loss, error, percent = loss * factor
    return [*now, 1 - tau_loss, error, percent]


def _compare(value, prediction, sample):
    from hwpred.metrics import kendall_tau

    sample = sample[~np.isnan(prediction[sample])]
    error = np.abs(prediction[sample] - value[sample])
    tau = kendall_tau(value[sample], prediction[sample])
    return [tau, error.mean(), 100 * np.median(error / value[sample])]


def _sentence(best, rows, unit):
    text = (
        f"Use {best['predictor']}: by cross-validation over {rows} architectures, expect Kendall's tau "
        f"{best['tau']:.2f} ({best['tau_low']:.2f} to {best['tau_high']:.2f}), a mean error of "
        f"{best['error']:.3g} {unit} ({best['error_low']:.3g} to {best['error_high']:.3g}) and a median error of "
        f"{best['percent']:.1f} % ({best['percent_low']:.1f} to {best['percent_high']:.1f})."
    )
    if np.isnan(best["twice_error"]):
        return f"{text} {FEWEST} architectures or more would tell what further ones bring."
    return (
        f"{text} With twice as many, expect tau {best['twice_tau']:.2f} ({best['twice_tau_low']:.2f} to "
        f"{best['twice_tau_high']:.2f}), {best['twice_error']:.3g} {unit} ({best['twice_error_low']:.3g} to "
        f"{best['twice_error_high']:.3g}) and {best['twice_percent']:.1f} % ({best['twice_percent_low']:.1f} to "
        f"{best['twice_percent_high']:.1f})."
    )
