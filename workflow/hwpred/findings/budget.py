"""What to spend a time budget on, by device, as it measures and as a slower one would."""

import pandas as pd

from hwpred.selection.budget import best_by_budget, budgets
from hwpred.tables import read_metadata, read_table

SLOW_DEVICE = 10.0
"""Seconds a measurement of a slow device that is sent one network after the other."""


def tabulate(offers):
    """Return the table ``budget``.

    Parameters
    ----------
    offers : sequence of path
        ``offers`` tables of the run, a combination each.

    Returns
    -------
    dict of DataFrame
        For each combination whose measuring time is known, at that time and at ``SLOW_DEVICE``, and for each budget:
        the best of every strategy, best first.
    """
    tables = []
    for file in offers:
        metadata, offered = read_metadata(file), read_table(file, "offers")
        own = metadata["seconds_per_measurement"]
        for seconds in (own, SLOW_DEVICE) if own else ():
            table = best_of_strategies(at_other_time(offered, own, seconds), seconds, metadata["architectures"])
            tables.append(table.assign(combination=metadata["combination"], seconds_per_measurement=seconds))
    return {"budget.csv": pd.concat(tables, ignore_index=True)}


def at_other_time(offered, seconds, other):
    """Return the offers if a measurement took another time.

    Parameters
    ----------
    offered : DataFrame
        From ``hwpred.selection.budget.offers``.
    seconds, other : float
        What a measurement takes in ``offered``, and what it shall take.

    Returns
    -------
    DataFrame
    """
    measurements = offered["train_size"] + offered["verified"]
    return offered.assign(seconds=offered["seconds"] + measurements * (other - seconds))


def best_of_strategies(offered, seconds, architectures):
    """Return the best offer of every strategy within each budget.

    Parameters
    ----------
    offered : DataFrame
        From ``hwpred.selection.budget.offers``.
    seconds : float
        A measurement takes.
    architectures : int
        How many there are.

    Returns
    -------
    DataFrame
        As of ``hwpred.selection.budget.best_by_budget``, the best first.
    """
    best = best_by_budget(offered, budgets(seconds, architectures), by=["strategy"])
    return best.sort_values(
        ["minutes", "hypervolume_percent_mean", "seconds"], ascending=[True, False, True], kind="stable"
    )
