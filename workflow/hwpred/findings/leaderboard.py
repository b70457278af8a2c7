"""Which predictor leads, over all combinations of the findings: by number of measurements, space and kind of device.

Predictors were run on different combinations, so that means of tau cannot be compared as they stand. What counts is the
share of the others that a predictor beats on a combination, of those that ran there with about as many measurements.
"""

import numpy as np
import pandas as pd

from hwpred.errors import InputError
from hwpred.figures.averages import one_table
from hwpred.figures.reading import read_evaluations
from hwpred.findings.leaderboard_page import render
from hwpred.findings.tables import as_read, read_csv
from hwpred.predictors.registry import REGISTRY

MEASUREMENTS = (5, 11, 25, 55, 124, 276, 614, 1366, 3036)
"""The training sizes of NAS-Bench-201 in the paper's study; those of other spaces stand with the nearest one."""
FACTOR = 1.5
"""Farther away than that, a training size stands with none."""
LEAST_PREDICTORS = 5
"""On a combination with fewer, to beat the others says little."""
DRAWS, LEVEL = 2000, 0.95
"""Of combinations, with replacement, for the intervals of means; and their level."""
ALL = "all"
TOLD, UNTOLD = "told", "untold"
KEY = ["combination", "predictor", "dead_operations", "train_size"]
"""What tells one score from another."""


def tabulate(scores, catalogue, drift):
    """Tabulate all views, and write them as a page.

    Parameters
    ----------
    scores : sequence of path
        Tables of docs/results with scores of predictors; of a fit that stands in several, the first counts.
    catalogue, drift : lists of one path
        ``combinations.csv`` and ``drift.csv``.

    Returns
    -------
    dict
        ``leaderboard.csv`` and ``leaderboard_combinations.csv``, and ``leaderboard.html``, the text of the page.
    """
    return _boards(read_scores(scores), catalogue, drift)


def tabulate_with_run(evaluations, statements, scores, catalogue, drift):
    """Tabulate as ``tabulate``, with the predictors of a run beside those of the committed tables.

    Parameters
    ----------
    evaluations : list of path
        Evaluation tables of the run.
    statements : mapping
        Combination -> what the run states of its dead operations, or None.
    scores, catalogue, drift : lists of path
        As in ``tabulate``. A fit that stands there already counts as it stands there.

    Returns
    -------
    dict
        As ``tabulate``.

    Raises
    ------
    InputError
        If no combination of the run is on the leaderboard.
    """
    known = read_scores(scores)
    own = scores_of_run(evaluations, statements)
    own = own[own["combination"].isin(known["combination"])]
    if own.empty:
        raise InputError(
            f"no combination of the run is on the leaderboard, so there is nothing to rank on ({evaluations[0]} and "
            "the others); name some of docs/results/leaderboard_combinations.csv in the study"
        )
    both = pd.concat([known, own], ignore_index=True)
    return _boards(both.drop_duplicates(KEY), catalogue, drift)


def scores_of_run(evaluations, statements):
    """Return the scores of a run, as ``read_scores`` returns those of docs/results.

    Parameters
    ----------
    evaluations : sequence of path
        Evaluation tables.
    statements : dict
        Combination -> what is stated of its dead operations, None for nothing.

    Returns
    -------
    DataFrame
    """
    tables, _ = read_evaluations(evaluations)
    table = one_table(tables)
    table = table[table["measure"] == "kendall_tau"].rename(columns={"mean": "kendall_tau"})
    sees = table["predictor"].map(lambda key: REGISTRY[key].structured)
    told = table["combination"].map(lambda name: TOLD if statements[name] else UNTOLD)
    return _tidy(table.assign(dead_operations=told.where(sees)))


def _boards(table, catalogue, drift):
    known = read_csv(catalogue[0]).set_index("combination")
    table = table[table["combination"].isin(known.index)]
    compared = compare(table)
    views = views_of(compared["combination"].unique(), known)
    board = pd.concat([rank(compared, view, names) for view, names in views.items()], ignore_index=True)
    ceilings = read_csv(drift[0]).set_index("combination")[["ceiling_structure", "ceiling_repeats"]]
    columns = ["combination", "measurements", "predictor", "dead_operations", "train_size", "kendall_tau", "seeds"]
    cards = compared[columns].merge(known[["space", "task", "device", "kind", "metric"]], on="combination")
    cards = cards.merge(ceilings, on="combination", how="left")
    board, cards = as_read(board), as_read(cards)
    return {
        "leaderboard.csv": board,
        "leaderboard_combinations.csv": cards,
        "leaderboard.html": render(board, cards),
    }


def read_scores(files):
    """Return one row a combination, predictor, statement about dead operations and training size.

    Parameters
    ----------
    files : sequence of path

    Returns
    -------
    DataFrame
        ``combination``, ``predictor``, ``dead_operations`` (missing where there is nothing to tell), ``train_size``,
        ``kendall_tau``, ``seeds``.
    """
    tables = [read_csv(file).rename(columns={"kendall_tau_mean": "kendall_tau"}) for file in files]
    return _tidy(pd.concat(tables, ignore_index=True))


def _tidy(table):
    # Of a space without cells there is nothing to tell.
    told = table["dead_operations"].where(table["combination"].str.startswith("nasbench201"))
    table = table.assign(dead_operations=told).drop_duplicates(KEY)
    return table[[*KEY, "kendall_tau", "seeds"]].dropna(subset=["kendall_tau"])


def compare(table):
    """Return the scores at ``MEASUREMENTS``, and the share of the other predictors that each beats (``beats``).

    A predictor that was run told and untold meets the others with both, but not itself.
    """
    table = table.assign(measurements=table["train_size"].map(nearest)).dropna(subset=["measurements"])
    table["off"] = np.abs(np.log(table["train_size"] / table["measurements"]))
    key = ["combination", "predictor", "dead_operations", "measurements"]
    table = table.sort_values("off", kind="stable").drop_duplicates(key)
    by = table.groupby(["combination", "measurements"])
    table = table[by["predictor"].transform("nunique") >= LEAST_PREDICTORS]
    shares = [_shares(group) for _, group in table.groupby(["combination", "measurements"])]
    return table.assign(beats=pd.concat(shares), measurements=table["measurements"].astype(int))


def nearest(size):
    """Return the one of ``MEASUREMENTS`` that a training size stands with; NaN for none."""
    distances = np.abs(np.log(size / np.array(MEASUREMENTS)))
    best = int(distances.argmin())
    return MEASUREMENTS[best] if distances[best] <= np.log(FACTOR) else np.nan


def _shares(group):
    """Return the share of the other predictors that each row of one combination beats; a tie counts half."""
    # Of a rival that ran told and untold the better one counts.
    best = group.groupby("predictor")["kendall_tau"].max()
    tau = group["kendall_tau"].to_numpy()[:, None]
    won = (tau > best.to_numpy()) + 0.5 * (tau == best.to_numpy())
    rival = group["predictor"].to_numpy()[:, None] != best.index.to_numpy()
    return pd.Series((won * rival).sum(axis=1) / rival.sum(axis=1), index=group.index)


def views_of(combinations, known):
    """Return what each view is about: all combinations, those of each space, and those of each kind of device.

    Parameters
    ----------
    combinations : sequence of str
        With scores.
    known : DataFrame
        ``combinations`` of docs/results, by ``combination``.

    Returns
    -------
    dict
        View -> list of combinations.
    """
    of = known.loc[list(combinations)]
    views = {ALL: list(of.index)}
    for column in ("space", "kind"):
        views.update({name: list(rows.index) for name, rows in of.groupby(column)})
    return views


def rank(compared, view, combinations):
    """Return the rows of one view: means over its combinations, with intervals from drawing combinations anew.

    Parameters
    ----------
    compared : DataFrame
        From ``compare``.
    view : str
    combinations : list of str
        That the view is about.

    Returns
    -------
    DataFrame
        The best first, by number of measurements.
    """
    table = compared[compared["combination"].isin(combinations)]
    # What could not be told counts as told and as untold.
    table = pd.concat([table.fillna({"dead_operations": statement}) for statement in (TOLD, UNTOLD)])
    table = table.drop_duplicates(["combination", "predictor", "dead_operations", "measurements"])
    both = {key for key, rows in compared.groupby("predictor") if rows["dead_operations"].notna().any()}
    table = table[table["predictor"].isin(both) | (table["dead_operations"] == TOLD)]
    rows = [
        {"view": view, "measurements": number, "predictor": predictor, "dead_operations": statement, **_means(group)}
        for (number, predictor, statement), group in table.groupby(["measurements", "predictor", "dead_operations"])
    ]
    board = pd.DataFrame(rows)
    board["dead_operations"] = board["dead_operations"].where(board["predictor"].isin(both))
    return board.sort_values(["measurements", "beats"], ascending=[True, False], kind="stable")


def _means(group):
    columns = ["kendall_tau", "beats"]
    values = group[columns].to_numpy()
    # Each view draws the same, whatever other views there are.
    rng = np.random.default_rng(0)
    drawn = values[rng.integers(len(values), size=(DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    found = {"combinations": len(values)}
    for i, column in enumerate(columns):
        found.update({column: values[:, i].mean(), f"{column}_low": low[i], f"{column}_high": high[i]})
    return found
