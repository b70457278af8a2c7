"""What a run's training took, and what the full grid of ten combinations, all sizes and 50 seeds takes at that rate.

Run: python docs/cost.py results/open docs/results

Writes ``cost.csv``, a row a predictor, space and training size (CPU seconds of one fit, its search and its test), and
``cost_jobs.csv``, a row a predictor: CPU seconds of its whole jobs, imports included, and its largest memory.
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.figures.summary_tables import write_csv
from hwpred.tables import read_metadata, read_table

SEEDS = 50


def read_fits(run):
    """Return all fits of a run, with the combination and space of each."""
    frames = []
    for path in sorted(Path(run, "fits").glob("*/*/*.parquet")):
        metadata = read_metadata(path)
        frame = read_table(path, "fits")
        frames.append(frame.assign(combination=metadata["combination"], space=metadata["space"]))
    return pd.concat(frames, ignore_index=True)


def cost_by_size(fits):
    """Return CPU seconds of one fit and core-hours of the full grid, a row a predictor, space and size."""
    seconds = fits["fit_seconds"] + fits["search_seconds"] + fits["predict_seconds"] * fits["test_size"]
    groups = fits.assign(seconds=seconds).groupby(["predictor", "space", "train_size"])
    table = groups.agg(fits=("seconds", "size"), cpu_seconds_per_fit=("seconds", "mean")).reset_index()
    combinations = fits.groupby("space")["combination"].nunique()
    full = table["space"].map(combinations) * SEEDS * table["cpu_seconds_per_fit"]
    return table.assign(core_hours_full_grid=full / 3600)


def cost_by_job(run, fits):
    """Return what whole jobs took, from the benchmarks of the rule train_predictor, and all of them as last row."""
    rows = []
    for path in sorted(Path(run, "benchmarks", "train_predictor").glob("*/*/*.tsv")):
        benchmark = pd.read_csv(path, sep="\t").iloc[-1]
        rows.append((path.parts[-2], 1, benchmark["cpu_time"], benchmark["max_rss"]))
    jobs = pd.DataFrame(rows, columns=["predictor", "jobs", "cpu_seconds", "memory_mb"])
    columns = {"jobs": "sum", "fits": "sum", "cpu_seconds": "sum", "memory_mb": "max"}
    counts = fits.groupby("predictor").size().rename("fits")
    totals = jobs.groupby("predictor").agg({name: how for name, how in columns.items() if name != "fits"}).join(counts)
    totals = totals[list(columns)].sort_values("cpu_seconds", ascending=False)
    totals = pd.concat([totals, totals.agg(columns).rename("all").to_frame().T])
    totals["core_hours"] = totals["cpu_seconds"] / 3600
    whole = {"jobs": int, "fits": int, "memory_mb": int}
    return totals.astype(whole).rename_axis("predictor").reset_index()


if __name__ == "__main__":
    run, folder = sys.argv[1:]
    fits = read_fits(run)
    write_csv(cost_by_size(fits), Path(folder, "cost.csv"))
    write_csv(cost_by_job(run, fits), Path(folder, "cost_jobs.csv"))
