"""What a run's training took, and what fifty seeds of the same take at that rate. All of it depends on the machine."""

from pathlib import Path

import pandas as pd

from hwpred.findings.fits import read_fits

SEEDS = 50


def tabulate(fits, benchmarks):
    """Return what the training of a run took.

    Parameters
    ----------
    fits, benchmarks : sequence of path
        Fits and benchmark files of the same training jobs, in one order.

    Returns
    -------
    dict of DataFrame
        ``cost``: a row a predictor, space and training size. ``cost_jobs``: a row a predictor, CPU seconds of its whole
        jobs, imports included, and its largest memory; all of them as last row.
    """
    table = read_fits(fits)
    return {"cost.csv": cost_by_size(table), "cost_jobs.csv": cost_by_job(benchmarks, table)}


def cost_by_size(fits):
    """Return CPU seconds of one fit with search and test, and core-hours of all combinations with ``SEEDS`` seeds."""
    seconds = fits["fit_seconds"] + fits["search_seconds"] + fits["predict_seconds"] * fits["test_size"]
    groups = fits.assign(seconds=seconds).groupby(["predictor", "space", "train_size"])
    table = groups.agg(fits=("seconds", "size"), cpu_seconds_per_fit=("seconds", "mean")).reset_index()
    combinations = fits.groupby("space")["combination"].nunique()
    full = table["space"].map(combinations) * SEEDS * table["cpu_seconds_per_fit"]
    return table.assign(full_grid_core_hours=full / 3600)


def cost_by_job(benchmarks, fits):
    """Return what whole jobs took, by predictor, and all of them as last row.

    Parameters
    ----------
    benchmarks : sequence of path
        Snakemake's, one a job, in a folder a predictor.
    fits : DataFrame
        ``predictor`` of each fit.

    Returns
    -------
    DataFrame
        ``predictor``, ``jobs``, ``fits``, ``cpu_seconds``, ``memory_mb`` (the most of a job), ``core_hours``.
    """
    rows = []
    for path in map(Path, benchmarks):
        benchmark = pd.read_csv(path, sep="\t").iloc[-1]
        rows.append((path.parts[-2], 1, benchmark["cpu_time"], benchmark["max_rss"]))
    jobs = pd.DataFrame(rows, columns=["predictor", "jobs", "cpu_seconds", "memory_mb"])
    columns = {"jobs": "sum", "fits": "sum", "cpu_seconds": "sum", "memory_mb": "max"}
    counts = fits.groupby("predictor").size().rename("fits")
    totals = jobs.groupby("predictor").agg({name: how for name, how in columns.items() if name != "fits"}).join(counts)
    totals = totals[list(columns)].sort_values("cpu_seconds", ascending=False)
    totals = pd.concat([totals, totals.agg(columns).rename("all").to_frame().T])
    totals["core_hours"] = totals["cpu_seconds"] / 3600
    return totals.astype({"jobs": int, "fits": int}).rename_axis("predictor").reset_index()
