"""Curves over training size, prepared for drawing: averaged over combinations, centred on the mean."""

import numpy as np
import pandas as pd

from hwpred.predictors.registry import REGISTRY

CURVE_COLUMNS = ["predictor", "train_size", "mean", "std", "seeds"]


def one_table(evaluations):
    """Return the evaluations of all combinations ({combination: table}) as one table with ``combination``."""
    return pd.concat([table.assign(combination=name) for name, table in evaluations.items()], ignore_index=True)


def mean_curves(evaluations, measure="kendall_tau", statistic="mean"):
    """Average one measure over combinations.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    measure : str
    statistic : str
        Column of the evaluation table to average: ``"mean"`` or a quantile such as ``"q50"``.

    Returns
    -------
    DataFrame
        ``CURVE_COLUMNS``: ``mean`` over the combinations, ``std`` over seeds (sample standard deviation, mean over
        the combinations, missing for one seed), ``seeds`` (least of the combinations). A predictor appears at the
        sizes that all combinations have.

    Raises
    ------
    ValueError
        If there are no combinations, or no predictor has a value on all of them.
    """
    if not evaluations:
        raise ValueError(
            f"there is no combination whose {measure} could be averaged; a space whose networks are only measured or "
            "trained has no curves"
        )
    table = one_table(evaluations)
    table = table[table["measure"] == measure]
    averaged = table.groupby(["predictor", "train_size"], sort=False, as_index=False).agg(
        mean=(statistic, "mean"), std=("std", "mean"), seeds=("seeds", "min"), combinations=("combination", "nunique")
    )
    averaged = averaged.loc[averaged["combinations"] == len(evaluations), CURVE_COLUMNS]
    if averaged.empty:
        raise ValueError(
            f"no predictor has {measure} on all of {', '.join(evaluations)}; nothing to draw (a correlation is not "
            "defined where all targets of a test set are equal)"
        )
    return averaged.sort_values(["predictor", "train_size"], ignore_index=True)


def by_space(evaluations, spaces):
    """Group evaluation tables: {space: {combination: table}}.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    spaces : dict
        Combination -> space.

    Returns
    -------
    dict
    """
    groups = {spaces[name]: {} for name in evaluations}
    for name, table in evaluations.items():
        groups[spaces[name]][name] = table
    return groups


def trained_rows(table):
    """Return the rows of predictors that have training sets (all but the lookup table)."""
    return table[~_untrained(table)]


def untrained_rows(table):
    """Return the rows of predictors that choose their own measurements and have one fit only."""
    return table[_untrained(table)]


def _untrained(table):
    return table["predictor"].isin([key for key, entry in REGISTRY.items() if not entry.trained]).astype(bool)


def trained_or_all(table):
    """Return the trained predictors' rows, or all rows where there are none."""
    trained = trained_rows(table)
    return table if trained.empty else trained


def spread_untrained(curves):
    """Repeat the one value of an untrained predictor at every training size: a horizontal line.

    Returns
    -------
    DataFrame
        As ``curves``, with the column ``measurements``: the untrained predictor's own number, else missing.
    """
    trained = trained_rows(curves)
    constant = untrained_rows(curves).rename(columns={"train_size": "measurements"})
    sizes = trained_or_all(curves)[["train_size"]].drop_duplicates()
    return pd.concat([trained.assign(measurements=np.nan), constant.merge(sizes, how="cross")], ignore_index=True)


def by_final_value(curves, largest_first=True):
    """Return the predictors ordered by their value at their largest training size.

    Parameters
    ----------
    curves : DataFrame
        ``predictor``, ``train_size``, ``mean``.
    largest_first : bool

    Returns
    -------
    list of str
    """
    final = curves.sort_values("train_size").groupby("predictor")["mean"].last()
    return list(final.sort_values(ascending=not largest_first, kind="stable").index)
