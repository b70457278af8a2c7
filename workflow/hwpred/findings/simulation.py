"""The simulated selection beside the paper's curves and its published code, by that code's pairing and the true one."""

from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.selection.summary import summarise
from hwpred.tables import read_metadata, read_table

PIXEL3 = "nasbench201-cifar10-pixel3-latency"
NUMBERS = ["kendall_tau", "mra_all", "mra_pareto", "hypervolume", "hypervolume_percent"]
PAPER_SERIES = {"all selected architectures": "mra_all", "pareto-set of the selected architectures": "mra_pareto"}
PAPER_TAU = {0.0: 1.0, 0.2: 0.88, 0.4: 0.78, 0.6: 0.69, 0.8: 0.62, 1.0: 0.57}
"""Kendall's tau by standard deviation of the deviations, as the second axis of the paper's figure has it."""
MANY = "15625"


def tabulate(paper, published, **runs):
    """Return what wrong metrics cost in each run, and how far that is from the paper and from its code.

    Parameters
    ----------
    paper, published : sequence of path
        ``data/paper/paper_simulation.csv`` and ``data/paper/published_simulation.csv`` (pixel3 with the accuracies of
        cifar100, 100 trials).
    **runs : sequence of path
        ``selection`` tables of each run.

    Returns
    -------
    dict of DataFrame
        ``simulation``: means over the trials, ``run`` besides. ``simulation_beside_paper``: ours, the paper's and their
        difference, a row a run, measure and standard deviation, at all architectures, mean over the combinations.
        ``simulation_beside_code``: our pixel3 minus the published code's, of the runs ``pairing`` and ``true_pairing``.
    """
    simulation = pd.concat([means(files).assign(run=run) for run, files in runs.items()], ignore_index=True)
    both = simulation[simulation["run"].isin(["pairing", "true_pairing"])]
    return {
        "simulation.csv": simulation,
        "simulation_beside_paper.csv": beside_paper(both, pd.read_csv(paper[0])),
        "simulation_beside_code.csv": beside_code(both, read_published(published[0])),
    }


def read_published(file):
    """Read the published code's numbers; its hypervolume is a share of the true front's."""
    table = pd.read_csv(file, dtype={"pairing": str}).rename(columns={"hypervolume_retained": "hypervolume_percent"})
    return table.assign(hypervolume_percent=100 * table["hypervolume_percent"])


def means(files):
    """Return the means over the trials of these ``selection`` tables."""
    parts = []
    for file in map(Path, files):
        metadata = read_metadata(file)
        parts.append(summarise(read_table(file, "selection"), metadata["combination"], metadata["pairing"]))
    return pd.concat(parts, ignore_index=True).astype({"pairing": str})


def beside_code(ours, published):
    """Return our pixel3 means minus those of the published code, by pairing, architectures and standard deviation.

    Parameters
    ----------
    ours : DataFrame
        Means over the trials, of ``means``.
    published : DataFrame
        ``data/paper/published_simulation.csv``.

    Returns
    -------
    DataFrame
    """
    keys = ["pairing", "architectures", "deviation_std"]
    pixel3 = ours[ours["combination"] == PIXEL3].set_index(keys)[NUMBERS]
    return (pixel3 - published.set_index(keys)[NUMBERS]).dropna().reset_index()


def beside_paper(ours, paper):
    """Return our means over the combinations beside the paper's curves, at all architectures.

    Parameters
    ----------
    ours : DataFrame
        Means over the trials, of ``means``, and the ``run`` of each.
    paper : DataFrame
        ``data/paper/paper_simulation.csv``.

    Returns
    -------
    DataFrame
    """
    rows = []
    for run, table in ours.groupby("run", sort=False):
        for std, mean in at_all(table).iterrows():
            for name, curve in paper_curves(paper).items():
                if std in curve.index:
                    rows.append((run, name, std, mean[name], curve[std], mean[name] - curve[std]))
    return pd.DataFrame(rows, columns=["run", "measure", "deviation_std", "ours", "paper", "difference"])


def paper_curves(paper):
    """Return {measure: Series by standard deviation} of the paper."""
    series = {name: rows.set_index("deviation_std")["value"] for name, rows in paper.groupby("series")}
    curves = {measure: series[name] for name, measure in PAPER_SERIES.items()}
    curves["hypervolume_percent"] = 100 * series[MANY] / series[MANY].loc[0.0]
    return {**curves, "kendall_tau": pd.Series(PAPER_TAU)}


def at_all(simulation):
    """Return the means over the combinations by standard deviation, where all architectures can be selected."""
    largest = simulation.groupby("combination")["architectures"].transform("max")
    return simulation[simulation["architectures"] == largest].groupby("deviation_std")[NUMBERS].mean()


def at_tau(simulation, wanted):
    """Return ``NUMBERS`` at a Kendall's tau, by linear interpolation between the standard deviations of ``at_all``.

    Parameters
    ----------
    simulation : DataFrame
        Means over the trials, of ``means``.
    wanted : float
        Kendall's tau.

    Returns
    -------
    dict
    """
    mean = at_all(simulation).sort_values("kendall_tau")
    return {name: float(np.interp(wanted, mean["kendall_tau"], mean[name])) for name in NUMBERS}
