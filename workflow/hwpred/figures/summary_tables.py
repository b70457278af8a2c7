"""Tables of the study for people."""

import numpy as np
import pandas as pd

from hwpred.figures.averages import one_table, trained_rows
from hwpred.figures.reading import noise_ceiling_of

TAU_COLUMNS = ["combination", "predictor", "train_size", "kendall_tau_mean", "kendall_tau_std", "seeds"]
LOOKUP_COLUMNS = [
    *("lookup_measurements", "lookup_kendall_tau", "lin_reg_train_size", "lin_reg_kendall_tau"),
    *("lin_reg_largest_kendall_tau", "lin_reg_better_from", "all_better_from"),
]
HALF = "ceiling_noise_half_interval"
SHARES = ("within_10_percent", "coverage_95")
"""Measures that an evaluation has as shares of 1, and tables for people in percent."""


def tau_by_size(evaluations, predictors=("lin_reg", "xgb")):
    """Return mean and sample standard deviation of tau of some predictors.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    predictors : sequence of str

    Returns
    -------
    DataFrame
        ``TAU_COLUMNS``: a row a combination, predictor and training size of the trained predictors; tau is missing
        where there is no fit.
    """
    rows = []
    for combination, evaluation in evaluations.items():
        tau = _tau_of(evaluation)
        sizes = sorted(set(trained_rows(tau)["train_size"]))
        known = tau.set_index(["predictor", "train_size"])[["mean", "std", "seeds"]]
        every = pd.MultiIndex.from_product([predictors, sizes], names=known.index.names)
        rows.append(known.reindex(every).reset_index().assign(combination=combination))
    table = pd.concat(rows, ignore_index=True)
    return table.rename(columns={"mean": "kendall_tau_mean", "std": "kendall_tau_std"})[TAU_COLUMNS]


def all_evaluations(evaluations):
    """Return the evaluations of all combinations in one table, a row a predictor and training size.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.

    Returns
    -------
    DataFrame
        combination, predictor, train_size, seeds, then ``<measure>_mean`` and ``<measure>_std`` of each measure: the
        sample standard deviation over seeds, missing for one; ``SHARES`` are in percent. ``seeds`` are those that
        have most of the measures; a gain of the search is over fewer (``search.search_table``).
    """
    long = one_table(evaluations)
    long.loc[long["measure"].isin(SHARES), ["mean", "std"]] *= 100
    fit = ["combination", "predictor", "train_size"]
    long["seeds"] = long.groupby(fit)["seeds"].transform("max")
    keys = [*fit, "seeds"]
    wide = long.pivot(index=keys, columns="measure", values=["mean", "std"])
    measures = [name for name in long["measure"].unique() if name != "kendall_tau"]
    order = [(kind, name) for name in ("kendall_tau", *measures) for kind in ("mean", "std")]
    wide = wide[order].set_axis([f"{name}_{kind}" for kind, name in order], axis=1).reset_index()
    rank = {name: i for i, name in enumerate(evaluations)}
    return wide.sort_values("combination", key=lambda names: names.map(rank), kind="stable", ignore_index=True)


def ceilings(evaluations, metadata):
    """Return what bounds tau on each combination, and the best mean tau that a predictor reaches.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    metadata : dict
        Combination -> its metadata.

    Returns
    -------
    DataFrame
        ``combination``; ``ceiling_noise`` with ``ceiling_noise_half_interval`` (of 95 %) and ``known_by``
        (``two_passes`` or ``repeats``), missing where neither tells; ``ceiling_ties``; ``reached``,
        ``reached_by``, ``reached_after``.
    """
    rows = []
    for name, evaluation in evaluations.items():
        told = noise_ceiling_of({name: metadata[name]})
        tau = _tau_of(evaluation).dropna(subset="mean")
        best = tau.loc[tau["mean"].idxmax()] if len(tau) else {"mean": np.nan, "predictor": None, "train_size": None}
        row = {"combination": name, "ceiling_noise": np.nan, HALF: np.nan, "known_by": None}
        if told:
            known_by = "repeats" if told.by_repeats else "two_passes"
            row |= {"ceiling_noise": told.tau, HALF: told.half_interval, "known_by": known_by}
        row["ceiling_ties"] = metadata[name].get("tau_cap")
        reached = {"reached": best["mean"], "reached_by": best["predictor"], "reached_after": best["train_size"]}
        rows.append(row | reached)
    return pd.DataFrame(rows).astype({"ceiling_ties": float, "reached_after": "Int64"})


def lookup_against_linear(evaluations, metadata):
    """Compare the lookup table with linear regression, a row a combination, by device and metric.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    metadata : dict
        Combination -> its space, task, device and metric.

    Returns
    -------
    DataFrame
        ``lookup_measurements`` and ``lookup_kendall_tau`` of the lookup table; ``lin_reg_kendall_tau`` at the smallest
        ``lin_reg_train_size`` that is no smaller (if any); ``lin_reg_largest_kendall_tau``, at the largest size;
        ``lin_reg_better_from`` and ``all_better_from``, the training size from which on linear regression,
        or every trained predictor, is better than the lookup table.
    """
    rows = []
    for combination, evaluation in evaluations.items():
        facts = {key: metadata[combination][key] for key in ("device", "metric", "space", "task")}
        rows.append({**facts, **_lookup_row(_tau_of(evaluation))})
    table = pd.DataFrame(rows).sort_values(["device", "metric", "space", "task"], ignore_index=True)
    whole = ["lookup_measurements", "lin_reg_train_size", "lin_reg_better_from", "all_better_from"]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _lookup_row(tau):
    lookup, linear = (tau[tau["predictor"] == key].sort_values("train_size") for key in ("lookup", "lin_reg"))
    row = dict.fromkeys(LOOKUP_COLUMNS[:4], np.nan)
    row["lin_reg_largest_kendall_tau"] = linear["mean"].iloc[-1] if len(linear) else np.nan
    row |= {"lin_reg_better_from": np.nan, "all_better_from": np.nan}
    if lookup.empty:
        return row
    measurements, level = lookup["train_size"].iloc[0], lookup["mean"].iloc[0]
    row |= {"lookup_measurements": measurements, "lookup_kendall_tau": level}
    enough = linear[linear["train_size"] >= measurements]
    if len(enough):
        row |= {"lin_reg_train_size": enough["train_size"].iloc[0], "lin_reg_kendall_tau": enough["mean"].iloc[0]}
    row |= {
        "lin_reg_better_from": _better_from(linear, level),
        "all_better_from": _better_from(trained_rows(tau), level),
    }
    return row


def _better_from(tau, level):
    """Return the smallest size from which on all values are above that level, missing if there is none."""
    worst = tau.groupby("train_size")["mean"].min()
    behind = worst.index[worst <= level]
    ahead = worst.index if behind.empty else worst.index[worst.index > behind.max()]
    return ahead.min() if len(ahead) else np.nan


def _tau_of(evaluation):
    return evaluation[evaluation["measure"] == "kendall_tau"]
