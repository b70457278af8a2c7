"""The numbers of docs/limits.md."""

import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.fits import space_of
from hwpred.findings.limits import OURS
from hwpred.findings.text import NOTHING, combination_title, count, decimals, label, percent
from hwpred.selection.limits import IN_TURN, NONE, SUGGESTED

SAFE = 1.645
"""Margin at which 95 of 100 limits should be kept."""
FEW = 5
"""How many are measured, at most, in the sentences."""
HELP = {"broken": 5, "choices": 15, "overshoot": (1, 2, 6, 14, 23), "lost": 1.04}
"""Table 4 of HELP: how many limits its choices break, by how many %, and what the others lose (by nasgraph)."""


def numbers(tables):
    """Return the numbers of the page by name."""
    limits, beside_help = tables["limits"], tables["limits_help"]
    cells = limits[space_of(limits["combination"]) == "nasbench201"]
    ours, theirs = cells[cells["predictor"] == OURS], beside_help[beside_help["predictor"] == OURS]
    return {
        "sizes": sorted(set(cells["train_size"])),
        "combinations": cells["combination"].nunique(),
        "seeds": int(limits["seeds"].max()),
        "by_margin": by_margin(ours),
        "by_verified": by_verified(ours, IN_TURN),
        "by_suggested": by_verified(ours, SUGGESTED),
        "by_space": by_space(limits[limits["predictor"] == OURS]),
        "by_predictor": by_predictor(cells),
        "by_device": by_device(ours),
        "help": HELP,
        "help_by_device": help_by_device(theirs),
        "help_then": help_then(theirs),
        "help_without": mean_of(theirs, 0, NONE, 0),
        "help_safe": mean_of(theirs, SAFE, NONE, 0),
        "help_verified": mean_of(theirs, 0, IN_TURN, FEW),
        "help_suggested": mean_of(theirs, 0, SUGGESTED, FEW),
        "help_worst": one_way(theirs, SAFE, NONE, 0)["broken_percent"].max() / 100,
        "few": FEW,
        "safe": SAFE,
        "worst": worst_case(ours),
    }


def one_way(rows, margin, verification, verified):
    """Return the rows of one way to choose.

    Parameters
    ----------
    rows : DataFrame
        ``limits`` or ``limits_help``.
    margin : float
        In standard deviations.
    verification : str
        ``NONE``, ``IN_TURN`` or ``SUGGESTED``.
    verified : int
        How many are measured at most.

    Returns
    -------
    DataFrame
    """
    is_it = (rows["margin"] == margin) & (rows["verification"] == verification) & (rows["verified"] == verified)
    return rows[is_it]


def mean_of(rows, margin, verification, verified):
    """Return the means of one way to choose over combinations or devices.

    Parameters
    ----------
    rows, margin, verification, verified :
        As of ``one_way``.

    Returns
    -------
    dict
        Column -> mean.
    """
    return one_way(rows, margin, verification, verified).mean(numeric_only=True).to_dict()


def by_margin(rows):
    """Return limits broken, by how much, and quality lost, without verification, by measurements and margin."""
    rows = rows[rows["verified"] == 0]
    means = rows.groupby(["train_size", "margin"])[["broken_percent", "overshoot_percent", "quality_lost"]].mean()
    return _wide(means, lambda row: _texts(row["broken_percent"], row["quality_lost"]), "margin {:g}")


def by_verified(rows, verification):
    """Return how often nothing is found, quality lost and measurements, without a margin, by how many are measured.

    Parameters
    ----------
    rows : DataFrame
        ``limits`` of one predictor.
    verification : str
        ``IN_TURN`` or ``SUGGESTED``.

    Returns
    -------
    DataFrame
        Of texts: a row a training size, a column a number of architectures that are measured.
    """
    rows = rows[(rows["verification"] == verification) & (rows["margin"] == 0)]
    means = rows.groupby(["train_size", "verified"])[["not_found_percent", "quality_lost", "measured"]].mean()

    def text(row):
        return f"{_texts(row['not_found_percent'], row['quality_lost'])}; {decimals(row['measured'], 1)}"

    return _wide(means, text, "up to {:g}")


def by_space(rows):
    """Return what ``structured_gp`` leads to in other spaces than NAS-Bench-201, by combination and measurements."""
    rows = rows[space_of(rows["combination"]) != "nasbench201"]
    ways = {"no margin": (0, NONE, 0), f"margin {SAFE:g}": (SAFE, NONE, 0), f"up to {FEW} measured": (0, IN_TURN, FEW)}
    key = ["combination", "train_size"]
    table = {}
    for words, way in ways.items():
        own = one_way(rows, *way).set_index(key)
        share = own["not_found_percent" if way[-1] else "broken_percent"]
        table[words] = pd.Series([_texts(*both) for both in zip(share, own["quality_lost"], strict=True)], own.index)
    wide = pd.DataFrame(table).reset_index()
    wide["train_size"] = wide["train_size"].map(count)
    wide["combination"] = wide["combination"].map(lambda name: combination_title(name, "metric", "space"))
    return wide.rename(columns={"train_size": "measurements"}).set_index("combination")


def by_predictor(rows):
    """Return limits broken and quality lost without margin and verification, by predictor and measurements."""
    rows = rows[(rows["verified"] == 0) & (rows["margin"] == 0)]
    means = rows.groupby(["predictor", "train_size"], sort=False)[["broken_percent", "quality_lost"]].mean()
    wide = _wide(means, lambda row: _texts(row["broken_percent"], row["quality_lost"]), "{:,}")
    return wide.set_axis([label(key) for key in wide.index]).rename_axis("predictor")


def by_device(rows):
    """Return how many limits are broken with the margin ``SAFE``, by combination and measurements."""
    rows = rows[(rows["verified"] == 0) & (rows["margin"] == SAFE)]
    wide = rows.pivot(index="combination", columns="train_size", values="broken_percent")
    wide = wide.loc[list(dict.fromkeys(rows["combination"]))].map(lambda share: percent(share / 100))
    wide = wide.rename(lambda name: combination_title(name, "metric"))
    return wide.set_axis([count(size) for size in wide.columns], axis=1).rename_axis("measurements")


def worst_case(rows):
    """Return the combination and the measurements that break most limits with the margin ``SAFE``, and how many."""
    rows = rows[(rows["verified"] == 0) & (rows["margin"] == SAFE)]
    worst = rows.loc[rows["broken_percent"].idxmax()]
    device = worst["combination"].split("-")[2]
    return {"device": device, "size": int(worst["train_size"]), "broken": worst["broken_percent"] / 100}


def help_by_device(rows):
    """Return what choosing under the limits of Table 4 leads to, by device."""
    table = {}
    for words, margin in {"no margin": 0, f"margin {SAFE:g}": SAFE}.items():
        own = one_way(rows, margin, NONE, 0).set_index("device")
        table[f"broken, {words}"] = [percent(share / 100) for share in own["broken_percent"]]
        table[f"by, {words}"] = [percent(share / 100) for share in own["overshoot_percent"]]
        table[f"lost, {words}"] = own["quality_lost"].map(lambda lost: decimals(lost, 2)).tolist()
    return pd.DataFrame(table, index=own.index.map(title_of)).rename_axis("device")


def help_then(rows):
    """Return what choosing under these limits leads to if a few are measured, by device."""
    own = one_way(rows, 0, IN_TURN, FEW)
    table = {
        f"none of {FEW} keeps it": [percent(share / 100) for share in own["not_found_percent"]],
        "points lost": [decimals(lost, 2) for lost in own["quality_lost"]],
        "measured": [decimals(number, 1) for number in own["measured"]],
    }
    return pd.DataFrame(table, index=own["device"].map(title_of)).rename_axis("device")


def _texts(share, lost):
    return f"{percent(share / 100)}, {decimals(lost, 2)}" if not pd.isna(lost) else f"{percent(share / 100)}, {NOTHING}"


def _wide(means, text, head):
    """Return a table of texts: the first level of the index in rows, the second in columns."""
    wide = pd.Series([text(row) for _, row in means.iterrows()], index=means.index).unstack(sort=False)
    wide = wide.set_axis([head.format(value) for value in wide.columns], axis=1)
    if wide.index.name == "train_size":
        wide = wide.set_axis([count(size) for size in wide.index])
    return wide.rename_axis("measurements")
