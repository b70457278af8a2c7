"""What a run's training took, and what fifty seeds of the same take at that rate. All of it depends on the machine."""

from pathlib import Path

import pandas as pd

from hwpred.figures import style
from hwpred.figures.times import seconds_text
from hwpred.findings.fits import read_fits, space_of
from hwpred.findings.tables import read_csv

SEEDS = 50
SPACE = "nasbench201"
"""The space of the figure."""
HEADROOM = 1000
"""How many times the largest value its axis reaches, so that legends hide no line."""


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


def figures(cost, structured):
    """Return the figure ``cost``: CPU seconds of a fit by number of measurements, a panel a family.

    Parameters
    ----------
    cost, structured : sequence of path
        The tables ``cost`` and ``structured_cost``.

    Returns
    -------
    dict of Figure
    """
    curves = {**_curves(read_csv(cost[0])), **_structured_curves(read_csv(structured[0]))}
    return {"cost.png": plot_cost(curves)}


def _curves(table):
    """Return {predictor: CPU seconds of a fit by training size}, of those with training sets."""
    rows = table[(table["space"] == SPACE) & table["predictor"].map(style.is_trained)]
    return {key: own.set_index("train_size")["cpu_seconds_per_fit"] for key, own in rows.groupby("predictor")}


def _structured_curves(table):
    rows = table[space_of(table["combination"]) == SPACE]
    means = rows.groupby(["predictor", "train_size"])["fit_seconds_mean"].mean()
    return {key: means[key] for key in means.index.unique("predictor")}


@style.sheet()
def plot_cost(curves):
    """Draw CPU seconds of a fit, a panel a family of predictors, those of the others in grey.

    Parameters
    ----------
    curves : dict of Series
        Predictor -> CPU seconds by training size.

    Returns
    -------
    Figure
    """
    families = {}
    for predictor in (key for key in style.looks() if key in curves):
        families.setdefault(style.family_of(predictor)[0], []).append(predictor)
    figure = style.new_figure(
        5.8,
        "What does a fit cost, and how does it grow?",
        "CPU time of a fit on one core, on NAS-Bench-201: with the search among 20 candidates from 10 measurements on, "
        "where the predictor has one, and with the prediction of the test set. A panel a family; all others in grey.",
        "Structured GP searches nothing, and its predictions are left out.",
    )
    style.shared_labels(figure, "training size (architectures)", "CPU time of a fit")
    panels = style.grid_of_axes(figure, len(families), 3, sharex=True, sharey=True)
    for axes, (title, own) in zip(panels, families.items(), strict=True):
        for predictor in sorted(curves, key=own.__contains__):
            look = style.look_of(predictor).line() if predictor in own else {"color": style.GREY, "linewidth": 0.7}
            axes.plot(curves[predictor].index, curves[predictor], **look)
        axes.set_title(title)
        axes.legend(handles=list(map(style.handle, own)), loc="upper left", fontsize=style.SMALL)
    style.log_axis(axes.xaxis, "{:,.0f}".format)
    style.log_axis(axes.yaxis, seconds_text)
    axes.set_ylim(top=HEADROOM * max(curve.max() for curve in curves.values()))
    return figure
