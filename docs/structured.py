"""What structured_gp and transfer_gp reach, beside the best of the eighteen and beside HELP.

Run: python docs/structured.py results/structured results/transfer docs/results

Writes

- ``structured.csv``: tau of structured_gp by combination and training size, and of the best of the eighteen there
  (``docs/results/evaluation_open.csv``, three seeds, with search; the lookup table counts from 25 measurements on);
- ``transfer.csv``: Spearman's correlation and tau of structured_gp and transfer_gp on HELP's test devices, and HELP's
  own Spearman after ten measurements (Lee et al., NeurIPS 2021, Table 3).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.figures.summary_tables import write_csv
from hwpred.tables import read_metadata, read_table

PROJECT = Path(__file__).parents[1]
OWN = ("structured_gp", "transfer_gp")
HELP = {"titan_rtx_256": 0.987, "gold_6226": 0.989, "pixel2": 0.802, "raspi4": 0.890, "eyeriss": 0.940, "fpga": 0.985}
HELP_SAMPLES = 10


def read_fits(run):
    """Return the fits of a run, with ``combination``."""
    files = sorted(Path(run).glob("fits/*/*/*.parquet"))
    tables = [read_table(file, "fits").assign(combination=read_metadata(file)["combination"]) for file in files]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def summary(fits, *measures):
    """Return mean and standard deviation over seeds of each predictor, combination and training size."""
    by = fits.groupby(["predictor", "combination", "train_size"], sort=False)
    columns = {f"{measure}_{name}": (measure, name) for measure in measures for name in ("mean", "std")}
    return by.agg(**columns, seeds=("seed", "nunique")).reset_index()


def best_of_eighteen(evaluation):
    """Return the best mean tau and its predictor by combination and training size."""
    sizes = evaluation[["combination", "train_size"]].drop_duplicates()
    lookup = evaluation[evaluation["predictor"] == "lookup"].drop(columns="train_size")
    later = sizes[sizes["train_size"] >= 25].merge(lookup, on="combination")
    rows = pd.concat([evaluation[~evaluation["predictor"].isin([*OWN, "lookup"])], later], ignore_index=True)
    best = rows.loc[rows.groupby(["combination", "train_size"])["kendall_tau_mean"].idxmax()]
    columns = {"kendall_tau_mean": "best_of_eighteen", "predictor": "best_predictor"}
    return best.rename(columns=columns)[["combination", "train_size", "best_of_eighteen", "best_predictor"]]


def structured_table(fits, evaluation):
    """Return the rows of ``structured.csv``."""
    ours = summary(fits[fits["predictor"] == "structured_gp"], "kendall_tau", "fit_seconds")
    table = ours.merge(best_of_eighteen(evaluation), on=["combination", "train_size"], how="left")
    return table.drop(columns="fit_seconds_std").assign(gain=table["kendall_tau_mean"] - table["best_of_eighteen"])


def transfer_table(fits):
    """Return the rows of ``transfer.csv``."""
    table = summary(fits, "spearman", "kendall_tau")
    device = table["combination"].str.split("-").str[2]
    return table.assign(help_spearman=device.map(HELP).where(table["train_size"] == HELP_SAMPLES))


def report(structured, transfer):
    """Print the means that docs/findings.md states."""
    space = structured["combination"].str.split("-").str[0]
    for name, rows in structured.groupby(space, sort=False):
        known = rows.dropna(subset=["best_of_eighteen"])
        means = known.groupby("train_size")[["kendall_tau_mean", "best_of_eighteen", "gain"]].mean()
        means["worst_gain"] = known.groupby("train_size")["gain"].min()
        print(f"{name}, {known['combination'].nunique()} combinations\n{means.round(3).to_string()}\n")
    means = transfer.pivot_table(index="train_size", columns="predictor", values="spearman_mean")
    print(f"HELP's test, mean Spearman (HELP: {np.mean(list(HELP.values())):.3f} at {HELP_SAMPLES})")
    print(means.round(3).to_string())


def main(structured_run, transfer_run, folder):
    """Write the tables of two runs into the folder."""
    evaluation = pd.read_csv(PROJECT / "docs/results/evaluation_open.csv", na_values="-")
    structured = structured_table(read_fits(structured_run), evaluation)
    transfer = transfer_table(read_fits(transfer_run))
    write_csv(structured, Path(folder) / "structured.csv")
    write_csv(transfer, Path(folder) / "transfer.csv")
    report(structured, transfer)


if __name__ == "__main__":
    main(*sys.argv[1:])
