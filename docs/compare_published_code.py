"""Kendall's tau and CPU seconds of a run without search beside those of the paper's published code.

Run: snakemake evaluate_all --configfile config/baseline.yaml
     python docs/compare_published_code.py results/baseline > docs/results/compare_published_code.csv

The splits are not the same, so a difference carries the noise of both means: ``standard_error``, from our standard
deviation over the seeds. ``ok`` says that ours is not lower than allowed: by .01, by .03 where the published code ran
one seed only. CPU seconds are those of one fit.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.tables import read_table

PUBLISHED = Path(__file__).parents[1] / "data" / "paper" / "published_code.csv"
KEY = ["combination", "predictor", "train_size"]
THEIRS = {"seeds": "published_seeds", "kendall_tau": "published", "fit_cpu_seconds": "published_cpu_seconds"}
DECIMALS = {
    **{"seeds": 0, "kendall_tau": 3, "published": 3, "published_seeds": 0},
    **{"difference": 3, "standard_error": 3, "allowed": 2, "ok": 0},
    **{"fit_cpu_seconds": 5, "published_cpu_seconds": 5, "times_cheaper": 1},
}
"""Columns of the comparison, and how they are rounded."""


def compare(run, published):
    """Return one row for each (combination, predictor, train_size) that both have."""
    table = _ours(run).merge(published.rename(columns=THEIRS), on=KEY)
    table["difference"] = table["kendall_tau"] - table["published"]
    table["standard_error"] = table["std"] * np.sqrt(1 / table["seeds"] + 1 / table["published_seeds"])
    table["allowed"] = np.where(table["published_seeds"] > 1, -0.01, -0.03)
    table["ok"] = table["difference"] >= table["allowed"]
    table["times_cheaper"] = table["published_cpu_seconds"] / table["fit_cpu_seconds"]
    return table[[*KEY, *DECIMALS]].round(DECIMALS)


def _ours(run):
    frames = []
    for path in sorted(Path(run, "evaluation").glob("*.parquet")):
        rows = read_table(path, "evaluation").set_index(["predictor", "train_size"])
        tau = rows.loc[rows["measure"] == "kendall_tau", ["mean", "std", "seeds"]]
        seconds = rows.loc[rows["measure"] == "fit_seconds", "mean"].rename("fit_cpu_seconds")
        frame = tau.rename(columns={"mean": "kendall_tau"}).join(seconds).reset_index()
        frames.append(frame.assign(combination=path.stem))
    return pd.concat(frames)


if __name__ == "__main__":
    compare(sys.argv[1], pd.read_csv(PUBLISHED)).to_csv(sys.stdout, index=False)
