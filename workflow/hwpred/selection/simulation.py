"""Selection under simulated deviations (Laube, Mutschler and Zell 2022, section 5)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.selection.deviations import draw_deviations
from hwpred.selection.outcome import Candidates

TRUE, REFERENCE = "true", "reference"
PAIRINGS = (TRUE, REFERENCE)
TAU_TRIALS = 50
"""Kendall's tau takes longer than everything else together and hardly varies: the first trials tell it."""
BATCH_VALUES = 1 << 19
"""Deviating metrics computed at once: enough to make numpy's overhead small, few enough to stay in the cache."""


def paired(operations, accuracy, metric, pairing):
    """Return accuracy and metric in descending order of accuracy.

    Parameters
    ----------
    operations : int array of shape (n, positions)
    accuracy, metric : arrays of shape (n,)
    pairing : str
        ``"true"``: each architecture has its own metric. ``"reference"``: as in the paper's published code, which sorts
        the metric's values, so that the first architecture in lexicographic order gets the smallest.

    Returns
    -------
    accuracy, metric : float arrays of shape (n,)
    """
    accuracy, metric = np.asarray(accuracy), np.asarray(metric)
    lexicographic = np.lexsort(np.asarray(operations).T[::-1])
    accuracy, metric = accuracy[lexicographic], np.sort(metric) if pairing == REFERENCE else metric[lexicographic]
    order = np.argsort(-accuracy, kind="stable")
    return accuracy[order], metric[order]


def generator_names(run_seed, combination):
    """Return the names of a combination's random generators, ``names`` of the functions here.

    Parameters
    ----------
    run_seed : int
    combination : str

    Returns
    -------
    tuple
    """
    return ("selection", run_seed, combination)


def simulate(accuracy, metric, *, architectures, stds, trials, names, whole=100.0):
    """Select from random architectures by deviating metrics.

    Parameters
    ----------
    accuracy, metric : arrays of shape (n,)
        From ``paired``: in descending order, larger is better; standardised over all architectures, smaller is better.
    architectures : int
        How many are drawn in each trial, without replacement.
    stds : sequence of float
        Standard deviations of the deviations.
    trials : int
        How many there are.
    names : tuple
        Names of the random generators; architectures and trial are added, and the std to those of deviations.
    whole : float
        As for ``Candidates``.

    Returns
    -------
    DataFrame
        One row a trial and std: ``trial``, ``architectures``, ``deviation_std``, ``kendall_tau`` (NaN beyond the first
        trials), ``MEASURES`` of an outcome, ``best_hypervolume`` (of the true front).
    """
    size = max(1, BATCH_VALUES // (architectures * len(stds)))
    batches = [range(first, min(first + size, trials)) for first in range(0, trials, size)]
    return pd.concat(
        [_simulate_batch(accuracy, metric, architectures, stds, batch, names, whole) for batch in batches],
        ignore_index=True,
    )


@dataclass(frozen=True)
class Example:
    """The first trial of a simulation, ``architectures`` in descending order of accuracy.

    Parameters
    ----------
    accuracy, metric : arrays of shape (architectures,)
        Of the drawn ones: larger is better; the true metric, standardised, smaller is better.
    front : bool array of shape (architectures,)
        The true front.
    selected, kept : bool arrays of shape (stds, architectures)
        The front by the deviating metric, and those of it that no other one of it dominates by the true metric.
    outcomes : DataFrame
        Rows of ``simulate``, one a std.
    """

    accuracy: np.ndarray
    metric: np.ndarray
    front: np.ndarray
    selected: np.ndarray
    kept: np.ndarray
    outcomes: pd.DataFrame


def example(accuracy, metric, *, architectures, stds, names, whole=100.0):
    """Return which architectures the first trial selects.

    Parameters
    ----------
    accuracy, metric, architectures, stds, names, whole
        As for ``simulate``; with the same, it is trial 0 of that.

    Returns
    -------
    Example
    """
    candidates, deviating = _draw_candidates(accuracy, metric, architectures, stds, range(1), names, whole)
    true, selected = candidates.metric[:, None], candidates.select(deviating)
    kept = candidates.select(np.where(selected, true, np.inf))
    return Example(
        accuracy=candidates.accuracy[0],
        metric=candidates.metric[0],
        front=candidates.select(true)[0, 0],
        selected=selected[0],
        kept=kept[0],
        outcomes=simulate(accuracy, metric, architectures=architectures, stds=stds, trials=1, names=names, whole=whole),
    )


def _draw_candidates(accuracy, metric, architectures, stds, batch, names, whole):
    """Return the candidates of these trials, and their deviating metrics (trials, stds, architectures)."""
    chosen = np.array([draw_architectures(len(accuracy), architectures, trial, names) for trial in batch])
    deviations = np.array([_draw_deviations(architectures, stds, trial, names) for trial in batch])
    candidates = Candidates(accuracy[chosen], metric[chosen], whole)
    return candidates, candidates.metric[:, None] + deviations


def _simulate_batch(accuracy, metric, architectures, stds, batch, names, whole):
    candidates, deviating = _draw_candidates(accuracy, metric, architectures, stds, batch, names, whole)
    outcomes = candidates.outcomes(candidates.select(deviating))
    columns = {
        "trial": np.repeat(batch, len(stds)),
        "architectures": architectures,
        "deviation_std": np.tile(stds, len(batch)),
        "kendall_tau": _taus(candidates.metric, deviating, batch).ravel(),
        **{name: values.ravel() for name, values in outcomes.items()},
        "best_hypervolume": np.repeat(candidates.best_hypervolume(), len(stds)),
    }
    return pd.DataFrame(columns)


def draw_architectures(count, architectures, trial, names):
    """Return which architectures a trial can select from.

    Parameters
    ----------
    count : int
        How many there are to draw from.
    architectures : int
        How many are drawn, without replacement.
    trial : int
        From 0 on.
    names : tuple
        As for ``simulate``; from ``generator_names``.

    Returns
    -------
    int array of shape (architectures,)
        Places in the order of ``paired``, ascending.
    """
    drawn = generator(*names, architectures, trial).choice(count, architectures, replace=False)
    # Small integers are sorted by radix, in linear time.
    return np.sort(drawn.astype(np.int16 if count < 1 << 15 else np.int64), kind="stable")


def _draw_deviations(architectures, stds, trial, names):
    """Return the deviations of a trial, (stds, architectures); those of a std are the same whatever the others are."""
    names = (*names, architectures, trial, "deviations")
    return [draw_deviations(architectures, std, generator(*names, float(std))) for std in stds]


def _taus(metric, deviating, batch):
    return np.array(
        [
            [kendall_tau(true, row) if trial < TAU_TRIALS else np.nan for row in rows]
            for trial, true, rows in zip(batch, metric, deviating, strict=True)
        ]
    )
