"""The leaderboard as one HTML file that needs nothing else."""

import json
from importlib.resources import files

import pandas as pd
from jinja2 import Environment, StrictUndefined

from hwpred.answer.page import script_safe
from hwpred.answer.plain import rounded
from hwpred.device_names import title_of as title_of_device
from hwpred.findings.score_tables import name_of
from hwpred.findings.text import NOTHING, SPACES, decimals, percent

FIRST = ("all", 55)
"""The view and the number of measurements that stand there at first, without JavaScript as well."""
SPACES = {**SPACES, "zoo": "timm's image networks", "gpt_s": "language models", "ofa": "once-for-all"}
SPACES["nas_bench_graph"] = "NAS-Bench-Graph"
BOARD = ["beats", "beats_low", "beats_high", "kendall_tau", "kendall_tau_low", "kendall_tau_high", "combinations"]
"""Columns of the leaderboard that the page shows, in the order in which its script reads them."""


def render(board, cards):
    """Return the page.

    Parameters
    ----------
    board, cards : DataFrame
        ``leaderboard.csv`` and ``leaderboard_combinations.csv`` (``hwpred.findings.leaderboard.tabulate``).

    Returns
    -------
    str
        HTML.
    """
    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    contents = {"rows": _rows(board), "combinations": _combinations(cards), "first": FIRST}
    shown = board[(board["view"] == FIRST[0]) & (board["measurements"] == FIRST[1])]
    return environment.from_string(_template("leaderboard.html.j2")).render(
        views=_views(board),
        sizes=sorted(board["measurements"].unique().tolist()),
        first=FIRST,
        leaders=[_leader(row) for row in shown.to_dict("records")],
        number=cards["combination"].nunique(),
        contents=script_safe(json.dumps(contents, separators=(",", ":"))),
        style=_template_of_answers("answer.css") + _template("leaderboard.css"),
        script=_template("leaderboard.js"),
    )


def title_of(predictor, statement):
    """Return what a row is called: the predictor, and whether it was told what a device runs.

    Parameters
    ----------
    predictor : str
        Its key.
    statement : str or missing
        ``"told"``, ``"untold"``, or nothing where that makes no difference.

    Returns
    -------
    str
    """
    return name_of(predictor) if pd.isna(statement) else f"{name_of(predictor)}, {statement}"


def _leader(row):
    return {
        "title": title_of(row["predictor"], row["dead_operations"]),
        "beats": percent(row["beats"]),
        "beats_between": f"{percent(row['beats_low'])} to {percent(row['beats_high'])}",
        "tau": decimals(row["kendall_tau"]),
        "tau_between": f"{decimals(row['kendall_tau_low'])} to {decimals(row['kendall_tau_high'])}",
        "combinations": row["combinations"],
    }


def _rows(board):
    """Return [view, measurements, title, and the numbers of ``BOARD``] of each row."""
    return [
        [row["view"], row["measurements"], title_of(row["predictor"], row["dead_operations"])]
        + [rounded(row[column]) for column in BOARD]
        for row in board.to_dict("records")
    ]


def _combinations(cards):
    """Return what is known of each combination, and its scores: {measurements: [[title, tau], ...]}, the best first."""
    found = []
    for combination, rows in cards.groupby("combination", sort=False):
        card = rows.iloc[0]
        scores = {
            str(number): [
                [title_of(row["predictor"], row["dead_operations"]), rounded(row["kendall_tau"])]
                for row in group.sort_values("kendall_tau", ascending=False, kind="stable").to_dict("records")
            ]
            for number, group in rows.groupby("measurements")
        }
        ceilings = [_ceiling(card[f"ceiling_{name}"]) for name in ("structure", "repeats")]
        found.append([combination, card["space"], card["kind"], _words_of(card), *ceilings, scores])
    return found


def _words_of(card):
    metric = card["metric"].replace("_", " ")
    return f"{metric} on {title_of_device(str(card['device']))}, {SPACES[card['space']]}, {card['task']}"


def _ceiling(rho):
    return NOTHING if pd.isna(rho) else decimals(rho)


def _views(board):
    """Return [(heading, [(view, name)])] of all views."""
    views = board["view"].drop_duplicates().tolist()[1:]
    spaces = [(view, SPACES[view]) for view in views if view in SPACES]
    kinds = [(view, view) for view in views if view not in SPACES]
    return [("All", [(FIRST[0], "all combinations")]), ("Search space", spaces), ("Kind of device", kinds)]


def _template(name):
    return (files("hwpred.findings") / "templates" / name).read_text(encoding="utf-8")


def _template_of_answers(name):
    return (files("hwpred.answer") / "templates" / name).read_text(encoding="utf-8")
