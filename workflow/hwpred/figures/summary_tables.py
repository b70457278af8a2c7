"""Tables of the study, and how they are written as CSV and LaTeX. ``MISSING`` stands where there is no fit."""

import numpy as np
import pandas as pd

from hwpred.figures.averages import one_table, trained_rows
from hwpred.figures.reading import noise_ceiling_of
from hwpred.tables import whole_file

MISSING = "-"
_LATEX = str.maketrans({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#"})


def tau_by_size(evaluations, predictors=("lin_reg", "xgb")):
    """Return mean and sample standard deviation of tau of some predictors, a row a combination and training size.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    predictors : sequence of str

    Returns
    -------
    DataFrame
        combination, train_size, then ``<predictor>`` and ``<predictor>_std`` of each; missing without a fit.
    """
    rows = []
    for combination, evaluation in evaluations.items():
        tau = _tau_of(evaluation)
        for size in sorted(set(trained_rows(tau)["train_size"])):
            row = {"combination": combination, "train_size": size}
            for predictor in predictors:
                fits = tau[(tau["predictor"] == predictor) & (tau["train_size"] == size)]
                row[predictor] = fits["mean"].iloc[0] if len(fits) else np.nan
                row[f"{predictor}_std"] = fits["std"].iloc[0] if len(fits) else np.nan
            rows.append(row)
    names = [name for predictor in predictors for name in (predictor, f"{predictor}_std")]
    return pd.DataFrame(rows, columns=["combination", "train_size", *names])


def tau_by_size_wide(table, predictors=("lin_reg", "xgb")):
    """Turn the table of ``tau_by_size`` into a row a combination and predictor, a column a training size."""
    long = table.melt(["combination", "train_size"], list(predictors), "predictor", "tau")
    order = pd.MultiIndex.from_product([table["combination"].unique(), predictors], names=["combination", "predictor"])
    wide = long.pivot(index=["combination", "predictor"], columns="train_size", values="tau")
    return wide.reindex(order).rename_axis(columns=None).reset_index()


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
        sample standard deviation over seeds, missing for one. ``seeds`` are those that have most of the measures; a
        gain of the search is over fewer (``search.search_table``).
    """
    long = one_table(evaluations)
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
        ``combination``; ``ceiling_noise`` with ``half_interval`` (of 95 %) and ``known_by`` (``two_passes`` or
        ``repeats``), missing where neither tells; ``ceiling_ties``; ``reached``, ``reached_by``, ``reached_after``.
    """
    rows = []
    for name, evaluation in evaluations.items():
        told = noise_ceiling_of({name: metadata[name]})
        tau = _tau_of(evaluation).dropna(subset="mean")
        best = tau.loc[tau["mean"].idxmax()] if len(tau) else {"mean": np.nan, "predictor": None, "train_size": None}
        row = {"combination": name, "ceiling_noise": np.nan, "half_interval": np.nan, "known_by": None}
        if told:
            known_by = "repeats" if told.by_repeats else "two_passes"
            row |= {"ceiling_noise": told.tau, "half_interval": told.half_interval, "known_by": known_by}
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
        ``measurements`` and tau (``lookup``) of the lookup table; ``lin_reg`` at the smallest
        ``train_size`` that is no smaller (if any); ``lin_reg_largest``, at the largest size;
        ``lin_reg_better_from`` and ``all_better_from``, the training size from which on linear regression,
        or every trained predictor, is better than the lookup table.
    """
    rows = []
    for combination, evaluation in evaluations.items():
        facts = {key: metadata[combination][key] for key in ("device", "metric", "space", "task")}
        rows.append({**facts, **_lookup_row(_tau_of(evaluation))})
    table = pd.DataFrame(rows).sort_values(["device", "metric", "space", "task"], ignore_index=True)
    whole = ["measurements", "train_size", "lin_reg_better_from", "all_better_from"]
    return table.astype(dict.fromkeys(whole, "Int64"))


def _lookup_row(tau):
    lookup, linear = (tau[tau["predictor"] == key].sort_values("train_size") for key in ("lookup", "lin_reg"))
    row = dict.fromkeys(("measurements", "lookup", "train_size", "lin_reg"), np.nan)
    row["lin_reg_largest"] = linear["mean"].iloc[-1] if len(linear) else np.nan
    row |= {"lin_reg_better_from": np.nan, "all_better_from": np.nan}
    if lookup.empty:
        return row
    row["measurements"], row["lookup"] = lookup["train_size"].iloc[0], lookup["mean"].iloc[0]
    enough = linear[linear["train_size"] >= row["measurements"]]
    if len(enough):
        row["train_size"], row["lin_reg"] = enough["train_size"].iloc[0], enough["mean"].iloc[0]
    row["lin_reg_better_from"] = _better_from(linear, row["lookup"])
    row["all_better_from"] = _better_from(trained_rows(tau), row["lookup"])
    return row


def _better_from(tau, level):
    """Return the smallest size from which on all values are above that level, missing if there is none."""
    worst = tau.groupby("train_size")["mean"].min()
    behind = worst.index[worst <= level]
    ahead = worst.index if behind.empty else worst.index[worst.index > behind.max()]
    return ahead.min() if len(ahead) else np.nan


def _tau_of(evaluation):
    return evaluation[evaluation["measure"] == "kendall_tau"]


def as_text(table):
    """Write every cell: three decimals (seconds and hours: three digits), ``MISSING`` where there is nothing."""

    def cell(value, small):
        if pd.isna(value):
            return MISSING
        if not isinstance(value, float):
            return str(value)
        # Adding 0 turns a rounded -0 into 0.
        return f"{value:.3g}" if small else f"{round(value, 3) + 0.0:.3f}"

    return table.apply(
        lambda column: column.map(cell, small=any(unit in str(column.name) for unit in ("seconds", "hours")))
    )


def write_csv(table, path):
    """Write a table as CSV, whole."""
    with whole_file(path) as unfinished:
        as_text(table).to_csv(unfinished, index=False, lineterminator="\n")


def latex(tables, caption):
    """Return tables, {title: table}, as LaTeX tabulars (package booktabs) under one comment line each."""
    lines = [f"% {caption}"]
    for title, table in tables.items():
        text = as_text(table)
        kinds = ["r" if pd.api.types.is_numeric_dtype(table[name]) else "l" for name in table]
        cells = [[str(name) for name in text.columns], *text.to_numpy().tolist()]
        head, *body = [" & ".join(cell.translate(_LATEX) for cell in row) + r" \\" for row in cells]
        lines += [f"% {title}", rf"\begin{{tabular}}{{{''.join(kinds)}}}", r"\toprule", head, r"\midrule"]
        lines += [*body, r"\bottomrule", r"\end{tabular}", ""]
    return "\n".join(lines)
