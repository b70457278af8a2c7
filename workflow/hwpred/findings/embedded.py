"""The embedded combinations beside the paper's of the same space, task and metric (its Tables 3 and 4)."""

import numpy as np
import pandas as pd
import yaml

from hwpred.figures.averages import trained_rows
from hwpred.figures.paper import PREDICTORS, combination_of
from hwpred.figures.reading import read_evaluations

SIZES = (124, 1366)
"""Training sizes that are compared; a combination that lacks them shows those nearest to them."""


def tabulate(evaluations, paper, paper_study):
    """Return the table ``embedded``.

    Parameters
    ----------
    evaluations : sequence of path
        Evaluation tables of the default run.
    paper : sequence of path
        ``data/paper/paper_tables.csv``.
    paper_study : sequence of path
        The study of the paper's own combinations: only these of its tables are compared.

    Returns
    -------
    dict of DataFrame
        A row a measured combination and training size: Kendall's tau of linear regression, XGBoost and the lookup
        table, the noise ceiling, and the paper's tau at the same size. The paper gives XGBoost at its largest size
        only (15,000; 2,999 on transnas_macro): ``paper_xgb_largest``.
    """
    tables, metadata = read_evaluations(evaluations)
    theirs, rows = paper_rows(paper[0], paper_study[0]), []
    for name, table in tables.items():
        if metadata[name]["source"] == "measured":
            rows += rows_of(name, table, metadata[name]["notes"].get("noise_ceiling", np.nan), theirs)
    return {"embedded.csv": pd.DataFrame(rows)}


def kind_of(combination):
    """Return (space, task, metric) of an id."""
    space, *task, _, metric = combination.split("-")
    return space, "-".join(task), metric


def paper_rows(tables, study):
    """Return the rows of the paper's tables on the combinations of a study, with ``combination`` and ``kind``.

    Parameters
    ----------
    tables : path
        The paper's Tables 3 and 4.
    study : path
        Configuration that names the combinations.

    Returns
    -------
    DataFrame
    """
    with open(study, encoding="utf-8") as file:
        combinations = yaml.safe_load(file)["combinations"]
    rows = pd.read_csv(tables).replace({"predictor": PREDICTORS})
    rows["combination"] = [combination_of(row.table, row.dataset) for row in rows.itertuples()]
    rows = rows[rows["combination"].isin(combinations)]
    return rows.assign(kind=rows["combination"].map(kind_of))


def nearest(sizes, wanted):
    """Return the training size nearest to each wanted one, on the logarithmic scale on which they are spaced.

    Parameters
    ----------
    sizes : sequence of int
        Training sizes that there are.
    wanted : sequence of int

    Returns
    -------
    list of int
        Each once.
    """
    sizes = np.unique(sizes)
    return list(dict.fromkeys(int(sizes[np.abs(np.log(sizes / size)).argmin()]) for size in wanted))


def rows_of(combination, evaluation, ceiling, paper):
    """Return what stands of one combination, at each of the nearest training sizes.

    Parameters
    ----------
    combination : str
    evaluation : DataFrame
        Of the combination.
    ceiling : float or None
        Tau that noise allows.
    paper : DataFrame
        From ``paper_rows``.

    Returns
    -------
    list of dict
    """
    tau = evaluation[evaluation["measure"] == "kendall_tau"]
    paper = paper[paper["kind"] == kind_of(combination)]
    rows = []
    for size in nearest(trained_rows(tau)["train_size"], SIZES):
        ours = tau[tau["train_size"] == size].set_index("predictor")["mean"]
        theirs = paper[paper["train_size"] == str(size)].set_index("predictor")["kendall_tau"]
        rows.append(
            {
                "combination": combination,
                "train_size": size,
                **{predictor: ours.get(predictor, np.nan) for predictor in ("lin_reg", "xgb")},
                "lookup": _only(tau.loc[tau["predictor"] == "lookup", "mean"]),
                "ceiling_noise": ceiling,
                "paper_combination": _only(paper["combination"].drop_duplicates()),
                "paper_lin_reg": theirs.get("lin_reg", np.nan),
                "paper_xgb_largest": _only(paper.loc[paper["predictor"] == "xgb", "kendall_tau"]),
                "paper_lookup": _only(paper.loc[paper["predictor"] == "lookup", "kendall_tau"]),
            }
        )
    return rows


def _only(values):
    return values.iloc[0] if len(values) else np.nan
