"""Every device, metric and task of the open data: what is difficult, and how good is a lookup table?"""

import itertools

import numpy as np
import pandas as pd

from hwpred.figures.averages import trained_rows
from hwpred.figures.reading import read_evaluations

FACTS = ["space", "task", "device", "metric"]


def tabulate(evaluations):
    """Return ``devices``: Kendall's tau of each predictor on each combination, a row a training size.

    Returns
    -------
    dict of DataFrame
        Columns ``combination``, ``FACTS``, ``predictor``, ``train_size``, ``kendall_tau_mean``, ``kendall_tau_std``,
        ``seeds``.
    """
    tables, metadata = read_evaluations(evaluations)
    columns = {"mean": "kendall_tau_mean", "std": "kendall_tau_std"}
    frames = []
    for name, table in tables.items():
        rows = table.loc[table["measure"] == "kendall_tau", ["predictor", "train_size", "mean", "std", "seeds"]]
        facts = {key: metadata[name][key] for key in FACTS}
        frames.append(rows.rename(columns=columns).assign(combination=name, **facts))
    order = ["combination", *FACTS, "predictor", "train_size", "kendall_tau_mean", "kendall_tau_std", "seeds"]
    return {"devices.csv": pd.concat(frames, ignore_index=True)[order]}


def lookup_passed(devices):
    """Return tau of the lookup table, and the training size from which each predictor passes it.

    Parameters
    ----------
    devices : DataFrame
        The table ``devices``.

    Returns
    -------
    DataFrame
        A row a combination that has a lookup table: ``lookup`` and a column a predictor, missing where it never does.
    """
    rows = []
    for name, table in devices.groupby("combination", sort=False):
        lookup = table.loc[table["predictor"] == "lookup", "kendall_tau_mean"]
        if lookup.empty:
            continue
        row = {"combination": name, "device": table["device"].iloc[0], "lookup": lookup.iloc[0]}
        for predictor, own in trained_rows(table).sort_values("train_size").groupby("predictor"):
            passed = own.loc[own["kendall_tau_mean"] > lookup.iloc[0], "train_size"]
            row[predictor] = passed.iloc[0] if len(passed) else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


def spread(devices, changed, predictor, train_size, space="nasbench201"):
    """Return how much two combinations differ in tau that differ in one fact only, and how many pairs there are.

    Parameters
    ----------
    devices : DataFrame
        The table ``devices``.
    changed : str
        ``"device"``, ``"metric"`` or ``"task"``.
    predictor : str
    train_size : int
    space : str

    Returns
    -------
    (float, int)
        The mean absolute difference, and the number of pairs.
    """
    rows = devices[(devices["space"] == space) & (devices["predictor"] == predictor)]
    rows = rows[rows["train_size"] == train_size]
    same = [key for key in ("device", "metric", "task") if key != changed]
    differences = [
        abs(first - second)
        for _, group in rows.groupby(same)["kendall_tau_mean"]
        for first, second in itertools.combinations(group, 2)
    ]
    return float(np.mean(differences)), len(differences)
