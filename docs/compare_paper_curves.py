"""Our mean curves on nasbench201 beside the paper's, which average its own five combinations (figure res_pred1).

Run: python docs/compare_paper_curves.py results/open > docs/results/compare_paper_curves.csv

Two of the paper's five, pixel3 and raspi4, are as noisy as ours on other tasks: ``hard`` is the mean of ours, ``all``
that of all five of ours, of which three are easier. ``difference`` is ``hard`` minus ``paper``.
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.figures.averages import mean_curves
from hwpred.figures.paper import curves_of_space
from hwpred.figures.reading import read_evaluations

PAPER = Path(__file__).parents[1] / "data" / "paper" / "paper_curves.csv"
SPACE = "nasbench201"
HARD = ("pixel3", "raspi4")


def compare(evaluations, metadata, paper):
    """Return a row a predictor and training size that both have."""
    ours = {name: table for name, table in evaluations.items() if metadata[name]["space"] == SPACE}
    hard = {name: table for name, table in ours.items() if metadata[name]["device"] in HARD}
    table = paper.rename(columns={"kendall_tau": "paper"})
    for label, chosen in (("hard", hard), ("all", ours)):
        curves = mean_curves(chosen)[["predictor", "train_size", "mean"]]
        table = table.merge(curves.rename(columns={"mean": label}), on=["predictor", "train_size"])
    return table.assign(difference=table["hard"] - table["paper"]).round(3)


if __name__ == "__main__":
    evaluations, metadata = read_evaluations(sorted(Path(sys.argv[1], "evaluation").glob("*.parquet")))
    compare(evaluations, metadata, curves_of_space(pd.read_csv(PAPER), SPACE)).to_csv(sys.stdout, index=False)
