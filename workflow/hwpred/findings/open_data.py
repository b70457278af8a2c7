"""The eighteen predictors on open data: all evaluations, what the search gains, and the paper's mean curves."""

import numpy as np
import pandas as pd

from hwpred.figures.averages import mean_curves, one_table
from hwpred.figures.paper import curves_of_space
from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import all_evaluations
from hwpred.findings.fits import space_of

SPACE = "nasbench201"
ALSO_IN_THE_PAPER = ("pixel3", "raspi4")
"""Devices of the paper's nasbench201 combinations that open data have, though measured for other tasks."""


def tabulate(evaluations, paper):
    """Return the tables of the study on open data.

    Parameters
    ----------
    evaluations : sequence of path
        Evaluation tables of the run.
    paper : sequence of path
        ``data/paper/paper_curves.csv``.

    Returns
    -------
    dict of DataFrame
        ``evaluation_open``: means and sample standard deviations over seeds of all measures but times; ``search``, of
        ``search_gain``; ``compare_paper_curves``, of ``beside_paper``.
    """
    tables, metadata = read_evaluations(evaluations)
    wide = all_evaluations(tables)
    return {
        "evaluation_open.csv": wide.drop(columns=[name for name in wide if "seconds" in name]),
        "search.csv": search_gain(tables),
        "compare_paper_curves.csv": beside_paper(tables, metadata, pd.read_csv(paper[0])),
    }


def search_gain(evaluations):
    """Return what the hyperparameter search gained, a row a space, predictor and training size.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.

    Returns
    -------
    DataFrame
        ``gain``: Kendall's tau with search minus that of the default hyperparameters on the same split, mean over seeds
        and combinations; ``standard_error`` of that mean, over seeds; ``seeds`` of each combination.
    """
    rows = one_table(evaluations)
    rows = rows[rows["measure"] == "search_gain"]
    rows = rows.assign(space=space_of(rows["combination"]), variance=rows["std"] ** 2 / rows["seeds"])
    groups = rows.groupby(["space", "predictor", "train_size"])
    table = groups.agg(
        gain=("mean", "mean"), variance=("variance", "sum"), combinations=("mean", "size"), seeds=("seeds", "min")
    )
    table["standard_error"] = np.sqrt(table["variance"]) / table["combinations"]
    return table.reset_index()[["space", "predictor", "train_size", "gain", "standard_error", "seeds"]]


def beside_paper(evaluations, metadata, curves):
    """Return our mean curves on nasbench201 and the paper's, which average five combinations of its own.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table.
    metadata : dict
        Combination -> its facts.
    curves : DataFrame
        The paper's.

    Returns
    -------
    DataFrame
        A row a predictor and training size that both have: Kendall's tau of the ``paper``; ours, as the mean of the two
        devices that the paper has, too (``hard``), and of ``all`` combinations; ``difference``, ``hard`` minus
        ``paper``.
    """
    ours = {name: table for name, table in evaluations.items() if metadata[name]["space"] == SPACE}
    hard = {name: table for name, table in ours.items() if metadata[name]["device"] in ALSO_IN_THE_PAPER}
    table = curves_of_space(curves, SPACE).rename(columns={"kendall_tau": "paper"})
    for label, chosen in (("hard", hard), ("all", ours)):
        means = mean_curves(chosen)[["predictor", "train_size", "mean"]]
        table = table.merge(means.rename(columns={"mean": label}), on=["predictor", "train_size"])
    return table.assign(difference=table["hard"] - table["paper"])
