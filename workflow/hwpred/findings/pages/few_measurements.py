"""The numbers of docs/few_measurements.md."""

import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.few_shot import (
    ALL_OF,
    HELP,
    HELP_RANDOM,
    LARGEST_TRANSFER,
    MEAN,
    NASFLAT,
    NOT_TUNED_ON,
    NOTHING_TO_TELL,
    RANDOM,
    REFERENCES,
    STRUCTURED,
    TRANSFER,
)
from hwpred.findings.few_shot_figure import OTHERS, of_set
from hwpred.findings.text import NOTHING, count, decimals, label, space_name

AT = 20
"""Measurements that NASFLAT and MultiPredict take."""
TOLD = ("untold", "told")
PHONES = ("essential_ph_1", "pixel2", "samsung_s7")
"""Drifting phones on FBNet whose ceiling the table ``drift`` has."""
ORDER = "D1234A"
"""Of the sets of a space: HELP's own first."""
OURS = {key: label(key) for key in (STRUCTURED, TRANSFER)}


def numbers(tables):
    """Return the numbers of the page by name."""
    table, drift = tables["few_shot"], tables["drift"]
    ours = table[table["predictor"].isin(OURS)]
    nasflat, losses = ours[ours["test"] == NASFLAT], behind(ours)
    return {
        "sets": set_table(table),
        "by_size": by_size(nasflat),
        "above_nasflat": above_nasflat(table),
        "losses": loss_table(losses),
        "loss_count": len(losses),
        "help_fbnet": help_table(table, "fbnet"),
        "help_cells": help_table(table, "nasbench201"),
        "help_means": {space: help_means(ours, space) for space in ALL_OF},
        "worst": worst_table(nasflat),
        "worst_devices": worst_devices(nasflat),
        "phones": phone_table(nasflat, drift),
        "tuned": tuned_on(ours),
        "blind": blind_table(nasflat),
        "seeds": int(ours["seeds"].min()),
        "held_out_differs": held_out_differs(nasflat),
        "references": REFERENCES,
        "largest_transfer": LARGEST_TRANSFER,
        "at": AT,
    }


def rows_of(table, predictor=STRUCTURED, **wanted):
    """Return the rows of a predictor with these values.

    Parameters
    ----------
    table : DataFrame
        ``few_shot``.
    predictor : str
    **wanted : str or int
        Value of each column. ``told`` also finds rows where there is nothing to tell.

    Returns
    -------
    DataFrame
    """
    rows = table[table["predictor"] == predictor]
    for column, value in wanted.items():
        rows = rows[rows[column].isin([value, NOTHING_TO_TELL] if column == "told" else [value])]
    return rows


def device_of(table, key):
    """Return the device that stands for a set: the mean, or the only target that is known.

    Parameters
    ----------
    table : DataFrame
        ``few_shot``.
    key : str
        Of the set.

    Returns
    -------
    str
    """
    return of_set(table, key)["device"].iloc[0]


def only(rows, column="spearman"):
    """Return the one number of a column.

    Parameters
    ----------
    rows : DataFrame
        One, or none.
    column : str

    Returns
    -------
    float
        NaN if there is no row.
    """
    return rows[column].iloc[0] if len(rows) else float("nan")


def set_names(table):
    """Return the sets of NASFLAT in the order of the table, those with all devices of a space left out."""
    sets = dict.fromkeys(table.loc[table["test"] == NASFLAT, "set"])
    return sorted((key for key in sets if len(key) == 2), key=lambda key: (key[0] == "F", ORDER.index(key[1])))


def set_table(table):
    """Return rho with ``AT`` measurements, a row a set, beside what others published."""
    rows = {}
    for key in set_names(table):
        device = device_of(table, key)
        own = table[(table["test"] == NASFLAT) & (table["set"] == key) & (table["device"] == device)]
        found = {name: decimals(only(own[own["predictor"] == name])) for name in OTHERS}
        row = {"NASFLAT": found.pop("NASFLAT"), "Structured GP, first 128": _both(own, STRUCTURED, "first128"), **found}
        row |= {f"{name}, held out": _both(own, predictor, "held_out") for predictor, name in OURS.items()}
        rows[_title(key, device)] = row
    return pd.DataFrame(rows).T.rename_axis("set")


def _both(rows, predictor, architectures):
    """Return rho with ``AT`` measurements as "untold / told", or once where there is nothing to tell."""
    rows = rows_of(rows, predictor, samples=AT, architectures=architectures)
    found = [decimals(only(rows_of(rows, predictor, told=told))) for told in TOLD]
    return found[0] if found[0] == found[1] else " / ".join(found)


def _title(key, device):
    """Return the name of a set, with its target if that is the only one that is known."""
    return key if device == MEAN else f"{key}, {title_of(device)} only"


def by_size(nasflat):
    """Return rho on held-out architectures by the number of measurements, untold and told, a row a set."""
    rows = {}
    for key in set_names(nasflat):
        device = device_of(nasflat, key)
        own = nasflat[
            (nasflat["set"] == key) & (nasflat["device"] == device) & (nasflat["architectures"] == "held_out")
        ]
        row = {}
        for size in sorted(set(own["samples"])):
            found = [decimals(only(rows_of(own, samples=size, told=told))) for told in TOLD]
            row[count(size)] = " / ".join(found)
        rows[_title(key, device)] = row
    return pd.DataFrame(rows).T.rename_axis("untold / told")


def held_out_differs(nasflat):
    """Return by how much rho of held-out architectures differs from that of all, with ``AT`` measurements or fewer."""
    few = nasflat[nasflat["samples"] <= AT]
    keys = ["set", "device", "predictor", "samples", "told"]
    wide = few.pivot(index=keys, columns="architectures", values="spearman")
    return wide["held_out"] - wide["all"]


def above_nasflat(table):
    """Return on how many pairs of a set and a target ``structured_gp`` is above NASFLAT, by what it was told."""
    theirs = rows_of(table, "NASFLAT").set_index(["set", "device"])["spearman"]
    found = {}
    for told in TOLD:
        own = rows_of(table, test=NASFLAT, samples=AT, told=told, architectures="first128")
        own = own[own["device"] != MEAN].set_index(["set", "device"])["spearman"]
        found[told] = {"above": int((own > theirs.reindex(own.index)).sum()), "pairs": len(own)}
    return found


def behind(ours):
    """Return where ``structured_gp``, untold or told, is behind the best that others published, at their test.

    NASFLAT tests on the first 128 architectures, so that its figures are compared on those. On which HELP and
    MultiPredict were run is not known: where they are the best, all held-out architectures count.
    """
    at_samples = ((ours["test"] == HELP) | (ours["samples"] == AT)) & (ours["test"] != HELP_RANDOM)
    lower = (ours["published"] - ours["spearman"]).round(3) > 0
    rows = ours[(ours["predictor"] == STRUCTURED) & at_samples & lower]
    tested = rows["published_by"].map({"NASFLAT": "first128"}).fillna("held_out")
    return rows[(rows["architectures"] == tested) | (rows["test"] == HELP)]


def loss_table(losses):
    """Return where we are behind, as a table."""
    losses = losses.sort_values(["set", "device", "told"])
    told = losses["told"].replace(NOTHING_TO_TELL, NOTHING)
    sets = losses["set"].where(losses["test"] == NASFLAT, "HELP's test, " + losses["set"])
    found = {
        "set": sets,
        "target": losses["device"].map(title_of),
        "told": told,
        "rho": losses["spearman"].map(decimals),
    }
    others = {"others": losses["published"].map(decimals), "which is": losses["published_by"]}
    return pd.DataFrame({**found, **others})


def help_table(table, space):
    """Return HELP's test by its protocol and with random samples only, by target.

    Parameters
    ----------
    table : DataFrame
        ``few_shot``.
    space : str

    Returns
    -------
    DataFrame
        Of texts: a row a way to measure and predict, a column a target.
    """
    own = table[table["test"].isin([HELP, HELP_RANDOM]) & (table["set"] == space)]
    rows = {"HELP": own[own["predictor"] == "HELP"].set_index("device")["spearman"]}
    ways = {f"{RANDOM[0]} random + {REFERENCES} references": (HELP, RANDOM[0] + REFERENCES)}
    ways |= {f"{size} random": (HELP_RANDOM, size) for size in RANDOM}
    for words, (test, samples) in ways.items():
        for predictor, name in OURS.items():
            for told in [told for told in TOLD if (own["told"] == told).any()] or [NOTHING_TO_TELL]:
                found = rows_of(own, predictor, test=test, samples=samples, told=told)
                suffix = "" if told == NOTHING_TO_TELL else f", {told}"
                if len(found):
                    rows[f"{name}, {words}{suffix}"] = found.set_index("device")["spearman"]
    wide = pd.DataFrame(rows).T
    wide = wide[[*wide.columns.drop(MEAN), MEAN]].map(decimals)
    return wide.rename(columns=title_of).rename_axis("rho")


def help_means(ours, space):
    """Return mean rho by HELP's protocol.

    Parameters
    ----------
    ours : DataFrame
        Rows of ``few_shot`` of our predictors.
    space : str

    Returns
    -------
    dict
        Predictor -> {told: rho}; ``random``, the same for ten random samples; ``help``, what HELP published.
    """
    own = ours[(ours["set"] == space) & (ours["device"] == MEAN)]
    found = {
        predictor: {told: only(rows_of(own, predictor, test=HELP, told=told)) for told in TOLD} for predictor in OURS
    }
    random = rows_of(own, test=HELP_RANDOM, samples=RANDOM[0])
    return {
        **found,
        "random": {told: only(rows_of(random, told=told)) for told in TOLD},
        "help": only(own, "published"),
    }


def worst_table(nasflat):
    """Return the mean and the worst draw over all targets of FBNet, by measurements."""
    own = rows_of(nasflat, set=ALL_OF["fbnet"], architectures="held_out").set_index("samples")
    found = {"mean": own["spearman"], "worst draw": own["worst_spearman"]}
    wide = pd.DataFrame(found).T.map(decimals)
    return wide.set_axis([count(size) for size in wide.columns], axis=1).rename_axis("measurements")


def worst_devices(nasflat):
    """Return the worst draw of each FBNet target by measurements, the worst first."""
    own = rows_of(nasflat, told=NOTHING_TO_TELL, architectures="held_out")
    own = own[own["device"] != MEAN].drop_duplicates(["device", "samples"])
    wide = own.pivot(index="device", columns="samples", values="worst_spearman")
    wide = wide.loc[wide.min(axis=1).sort_values().index].map(decimals).rename(title_of)
    return wide.set_axis([count(size) for size in wide.columns], axis=1).rename_axis("target")


def phone_table(nasflat, drift):
    """Return rho on drifting phones beside what any function of the architecture reaches there.

    Parameters
    ----------
    nasflat : DataFrame
        Rows of ``few_shot`` of NASFLAT's test.
    drift : DataFrame
        ``drift``.

    Returns
    -------
    DataFrame
        Of texts: a row a phone.
    """
    own = rows_of(nasflat, told=NOTHING_TO_TELL, architectures="held_out").drop_duplicates(["device", "samples"])
    wide = own.pivot(index="device", columns="samples", values="spearman").loc[list(PHONES)]
    known = drift.set_index("combination")
    ceilings = known.loc[[f"fbnet-images-{device}-latency" for device in PHONES]].set_index(wide.index)
    wide = wide.set_axis([count(size) for size in wide.columns], axis=1)
    wide["1,000"] = ceilings["ceiling_structure"]
    wide["1,000, without drift"] = ceilings["without_drift"]
    return wide.map(decimals).rename(title_of).rename_axis("rho")


def tuned_on(ours):
    """Return the targets that the predictor was developed on, by space."""
    rows = rows_of(ours, test=NASFLAT).dropna(subset=["tuned_on"])
    rows = rows[rows["tuned_on"].astype(str) == "True"]
    initial = {key: space for space, key in ALL_OF.items()}
    return {initial[key]: sorted(set(rows.loc[rows["set"].str.startswith(key), "device"])) for key in ALL_OF.values()}


def blind_table(nasflat):
    """Return mean rho over all targets of a space, and over those that nothing was tuned on, by measurements."""
    rows = {}
    for space, key in ALL_OF.items():
        for name, words in ((key, "all targets"), (key + NOT_TUNED_ON, "targets that nothing was tuned on")):
            for told in TOLD:
                own = rows_of(nasflat, set=name, told=told, architectures="held_out").set_index("samples")["spearman"]
                what = "" if (space == "fbnet") else f", {told}"
                rows[f"{space_name(space)}, {words}{what}"] = own
    wide = pd.DataFrame(rows).T.map(decimals)
    return wide.set_axis([count(size) for size in wide.columns], axis=1).rename_axis("measurements")
