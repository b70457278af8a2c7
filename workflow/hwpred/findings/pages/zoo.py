"""The numbers of docs/zoo.md."""

import re

import pandas as pd

from hwpred.findings.score_tables import by_combination, by_size, in_order, means, name_of, seeds_of
from hwpred.findings.text import NOTHING, combination_title, count, decimals, percent
from hwpred.findings.zoo import TIMED

BEST = "structured_gp"
KINDS = {"GPUs": "rtx", "CPU": "cpu"}
"""Kinds of set-ups -> what their names hold."""
CHOSEN_ON = "pt210-cu121-rtx3090|pt221-cpu-i9_10940x-dynamo"
"""Set-ups on which all choices in ``structured_gp`` were made (docs/structured.md)."""
FEW, MANY = 25, 50
"""Timed networks of which the text speaks, and the choice under a limit."""


def numbers(tables):
    """Return the numbers of the page by name."""
    zoo, selection, families = tables["zoo"], tables["zoo_selection"], tables["zoo_families"]
    own = {kind: zoo[zoo["combination"].str.contains(word)] for kind, word in KINDS.items()}
    return {
        "setups": list(map(setup_of, dict.fromkeys(zoo["combination"]))),
        "sizes": sorted(set(zoo["train_size"])),
        "seeds": seeds_of(zoo),
        "few": FEW,
        "many": MANY,
        "tau": {kind: by_size(rows, "kendall_tau") for kind, rows in own.items()},
        "error": {kind: by_size(rows, "median_error_percent") for kind, rows in own.items()},
        "near": {kind: by_size(rows, "within_10_percent") for kind, rows in own.items()},
        "coverage": {kind: by_size(rows[rows["coverage_95"].notna()], "coverage_95") for kind, rows in own.items()},
        "reached": {kind: reached(rows) for kind, rows in own.items()},
        "blind": {kind: reached(rows[~rows["combination"].str.contains(CHOSEN_ON)]) for kind, rows in own.items()},
        "chosen_on": [setup_of(name) for name in dict.fromkeys(zoo["combination"]) if re.search(CHOSEN_ON, name)],
        "each": by_combination(zoo, BEST, "kendall_tau", setup_of),
        "each_error": by_combination(zoo, BEST, "median_error_percent", setup_of),
        "agreement": agreement_table(tables["zoo_agreement"]),
        "lost": lost_table(selection, "top1_lost", "broken_percent"),
        "lost_timed": lost_table(selection, "top1_lost_timed", "broken_timed_percent"),
        "timed": TIMED,
        "limits": [percent(quantile) for quantile in sorted(set(selection["limit_quantile"]))],
        "families": families_table(families),
        "unknown": unknown(families, zoo),
    }


def setup_of(combination):
    """Return the name of a set-up."""
    return combination_title(combination)


def reached(rows):
    """Return {predictor: {training size: (tau, median error in %)}}, means over set-ups."""
    taus, errors = means(rows, "kendall_tau"), means(rows, "median_error_percent")
    return {
        predictor: {size: (taus.loc[predictor, size], errors.loc[predictor, size]) for size in taus.columns}
        for predictor in taus.index
    }


def hardware_of(combination):
    """Return the name of the card or processor of a set-up."""
    return re.search(r"rtx\d+|i\d_\w+", combination).group()


def agreement_table(agreement):
    """Return how well two set-ups of one card or processor agree, as a table."""
    same = agreement[agreement["first"].map(hardware_of) == agreement["second"].map(hardware_of)]
    return pd.DataFrame(
        {
            "one set-up": same["first"].map(setup_of),
            "another one": same["second"].map(setup_of),
            "networks": same["networks"].map(count),
            "Kendall's tau": same["kendall_tau"].map(decimals),
        }
    )


def lost_table(selection, lost, broken):
    """Return these columns after ``MANY`` timed networks, mean over set-ups, as a table by limit.

    Parameters
    ----------
    selection : DataFrame
        ``zoo_selection``.
    lost, broken : str
        Its columns: the accuracy that is lost, and the percentage of limits that are broken.

    Returns
    -------
    DataFrame
        Of texts: a row a predictor, a column a limit.
    """
    own = selection[selection["train_size"] == MANY]
    mean = own.groupby(["predictor", "limit_quantile"])[[lost, broken]].mean()
    rows = {}
    for predictor in in_order(own["predictor"]):
        rows[name_of(predictor)] = {
            percent(quantile): f"{decimals(row[lost], 2)}, {percent(row[broken] / 100)}"
            for quantile, row in mean.loc[predictor].iterrows()
        }
    return pd.DataFrame(rows).T.fillna(NOTHING).rename_axis("limit")


def families_table(families):
    """Return scores within a family that was left out, mean over set-ups, after most timed networks, as a table."""
    own = families[families["train_size"] == families["train_size"].max()]
    scores = ["kendall_tau", "median_error_percent", "coverage_95"]
    mean = own.groupby(["family", "predictor"], sort=False)[scores].mean()
    networks = own.groupby("family", sort=False)["networks"].max()
    rows = []
    for family, number in networks.sort_values(ascending=False).items():
        row = {"family": family, "networks": count(number)}
        for predictor in in_order(own["predictor"])[::-1]:
            tau, error, share = mean.loc[(family, predictor), scores]
            name = name_of(predictor)
            row |= {
                f"tau, {name}": decimals(tau),
                f"median error, {name}": percent(error / 100),
                f"covered, {name}": percent(share / 100),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def unknown(families, zoo):
    """Return what intervals cover of unknown families, and of random networks, of predictors that state them.

    Parameters
    ----------
    families : DataFrame
        ``zoo_families``.
    zoo : DataFrame
        ``zoo``.

    Returns
    -------
    dict
        ``size``, and of each predictor its ``coverage`` and ``worst`` (of a family and set-up), and its ``usual`` one.
    """
    size = families["train_size"].max()
    own, usual = families[families["train_size"] == size], zoo[zoo["train_size"] == size]
    most = own.groupby("combination")["family"].nunique().max()
    found = {"size": int(size), "families": int(most), "seeds": int(own["seeds"].min())}
    for predictor, rows in own.groupby("predictor"):
        found[predictor] = {
            "coverage": rows["coverage_95"].mean() / 100,
            "worst": rows["coverage_95"].min() / 100,
            "usual": usual.loc[usual["predictor"] == predictor, "coverage_95"].mean() / 100,
            "error": rows["median_error_percent"].mean(),
        }
    return found
