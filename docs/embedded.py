"""The embedded combinations beside the paper's of the same space, task and metric (its Tables 3 and 4).

Run: python docs/embedded.py results/default docs/results

Writes ``embedded.csv``, a row a combination and training size, of those that the run has nearest to 124 and to 1,366:
Kendall's tau (mean over seeds) of linear regression, XGBoost and the lookup table, the noise ceiling, and the paper's
tau at the same size. The paper gives XGBoost at its largest size only (15,000; transnas_macro 2,999), so
``paper_xgb_largest`` is that.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.configuration import read_yaml
from hwpred.figures.averages import trained_rows
from hwpred.figures.paper import PREDICTORS, combination_of
from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import write_csv

PROJECT = Path(__file__).parents[1]
SIZES = (124, 1366)


def kind_of(combination):
    """Return (space, task, metric) of an id."""
    space, *task, _, metric = combination.split("-")
    return space, "-".join(task), metric


def paper_rows():
    """Return the rows of the paper's tables on its own ten combinations, with ``combination`` and ``kind``."""
    tables = pd.read_csv(PROJECT / "data/paper/paper_tables.csv").replace({"predictor": PREDICTORS})
    tables["combination"] = [combination_of(row.table, row.dataset) for row in tables.itertuples()]
    tables = tables[tables["combination"].isin(read_yaml(PROJECT / "config/paper.yaml")["combinations"])]
    return tables.assign(kind=tables["combination"].map(kind_of))


def nearest(sizes, wanted):
    """Return the training size nearest to each wanted one, on the logarithmic scale on which they are spaced."""
    sizes = np.unique(sizes)
    return list(dict.fromkeys(int(sizes[np.abs(np.log(sizes / size)).argmin()]) for size in wanted))


def rows_of(combination, evaluation, ceiling, paper):
    """Return a row of the table, a dictionary, for each of the nearest training sizes."""
    tau = evaluation[evaluation["measure"] == "kendall_tau"]
    paper = paper[paper["kind"] == kind_of(combination)]
    rows = []
    for size in nearest(trained_rows(tau)["train_size"], SIZES):
        ours = tau[tau["train_size"] == size].set_index("predictor")["mean"]
        theirs = paper[paper["train_size"] == str(size)].set_index("predictor")["kendall_tau"]
        lookup = tau.loc[tau["predictor"] == "lookup", "mean"]
        rows.append(
            {
                "combination": combination,
                "train_size": size,
                **{predictor: ours.get(predictor, np.nan) for predictor in ("lin_reg", "xgb")},
                "lookup": _only(lookup),
                "noise_ceiling": ceiling,
                "paper_combination": _only(paper["combination"].drop_duplicates()),
                "paper_lin_reg": theirs.get("lin_reg", np.nan),
                "paper_xgb_largest": _only(paper.loc[paper["predictor"] == "xgb", "kendall_tau"]),
                "paper_lookup": _only(paper.loc[paper["predictor"] == "lookup", "kendall_tau"]),
            }
        )
    return rows


def _only(values):
    return values.iloc[0] if len(values) else np.nan


if __name__ == "__main__":
    run, folder = sys.argv[1:]
    evaluations, metadata = read_evaluations(sorted(Path(run, "evaluation").glob("*.parquet")))
    paper, rows = paper_rows(), []
    for name, evaluation in evaluations.items():
        if metadata[name]["source"] == "measured":
            rows += rows_of(name, evaluation, metadata[name]["notes"].get("noise_ceiling", np.nan), paper)
    write_csv(pd.DataFrame(rows), Path(folder, "embedded.csv"))
