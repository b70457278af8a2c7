"""The numbers of docs/structured.md."""

import numpy as np
import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.designs import DESIGNS
from hwpred.findings.fits import space_of
from hwpred.findings.text import combination_title, count, decimals, label, signed, space_name

NEAR_ADDITIVE = "eyeriss|fpga"
"""Devices on which a lookup table is all but perfect."""
LOOKED_AT = "-pixel3-|-raspi4-"
"""Devices on which it was found out what a runtime executes of a cell."""
SIZES = {"nasbench201": (5, 11, 55, 614), "fbnet": (5, 10, 76, 588), "mnasnet": (5, 10, 76, 588)}
"""Training sizes of different spaces that stand for each other, where intervals are looked at."""
CALIBRATION = {
    "coverage_50": "within the 50 % interval (%)",
    "coverage_80": "within the 80 % interval (%)",
    "coverage_95": "within the 95 % interval (%)",
    "coverage_95_untold": "within the 95 % interval, untold (%)",
    "residual_spread": "spread of errors",
}
"""Columns of the table ``calibration``, and what they are called."""
ENOUGH = 25
"""Measurements from which on intervals should fit."""
FITTING = {"coverage_95": ((90, 98), 0), "residual_spread": ((0.8, 1.25), 2)}
"""Bounds between which intervals are said to fit, and digits."""
TOLERANCE = 0.005
"""Loss of tau below which structure that is counted is as good as that written by hand."""
SHOWN = 10
"""How many of the combinations on which it loses most."""


def numbers(tables):
    """Return the numbers of the page by name."""
    structured = tables["structured"]
    structured = structured.assign(space=space_of(structured["combination"]))
    return {
        **gains(structured),
        **reached(structured, tables["evaluation_open"]),
        **transfer(tables["transfer"]),
        **of_help(tables["few_shot"]),
        "help_fbnet": of_help_fbnet(tables["few_shot"]),
        "designs": designs(tables["designs"]),
        "seeds_of_designs": int(tables["designs"]["seeds"].max()),
        **calibration(tables["calibration"]),
        "priors_combinations": int(tables["priors"]["combinations"].max()),
        **derived(tables["derived_structure"]),
    }


def gains(structured):
    """Return the tables of gains, and where another predictor is better."""
    known = structured.dropna(subset=["best_of_eighteen"])
    cells = known[known["space"] == "nasbench201"]
    told, untold = (cells[cells["dead_operations"] == kind] for kind in ("told", "untold"))
    rows = {
        "Kendall's tau, told": mean(told, "kendall_tau_mean"),
        "mean gain, told": mean(told, "gain"),
        "mean gain without Eyeriss and FPGA": mean(told[~near_additive(told)], "gain"),
        "smallest gain of a combination": told.groupby("train_size")["gain"].min(),
        "Kendall's tau, untold": mean(untold, "kendall_tau_mean"),
        "mean gain, untold": mean(untold, "gain"),
    }
    layers = known[known["space"].isin(["fbnet", "mnasnet"])]
    other = {f"{space_name(space)}, mean gain": mean(rows_of, "gain") for space, rows_of in layers.groupby("space")}
    other["smallest gain of a combination"] = layers.groupby("train_size")["gain"].min()
    behind = known[(known["gain"] < 0) & (known["dead_operations"] == "told")]
    return {
        "cells": by_size(rows),
        "layers": by_size(other),
        "behind": behind_table(behind),
        "most_behind": -behind["gain"].min() if len(behind) else 0.0,
        "cell_combinations": cells["combination"].nunique(),
        "layer_combinations": layers.groupby("space")["combination"].nunique().to_dict(),
        "seeds": int(known["seeds"].max()),
        "fewest_seeds": int(known["seeds"].min()),
    }


def reached(structured, evaluation):
    """Return what few measurements reach, and how many the best of the eighteen needs for the same.

    Parameters
    ----------
    structured : DataFrame
        ``structured``, with the space of each row.
    evaluation : DataFrame
        ``evaluation_open``.

    Returns
    -------
    dict
        Numbers of the page by name.
    """
    cells = structured[(structured["space"] == "nasbench201") & structured["best_of_eighteen"].notna()]
    found = {}
    blind = cells[~cells["combination"].str.contains(LOOKED_AT)]
    for name, rows in (("all", cells), ("noisy", cells[~near_additive(cells)]), ("blind", blind)):
        told, untold = (mean(rows[rows["dead_operations"] == kind], "kendall_tau_mean") for kind in ("told", "untold"))
        best = mean(rows[rows["dead_operations"] == "told"], "best_of_eighteen")
        found[name] = {"told": told[11], "untold": untold[11], "best": best[11], "best_124": best[124]}
        found[name]["needed"] = first_at_least(best, told[11])
    pixel3, raspi4 = (at_124(cells, device) for device in ("pixel3", "raspi4"))
    open_cells = evaluation[evaluation["combination"].str.contains("-pixel3-|-raspi4-")]
    largest = int(open_cells["train_size"].max())
    best = open_cells[open_cells["train_size"] == largest].groupby("combination")["kendall_tau_mean"].max()
    compilers = {"pixel3": pixel3, "raspi4": raspi4, "largest": largest, "best_at_largest": best.max()}
    return {"reached": found, "compilers": compilers}


def at_124(cells, device):
    """Return tau of structured_gp, told, with 124 measurements of a device.

    Parameters
    ----------
    cells : DataFrame
        Rows of ``structured`` on NAS-Bench-201.
    device : str

    Returns
    -------
    Series
        A value a combination.
    """
    rows = cells[cells["combination"].str.contains(f"-{device}-") & (cells["dead_operations"] == "told")]
    return rows.set_index("train_size").loc[124, "kendall_tau_mean"]


def first_at_least(curve, level):
    """Return the first training size at which a curve reaches a level.

    Parameters
    ----------
    curve : Series
        By training size, ascending.
    level : float

    Returns
    -------
    int or None
        None if it never does.
    """
    sizes = curve.index[curve >= level]
    return int(sizes[0]) if len(sizes) else None


def transfer(table):
    """Return what other devices add to tau."""
    table = table.assign(device=table["combination"].str.split("-").str[2])
    gains = table[(table["predictor"] == "transfer_gp") & (table["dead_operations"] == "told")]
    five, later = gains[gains["train_size"] == 5].sort_values("gain"), gains[gains["train_size"] >= 10]
    taus = table[(table["train_size"] == 5) & (table["dead_operations"] == "told")].groupby("predictor")
    return {
        "tau_of_five": taus["kendall_tau_mean"].mean().to_dict(),
        "worst_of_five": five.iloc[0],
        "best_of_five": five.iloc[-1],
        "later_gains": later["gain"],
    }


def of_help_fbnet(few_shot):
    """Return the mean rho of each predictor after ten random measurements in HELP's test of FBNet."""
    rows = few_shot[(few_shot["set"] == "fbnet") & (few_shot["test"] == "help_random") & (few_shot["samples"] == 10)]
    return rows[rows["device"] == "mean"].groupby("predictor")["spearman"].first()


def of_help(few_shot):
    """Return HELP's test of NAS-Bench-201 by its protocol: means, and by device, told, beside HELP."""
    rows = few_shot[(few_shot["set"] == "nasbench201") & (few_shot["test"].isin(["help", "help_random"]))]
    ten = rows[(rows["test"] == "help_random") & (rows["samples"] == 10)]
    twenty = rows[(rows["test"] == "help") & (rows["predictor"] != "HELP")]
    means = {}
    for name, of in (("ten", ten), ("twenty", twenty)):
        mean_of = of[of["device"] == "mean"].groupby(["told", "predictor"])["spearman"].first()
        means[name] = {told: mean_of[told].to_dict() for told in ("told", "untold")}
    told = ten[ten["told"] == "told"].pivot(index="device", columns="predictor", values="spearman")
    told.insert(0, "HELP", rows[rows["predictor"] == "HELP"].set_index("device")["spearman"])
    names = {key: label(key) for key in ("structured_gp", "transfer_gp")}
    by_device = told.loc[[*told.index.drop("mean"), "mean"]].rename(index=title_of, columns=names).map(decimals)
    return {"help": means, "help_mean": told.loc["mean", "HELP"], "by_device": by_device}


def designs(table):
    """Return what each design gains in tau over random training sets, mean over combinations, as a table."""
    place = table.groupby(["design", "predictor", "combination"])["train_size"].rank().astype(int)
    table = table.assign(place=place)
    sizes = table.groupby("place")["train_size"].agg(lambda sizes: sorted(set(sizes)))
    wide = table.pivot_table(index=["predictor", "place"], columns="design", values="kendall_tau_mean")
    gains = wide.sub(wide["random"], axis=0)[[name for name in DESIGNS if name != "random"]]
    order = sorted(gains.index, key=lambda key: (list(dict.fromkeys(table["predictor"])).index(key[0]), key[1]))
    shown = gains.loc[order].map(signed)
    shown.insert(0, "measurements", [" or ".join(map(count, sizes[key[1]])) for key in order])
    shown.insert(1, "random, tau", [decimals(wide.loc[key, "random"]) for key in order])
    return shown.set_axis([label(key[0]) for key in order]).rename_axis("predictor")


def calibration(table):
    """Return the mean coverage of the intervals by place of the training size, and how many combinations they fit."""
    sizes = space_of(table["combination"]).map(SIZES)
    places = [own.index(size) if size in own else -1 for own, size in zip(sizes, table["train_size"], strict=True)]
    table = table.assign(place=places)
    shown = table[table["place"] >= 0]
    means = shown.groupby("place")[list(CALIBRATION)].mean()
    wide = means.T.map(lambda share: decimals(share, 1))
    wide.loc["residual_spread"] = means["residual_spread"].map(lambda spread: decimals(spread, 2))
    heads = [" or ".join(map(count, sorted({own[place] for own in SIZES.values()}))) for place in wide.columns]
    wide = wide.set_axis(heads, axis=1).set_axis(list(CALIBRATION.values()))
    later = table[table["train_size"] >= ENOUGH]
    return {
        "coverage": wide.rename_axis("after"),
        "coverage_95": (means["coverage_95"] / 100).to_dict(),
        "enough": ENOUGH,
        "ranges": ranges(later),
        "fits": fitting(later),
        "bounds": {column: bounds for column, (bounds, _) in FITTING.items()},
        "noisy_coverage": noisy_coverage(later),
        "calibration_seeds": int(table["seeds"].max()),
        "calibration_combinations": table["combination"].nunique(),
    }


def ranges(rows):
    """Return the least and the most coverage and spread of errors over numbers of measurements, by combination."""
    shown = {}
    for column, (_, digits) in FITTING.items():
        both = rows.groupby("combination", sort=False)[column].agg(["min", "max"])
        shown[CALIBRATION[column]] = [f"{low:.{digits}f} to {high:.{digits}f}" for low, high in both.to_numpy()]
    names = [combination_title(name, "metric", "space") for name in dict.fromkeys(rows["combination"])]
    return pd.DataFrame(shown, index=pd.Index(names, name="combination"))


def noisy_coverage(rows):
    """Return the least and the most mean coverage over measured devices of NAS-Bench-201, as shares."""
    cells = rows[(space_of(rows["combination"]) == "nasbench201") & ~near_additive(rows)]
    means = cells.groupby("train_size")["coverage_95"].mean() / 100
    return means.min(), means.max()


def fitting(rows):
    """Return on how many combinations all values lie between the bounds of ``FITTING``, by column."""
    counts = {}
    for column, ((low, high), _) in FITTING.items():
        counts[column] = int(rows[column].between(low, high).groupby(rows["combination"]).all().sum())
    return counts


def derived(table):
    """Return mean taus with structure of both origins by space, and the combinations on which it must be by hand."""
    table = table.assign(space=space_of(table["combination"]))
    origins = {"hand_written": "by hand", "derived": "derived"}
    means = table.groupby(["space", "train_size"], sort=False)[list(origins)].mean().unstack("train_size")
    rows = {
        f"{space_name(space)}, {words}": means.loc[space, origin]
        for space in means.index
        for origin, words in origins.items()
    }
    losses = table[table["gain"] < -TOLERANCE].pivot(index="combination", columns="train_size", values="gain")
    worst = losses.min(axis=1).sort_values().index
    shown = (
        losses.loc[worst[:SHOWN]].map(signed).rename(lambda name: combination_title(name, "metric", "space", "task"))
    )
    return {
        "derived": by_size(rows),
        "derived_combinations": table["combination"].nunique(),
        "derived_seeds": int(table["seeds"].min()),
        "derived_tolerance": TOLERANCE,
        "lost": shown.set_axis([count(size) for size in shown.columns], axis=1).rename_axis("derived minus by hand"),
        "lost_of": len(losses),
        "won_of": table.loc[table["gain"] > TOLERANCE, "combination"].nunique(),
    }


def near_additive(rows):
    """Return which rows are of the devices of ``NEAR_ADDITIVE``."""
    return rows["combination"].str.contains(NEAR_ADDITIVE)


def mean(rows, column):
    """Return the mean over combinations by training size.

    Parameters
    ----------
    rows : DataFrame
        ``structured``.
    column : str

    Returns
    -------
    Series
    """
    return rows.groupby("train_size")[column].mean()


def by_size(rows):
    """Return a table of texts: a row a name, a column a training size."""
    table = pd.DataFrame(rows).sort_index().T
    return table.map(decimals).set_axis([count(size) for size in table.columns], axis=1).rename_axis("measurements")


def behind_table(rows):
    """Return the combinations on which another predictor is better, as a table, largest difference first."""
    rows = rows.sort_values("gain")
    rows = rows[np.round(rows["gain"], 3) < 0]
    return pd.DataFrame(
        {
            "combination": rows["combination"].map(lambda name: combination_title(name, "metric", "space")),
            "measurements": rows["train_size"].map(count),
            "Structured GP": rows["kendall_tau_mean"].map(decimals),
            "best of the eighteen": rows["best_of_eighteen"].map(decimals),
            "which is": rows["best_predictor"].map(label),
        }
    )
