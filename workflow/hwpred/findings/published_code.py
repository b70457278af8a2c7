"""Kendall's tau and CPU seconds of our predictors beside those of the paper's published code, without search.

The splits are not the same, so a difference carries the noise of both means.
"""

import numpy as np
import pandas as pd

from hwpred.figures.reading import read_evaluations

KEY = ["combination", "predictor", "train_size"]
THEIRS = {"seeds": "published_seeds", "kendall_tau": "published", "fit_cpu_seconds": "published_cpu_seconds"}
ALLOWED, ALLOWED_FOR_ONE_SEED = -0.01, -0.03
"""How much lower ours may be and still count as no lower."""
TAU = [*KEY, "seeds", "kendall_tau", "published", "published_seeds", "difference", "standard_error", "allowed", "ok"]


def tabulate(evaluations, published):
    """Return Kendall's tau beside the published code's.

    Parameters
    ----------
    evaluations : sequence of path
        Evaluation tables of the run without search.
    published : sequence of path
        ``data/paper/published_code.csv``.

    Returns
    -------
    dict of DataFrame
        ``compare_published_code``, columns ``TAU``: ``difference`` is ours minus the published code's,
        ``standard_error`` that of the difference (the published code tells no spread: ours stands for both), and ``ok``
        says that ours is not lower by more than ``allowed``.
    """
    return {"compare_published_code.csv": compare(evaluations, published)[TAU]}


def tabulate_cost(evaluations, published):
    """Return CPU seconds of one fit, ours and the published code's: ``published_code_cost``.

    Parameters
    ----------
    evaluations, published :
        As of ``tabulate``.

    Returns
    -------
    dict of DataFrame
    """
    table = compare(evaluations, published)
    table["times_cheaper"] = table["published_cpu_seconds"] / table["fit_cpu_seconds"]
    return {"published_code_cost.csv": table[[*KEY, "fit_cpu_seconds", "published_cpu_seconds", "times_cheaper"]]}


def compare(evaluations, published):
    """Return one row for each (combination, predictor, train_size) that both have.

    Parameters
    ----------
    evaluations, published :
        As of ``tabulate``.

    Returns
    -------
    DataFrame
        ``difference``, ours less theirs; its ``standard_error``; the difference that is ``allowed``, and whether it is
        ``ok``.
    """
    theirs = pd.read_csv(published[0]).rename(columns=THEIRS)
    table = _ours(evaluations).merge(theirs, on=KEY)
    table["difference"] = table["kendall_tau"] - table["published"]
    table["standard_error"] = table["std"] * np.sqrt(1 / table["seeds"] + 1 / table["published_seeds"])
    table["allowed"] = np.where(table["published_seeds"] > 1, ALLOWED, ALLOWED_FOR_ONE_SEED)
    table["ok"] = table["difference"] >= table["allowed"]
    return table


def _ours(files):
    frames = []
    for name, table in read_evaluations(files)[0].items():
        rows = table.set_index(["predictor", "train_size"])
        tau = rows.loc[rows["measure"] == "kendall_tau", ["mean", "std", "seeds"]]
        seconds = rows.loc[rows["measure"] == "fit_seconds", "mean"].rename("fit_cpu_seconds")
        frame = tau.rename(columns={"mean": "kendall_tau"}).join(seconds).reset_index()
        frames.append(frame.assign(combination=name))
    return pd.concat(frames)
