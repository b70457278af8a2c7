"""The numbers of docs/combinations.md."""

import pandas as pd

from hwpred.findings.fits import space_of
from hwpred.findings.score_tables import name_of
from hwpred.findings.text import NOTHING, SPACES, count, decimals, label, listed, space_name

STRUCTURED = "structured_gp"
SIZES = {"few": (10, 11), "more": (50, 55, 76)}
"""Training sizes of different spaces that stand for each other."""
CHEAP = ("lin_reg", "xgb", "lookup")
"""Predictors that every device was tried with."""


def numbers(tables):
    """Return the numbers of the page by name."""
    known = tables["combinations"]
    kinds = known.set_index("combination")["kind"]
    scores = pd.concat([tables[name] for name in ("zoo", "gpt", "declared", "ofa")], ignore_index=True)
    return {
        "number": len(known),
        "devices": known["device"].nunique(),
        "files": known["file"].value_counts().to_dict(),
        "kinds": kinds_table(known),
        "leaders": leaders_table(known, pd.concat([of_structured(tables["structured"]), of_scores(scores)]), kinds),
        "difficult": difficult_table(tables["devices"], kinds),
    }


def kinds_table(known):
    """Return the number of combinations by kind of device and space, as a table."""
    wide = known.pivot_table(index="kind", columns="space", values="combination", aggfunc="count")
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False).index]
    wide.insert(0, "all", wide.sum(axis=1))
    wide = wide.T.map(count)
    return wide.rename(lambda space: SPACES.get(space, space)).rename_axis("space")


def of_structured(table):
    """Return tau of structured_gp and of the best other predictor by combination and size, of ``structured``."""
    told = table[(table["dead_operations"] == "told") & table["best_of_eighteen"].notna()]
    return pd.DataFrame(
        {
            "combination": told["combination"],
            "train_size": told["train_size"],
            "structured": told["kendall_tau_mean"],
            "other": told["best_of_eighteen"],
            "which": told["best_predictor"],
        }
    )


def of_scores(table):
    """Return the same of tables of scores; what learns from other devices does not count."""
    table = table[~table["predictor"].isin(["lookup", "transfer_gp"])]
    rows = []
    for (combination, size), own in table.groupby(["combination", "train_size"], sort=False):
        taus = own.set_index("predictor")["kendall_tau"]
        if STRUCTURED in taus:
            others = taus.drop(STRUCTURED)
            rows.append((combination, size, taus[STRUCTURED], others.max(), others.idxmax()))
    return pd.DataFrame(rows, columns=["combination", "train_size", "structured", "other", "which"])


def leaders_table(known, taus, kinds):
    """Return tau of structured_gp beside the best other predictor, by measurements.

    Parameters
    ----------
    known : DataFrame
        ``combinations``, with the kind of each.
    taus : DataFrame
        ``combination``, ``train_size``; ``structured`` and ``other``, taus; ``which`` the other one is.
    kinds : Series
        Kind of device, by combination.

    Returns
    -------
    dict of DataFrame
        Of texts, by how many measurements there are: a row a kind of device and space.
    """
    taus = taus.assign(kind=taus["combination"].map(kinds), space=space_of(taus["combination"]))
    all_of = known.groupby(["kind", "space"]).size()
    tables = {}
    for sizes in SIZES.values():
        rows = []
        for (kind, space), own in taus.dropna(subset=["kind"]).groupby(["kind", "space"], sort=True):
            at = own[own["train_size"].isin(sizes)]
            most = at["which"].mode()
            name = f" ({name_of(most.iloc[0])})" if len(most) else ""
            row = {"device": kind, "space": space_name(space), name_of(STRUCTURED): decimals(at["structured"].mean())}
            row["best other"] = f"{decimals(at['other'].mean())}{name}"
            row["compared"] = f"{count(own['combination'].nunique())} of {count(all_of[kind, space])}"
            rows.append(row)
        tables[f"{listed(sizes, 'or')} measurements"] = pd.DataFrame(rows)
    return tables


def difficult_table(devices, kinds):
    """Return tau of the cheap predictors by kind of device and space, at a middling size.

    Parameters
    ----------
    devices : DataFrame
        ``devices``.
    kinds : Series
        Kind of device, by combination.

    Returns
    -------
    DataFrame
        Of texts.
    """
    devices = devices.assign(kind=devices["combination"].map(kinds))
    rows = []
    for (kind, space), own in devices.groupby(["kind", "space"], sort=True):
        row = {"device": kind, "space": space_name(space), "combinations": count(own["combination"].nunique())}
        middle = sorted(set(own.loc[own["predictor"] != "lookup", "train_size"]))[1]
        row["measurements"] = count(middle)
        for predictor in CHEAP:
            mine = own[own["predictor"] == predictor]
            mine = mine if predictor == "lookup" else mine[mine["train_size"] == middle]
            row[label(predictor)] = decimals(mine["kendall_tau_mean"].mean()) if len(mine) else NOTHING
        rows.append(row)
    return pd.DataFrame(rows)
