"""What selecting by real predictions is worth on open data.

Run, after snakemake select_all --configfile config/open.yaml config/selection.yaml:

    python docs/selection.py results/selection docs/results

Writes ``selection_with_predictors.csv``, the run's table where all architectures were there to select from, with
``SHOWN`` measured after predicting, and ``simulation_errors.csv``, how far each simulation is off what real predictors
cost. Prints what docs/findings.md states.
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.figures.predicted_selection import summarise_selections
from hwpred.figures.summary_tables import write_csv
from hwpred.selection.reality import how_far_off
from hwpred.tables import read_tables

SHOWN = (16, 64, 256, 1024)
COLUMNS = ["combination", "predictor", "train_size", "verification", "verified", "kendall_tau", "deviation_std", "mra"]
COLUMNS += ["mra_std", "hypervolume_retained", "hypervolume_retained_std", "seeds"]


def from_all_architectures(summaries):
    """Return the rows that select from all architectures of their combination, with the shown verifications."""
    largest = summaries.groupby("combination")["architectures"].transform("max")
    shown = summaries["verification"].ne("promising") | summaries["verified"].isin(SHOWN)
    return summaries.loc[summaries["architectures"].eq(largest) & shown, COLUMNS]


def report(rows):
    """Print loss of accuracy and retained hypervolume by tau, and by what is verified."""
    tau = pd.cut(rows["kendall_tau"], [0.55, 0.65, 0.75, 0.85, 0.95])
    number = rows["verified"].where(rows["verification"] == "promising", 0).astype(int)
    measures = rows.groupby(["verification", number, tau], observed=True)
    print(measures.agg(mra=("mra", "mean"), retained=("hypervolume_retained", "mean"), rows=("mra", "size")).round(3))


if __name__ == "__main__":
    run, folder = map(Path, sys.argv[1:])
    files = sorted(run.glob("predicted_selection/*.parquet"))
    table = from_all_architectures(summarise_selections(read_tables(files, "predicted_selection")))
    write_csv(table, folder / "selection_with_predictors.csv")
    report(table)
    errors = how_far_off(read_tables(sorted(run.glob("comparison/*.parquet")), "comparison"))
    write_csv(errors, folder / "simulation_errors.csv")
    print(errors.round(2).to_string())
