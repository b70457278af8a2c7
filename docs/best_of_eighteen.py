"""The best of the eighteen predictors by combination and training size: what structured_gp is set beside.

Run: python docs/best_of_eighteen.py results docs/results

after

    snakemake evaluate_all --configfile config/structured.yaml config/structured_rivals.yaml
    snakemake evaluate_all --configfile config/open.yaml config/open_devices.yaml

Chosen by tau's mean: over ten seeds where the first run has the predictor, else over the three of
``docs/results/evaluation_open.csv`` or of the second run (eyeriss and fpga); all with search. The lookup table counts
from 25 measurements on. Writes ``best_of_eighteen.csv``.
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import write_csv


def best_of_eighteen(evaluation):
    """Return the best mean tau and its predictor by combination and training size."""
    sizes = evaluation[["combination", "train_size"]].drop_duplicates()
    lookup = evaluation[evaluation["predictor"] == "lookup"].drop(columns="train_size")
    later = sizes[sizes["train_size"] >= 25].merge(lookup, on="combination")
    rows = pd.concat([evaluation[evaluation["predictor"] != "lookup"], later], ignore_index=True)
    best = rows.loc[rows.groupby(["combination", "train_size"])["kendall_tau_mean"].idxmax()]
    columns = {"kendall_tau_mean": "best_of_eighteen", "predictor": "best_predictor"}
    return best.rename(columns=columns)[["combination", "train_size", "best_of_eighteen", "best_predictor"]]


def read_taus(run):
    """Return mean tau by combination, predictor and training size of a run."""
    evaluations, _ = read_evaluations(sorted(Path(run, "evaluation").glob("*.parquet")))
    table = pd.concat([table.assign(combination=name) for name, table in evaluations.items()])
    table = table[table["measure"] == "kendall_tau"].rename(columns={"mean": "kendall_tau_mean"})
    return table[["combination", "predictor", "train_size", "kendall_tau_mean"]]


def main(results, folder):
    """Write the table of the runs below ``results``."""
    open_data = pd.read_csv(Path(folder, "evaluation_open.csv"), na_values="-")
    rivals, devices = (read_taus(Path(results, run)) for run in ("structured_rivals", "open_devices"))
    evaluation = pd.concat([rivals, open_data, devices], ignore_index=True)
    evaluation = evaluation.drop_duplicates(["combination", "predictor", "train_size"])
    write_csv(best_of_eighteen(evaluation), Path(folder, "best_of_eighteen.csv"))


if __name__ == "__main__":
    main(*sys.argv[1:])
