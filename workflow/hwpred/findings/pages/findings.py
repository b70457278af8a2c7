"""The numbers of docs/findings.md."""

import numpy as np
import pandas as pd

from hwpred.figures.averages import trained_rows
from hwpred.findings.answers import answers
from hwpred.findings.devices import lookup_passed, spread
from hwpred.findings.fits import space_of
from hwpred.findings.simulation import at_tau
from hwpred.findings.text import at_most, combination_title, count, decimals, label, signed, space_name
from hwpred.findings.verdicts import verdicts
from hwpred.predictors.descriptions import DESCRIPTIONS

NETWORKS = [key for key, entry in DESCRIPTIONS.items() if entry.family in ("networks", "graph_networks")]
GRAPHS = ["gcn", "bonas"]
NOT_ONE_HOT = [*GRAPHS, "nao"]
NEAR_ADDITIVE = ["fpga", "eyeriss"]
FEW, MANY = 124, 1366
"""Training sizes at which devices, and deviations, are compared."""
SOME, HUNDRED = 25, 100
"""Training sizes up to which, and from which on, it is told which differences are chance."""
RUNS = {"pairing": "published pairing", "true_pairing": "true pairing"}
ERROR = "mean_absolute_error"
TAU_BINS = [0.65, 0.75, 0.85, 0.95]
VERIFIED = {"none": "not verified", "selected": "selected verified"}
KINDS = {
    "mixture": "published mixture, same standard deviation",
    "mixture_at_tau": "published mixture, same tau",
    "calibrated": "calibrated predictor, same tau",
}
MEASURES = {
    "mra_all": "all selected (points)",
    "mra_pareto": "verified (points)",
    "hypervolume_lost_percent": "hypervolume lost (%)",
}
"""What is simulated, and what its errors are measured by: names in ``simulation_errors``, and on the page."""


def numbers(tables):
    """Return the numbers of the page by name."""
    evaluation = tables["evaluation_open"]
    curves = tau_by_space(evaluation)
    found = {
        "seeds": int(evaluation["seeds"].max()),
        "combinations": evaluation["combination"].nunique(),
        "best": {space_name(space): best_by_size(tau) for space, tau in curves.items()},
        "firsts": {space: networks_first(tau) for space, tau in curves.items()},
        "clearly": {space: networks_clearly_first(own) for space, own in of_spaces(evaluation)},
        "ridge": {space: tau["ridge_reg"] - tau.max(axis=1) for space, tau in curves.items()},
        "encodings": {space_name(space): encodings(tau) for space, tau in curves.items()},
        "graph_leads_at": {space: graph_leads_at(tau) for space, tau in curves.items()},
        "chance": chance(evaluation),
        **lookup(tables["devices"]),
        "spreads": spreads(tables["devices"]),
        **deviations(tables["deviations"]),
        **losses(tables["simulation"]),
        **selection(tables["selection_with_predictors"], tables["simulation_errors"]),
        **more_candidates(tables["simulation"], tables["pairing_hypervolume"]),
        **beside_code(tables["simulation_beside_code"], tables["simulation_beside_paper"]),
        **paper_curves(tables["compare_paper_curves"]),
        **table3(tables["compare_table3"]),
        "embedded": embedded(tables["embedded"]),
        **search(tables["search"]),
        **structure(tables["structured"]),
        "full_grid": tables["cost"]["full_grid_core_hours"].sum(),
    }
    return {**found, "verdicts": verdicts(found), "answers": answers(tables)}


def of_spaces(evaluation):
    """Return (space, rows of its trained predictors) of each space."""
    rows = trained_rows(evaluation)
    return rows.groupby(space_of(rows["combination"]), sort=False)


def tau_by_space(evaluation):
    """Return {space: mean tau over its combinations, a row a training size, a column a trained predictor}."""
    return {space: mean_taus(own) for space, own in of_spaces(evaluation)}


def mean_taus(rows):
    """Return the mean tau over combinations, a row a training size, a column a predictor."""
    return rows.pivot_table(index="train_size", columns="predictor", values="kendall_tau_mean")


def errors_of_means(rows):
    """Return the standard error of each of ``mean_taus``, over seeds."""
    squares = rows.assign(square=rows["kendall_tau_std"] ** 2 / rows["seeds"])
    table = squares.pivot_table(index="train_size", columns="predictor", values="square", aggfunc=["sum", "count"])
    return table["sum"] ** 0.5 / table["count"]


def best_by_size(tau):
    """Return the best predictors by training size, as a table of texts."""
    rows = {}
    for size, taus in tau.iterrows():
        ranked = taus.sort_values(ascending=False)
        network = ranked[[key for key in ranked.index if key in NETWORKS]].index[0]
        rows[count(size)] = {
            "best": f"{label(ranked.index[0])} {decimals(ranked.iloc[0])}",
            "second": f"{label(ranked.index[1])} {decimals(ranked.iloc[1])}",
            "best network": f"{label(network)} {decimals(ranked[network])}",
            **{f"{label(key)} minus best": signed(ranked[key] - ranked.iloc[0]) for key in ("mlp", "lgb", "ridge_reg")},
        }
    return pd.DataFrame(rows).T.rename_axis("measurements")


def networks_first(tau):
    """Return at how many training sizes a network is best, and how many there are."""
    return int(tau.idxmax(axis=1).isin(NETWORKS).sum()), len(tau)


def networks_clearly_first(rows):
    """Return at how many training sizes the best network leads the best other predictor by two standard errors.

    Predictors are taken for independent, and both are the best of several, so that a few of these leads may be chance.

    Parameters
    ----------
    rows : DataFrame
        Of the trained predictors of one space.

    Returns
    -------
    int
    """
    tau, error = mean_taus(rows), errors_of_means(rows)
    clear = 0
    for size, taus in tau.iterrows():
        network, other = taus[taus.index.isin(NETWORKS)].idxmax(), taus[~taus.index.isin(NETWORKS)].idxmax()
        clear += taus[network] - taus[other] > 2 * np.hypot(*error.loc[size, [network, other]])
    return int(clear)


def encodings(tau):
    """Return graph networks and NAO against the best of the others, and path against one-hot encoding, as a table."""
    others = tau.drop(columns=NOT_ONE_HOT).max(axis=1)
    table = pd.DataFrame(
        {
            **{f"{label(key)} minus best one-hot": (tau[key] - others).map(signed) for key in NOT_ONE_HOT},
            "rank of NAO": tau.rank(axis=1, ascending=False)["nao"].map(count),
            "BANANAS minus MLP (large)": (tau["bananas"] - tau["mlp"]).map(signed),
        }
    )
    return table.set_axis([count(size) for size in tau.index]).rename_axis("measurements")


def chance(evaluation):
    """Return how large differences are that chance makes between two predictors: 1.96 standard errors, of typical ones.

    Predictors are taken for independent. That all have the same training sets makes these differences smaller, if
    anything.

    Parameters
    ----------
    evaluation : DataFrame
        ``evaluation_open``.

    Returns
    -------
    dict
        ``few`` (up to ``SOME`` measurements) and ``many`` (from ``HUNDRED`` on): the least and the most over spaces and
        sizes.
    """
    limits = 1.96 * 2**0.5 * pd.concat([errors_of_means(own).median(axis=1) for _, own in of_spaces(evaluation)])
    groups = {"few": limits[limits.index <= SOME], "many": limits[limits.index >= HUNDRED]}
    return {name: (float(group.min()), float(group.max())) for name, group in groups.items()}


def graph_leads_at(tau, margin=0.02):
    """Return the training sizes at which a graph network leads the one-hot predictors.

    Parameters
    ----------
    tau : DataFrame
        A row a training size, a column a predictor.
    margin : float
        By which it leads.

    Returns
    -------
    list of int
        Ascending.
    """
    lead = tau[GRAPHS].max(axis=1) - tau.drop(columns=NOT_ONE_HOT).max(axis=1)
    return sorted(lead.index[lead > margin])


def lookup(devices):
    """Return how good lookup tables are, and how many measurements two predictors need to pass them."""
    passed = lookup_passed(devices)
    additive = passed["device"].isin(NEAR_ADDITIVE)
    other = passed[~additive]
    rows = {
        label(predictor): {
            "55 or fewer": int((other[predictor] <= 55).sum()),
            "more": int((other[predictor] > 55).sum()),
            "never": int(other[predictor].isna().sum()),
        }
        for predictor in ("lin_reg", "xgb")
    }
    sizes = devices.loc[devices["space"] == "nasbench201", "train_size"]
    return {
        "lookup": passed.set_index("device")["lookup"].groupby(level=0).mean().loc[NEAR_ADDITIVE].to_dict(),
        "other_lookup": other["lookup"],
        "gpu_lookup": other.loc[other["device"].str.endswith("_256"), "lookup"],
        "passed": pd.DataFrame(rows).T.map(str).rename_axis("passes the lookup table after"),
        "passed_early": {key: int((other[key] <= 55).sum()) for key in ("lin_reg", "xgb")},
        "largest_device_size": int(sizes.max()),
    }


def spreads(devices):
    """Return the mean difference of tau between combinations that differ in one fact only: {predictor: {fact: ...}}."""
    return {
        predictor: {fact: spread(devices, fact, predictor, FEW) for fact in ("device", "metric", "task")}
        for predictor in ("lin_reg", "xgb")
    }


def deviations(table):
    """Return the shape of the deviations: ranges over predictors, and standard deviations by combination."""
    table = table[table["train_size"] == MANY]
    by_predictor = table.groupby("predictor").mean(numeric_only=True)
    shares = {name: by_predictor[f"{name}_percent"] / 100 for name in ("beyond_3_std", "within_half_std")}
    extremes = {name: (own.min(), own.max()) for name, own in [*by_predictor.items(), *shares.items()]}
    kurtosis = by_predictor["kurtosis"].sort_values()
    by_combination = table.groupby("combination")[["std_without_conv3x3", "std_with_conv3x3"]].mean()
    ratio = by_combination["std_without_conv3x3"] / by_combination["std_with_conv3x3"]
    shown = by_combination.map(decimals).assign(ratio=ratio.map(lambda value: decimals(value, 2)))
    shown = shown.rename(lambda name: combination_title(name, "metric"))
    heads = ["std without 3x3 convolutions", "std with them", "ratio"]
    return {
        "shapes": extremes,
        "least_kurtosis": (kurtosis.index[0], kurtosis.iloc[0]),
        "most_kurtosis": (kurtosis.index[-1], kurtosis.iloc[-1]),
        "convolutions": shown.set_axis(heads, axis=1),
    }


def losses(simulation):
    """Return the accuracy lost at two taus, beside the paper's, as numbers and as a table."""
    runs = {name: simulation[simulation["run"] == name] for name in ("pairing", "true_pairing", "open_three_seeds")}
    lost = {name: {tau: at_tau(rows, tau) for tau in (0.9, 0.8)} for name, rows in runs.items()}
    open_count = runs["open_three_seeds"]["combination"].nunique()
    titles = {**RUNS, "open_three_seeds": f"true pairing, {open_count} open combinations"}
    rows = {"the paper": ["1.5", "0.5", "-", "1.2"]}
    for name, title in titles.items():
        rows[title] = [decimals(lost[name][tau][kind], 2) for tau in (0.9, 0.8) for kind in ("mra_all", "mra_pareto")]
    heads = ["all, tau 0.9", "verified, tau 0.9", "all, tau 0.8", "verified, tau 0.8"]
    return {
        "lost": lost,
        "losses": pd.DataFrame(rows, index=heads).T.rename_axis("points of accuracy lost"),
        "open_selections": open_count,
        "trials": int(simulation["trials"].max()),
    }


def selection(rows, errors):
    """Return what selecting by real predictions loses by tau and verification, and how far simulations are off.

    Parameters
    ----------
    rows : DataFrame
        ``selection_with_predictors``.
    errors : DataFrame
        ``simulation_errors``.

    Returns
    -------
    dict
        Numbers of the page by name.
    """
    return {
        **by_tau(rows),
        **simulated(errors),
        "selection_seeds": int(rows["seeds"].max()),
        "selection_predictors": rows["predictor"].nunique(),
        "selection_combinations": rows["combination"].nunique(),
    }


def by_tau(rows):
    """Return what selecting by real predictions loses and retains, by tau and by what is verified."""
    verified = rows["verified"].where(rows["verification"] == "promising")
    way = verified.map(lambda number: f"{count(number)} most promising verified", na_action="ignore")
    way = way.fillna(rows["verification"].map(VERIFIED))
    groups = rows.assign(tau=pd.cut(rows["kendall_tau"], TAU_BINS), way=way).groupby(["tau", "way"], observed=True)
    lost, retained = (groups[column].mean().unstack() for column in ("mra_mean", "hypervolume_percent_mean"))
    promising = sorted(set(way) - set(VERIFIED.values()), key=lambda text: int(text.split()[0].replace(",", "")))
    lost = lost[[*VERIFIED.values(), *promising]].iloc[::-1]
    shown = lost.map(decimals, digits=2).set_axis([f"tau {bin.left:g} to {bin.right:g}" for bin in lost.index])
    best = retained.loc[lost.index[0]]
    return {
        "by_tau": shown.rename_axis("points of accuracy lost").rename_axis(columns=None),
        "real": {key: {bin.left: loss for bin, loss in lost[VERIFIED[key]].items()} for key in ("none", "selected")},
        "retained": {way.split()[0]: best[way] for way in lost.columns if way != VERIFIED["none"]},
    }


def simulated(errors):
    """Return how far simulated deviations are off what real predictions lose."""
    cells = errors.set_index(["kind", "measure"])
    both = cells[[ERROR, "ratio"]].map(decimals, digits=2).agg(", ".join, axis=1).unstack()
    table = both.loc[list(KINDS), list(MEASURES)].rename(index=KINDS, columns=MEASURES).rename_axis(columns=None)
    return {
        "errors": table.rename_axis("mean error, simulated over real"),
        "error_of": {kind: {measure: cells.loc[(kind, measure), ERROR] for measure in MEASURES} for kind in KINDS},
        "cases": int(errors["cases"].max()),
    }


def more_candidates(simulation, pairing):
    """Return the hypervolume of all nasbench201 architectures at tau 0.73 beside fewer that are measured.

    Parameters
    ----------
    simulation : DataFrame
        ``simulation``.
    pairing : DataFrame
        ``pairing_hypervolume``.

    Returns
    -------
    dict
        Numbers of the page by name.
    """
    rows = simulation[simulation["run"] == "open_three_seeds"]
    rows = rows[rows["combination"].str.startswith("nasbench201")]
    means = rows.groupby(["architectures", "deviation_std"])[["hypervolume", "kendall_tau"]].mean()
    everything = means.loc[15625].sort_values("kendall_tau")
    needed = interpolate(means.loc[(5000, 0.0), "hypervolume"], everything["hypervolume"], everything["kendall_tau"])
    true = pairing[pairing["pairing"] == "true"]
    common = (
        100 * true["hypervolume_all_0.1"].mean() / (true["hypervolume_fewer_measured"] + true["moved_reference"]).mean()
    )
    return {
        "hypervolume": {
            "at_73": interpolate(0.73, everything["kendall_tau"], everything["hypervolume"]),
            "measured_5000": means.loc[(5000, 0.0), "hypervolume"],
            "measured_2000": means.loc[(2000, 0.0), "hypervolume"],
            "worst": everything["hypervolume"].iloc[0],
            "worst_tau": everything["kendall_tau"].iloc[0],
            "needed_tau": needed,
            "common": common,
        },
        "hypervolume_combinations": rows["combination"].nunique(),
    }


def interpolate(wanted, x, y):
    """Return y where x has a wanted value, by linear interpolation.

    Parameters
    ----------
    wanted : float
    x : Series
        Ascending.
    y : Series

    Returns
    -------
    float
    """
    x, y = x.to_numpy(), y.to_numpy()
    place = min(max(int((x < wanted).sum()), 1), len(x) - 1)
    share = (wanted - x[place - 1]) / (x[place] - x[place - 1])
    return float(y[place - 1] + share * (y[place] - y[place - 1]))


def beside_code(code, paper):
    """Return how far our simulation is from the published code's on pixel3, and from the paper's curves.

    Parameters
    ----------
    code : DataFrame
        ``simulation_beside_code``.
    paper : DataFrame
        ``simulation_beside_paper``.

    Returns
    -------
    dict
        Numbers of the page by name.
    """
    rows = {
        name: {
            "points of accuracy, at most": at_most(own[["mra_all", "mra_pareto"]].to_numpy().ravel(), 2),
            "retained hypervolume (%), at most": at_most(own["hypervolume_percent"], 1),
        }
        for name, own in code.groupby(code["pairing"].map({"reference": RUNS["pairing"], "true": RUNS["true_pairing"]}))
    }
    published = paper[paper["run"] == "pairing"].groupby("measure")["difference"].max()
    return {
        "beside_code": pd.DataFrame(rows).T.rename_axis("differs from the published code by"),
        "above_paper": published.to_dict(),
    }


def paper_curves(table):
    """Return the points of the curves that lie more than 0.02 below the paper's from 25 samples on."""
    table = table[table["train_size"] >= 25]
    below = table[table["difference"] < -0.02].sort_values("difference")
    rows = {
        "predictor": below["predictor"].map(label),
        "measurements": below["train_size"].map(count),
        "ours": below["hard"].map(decimals),
        "the paper": below["paper"].map(decimals),
        "difference": below["difference"].map(signed),
    }
    return {"below_paper": pd.DataFrame(rows), "curve_points": len(table)}


def table3(table):
    """Return the differences from the paper's Table 3 of each predictor."""
    sizes = pd.to_numeric(table["train_size"], errors="coerce")
    linear = (table["predictor"] == "lin_reg") & (sizes >= 55)
    chosen = {"lookup": table["predictor"] == "lookup", "lin_reg": linear, "xgb": table["predictor"] == "xgb"}
    return {"table3": {name: table.loc[rows, "difference"] for name, rows in chosen.items()}}


def embedded(table):
    """Return the embedded combinations beside the paper's, as a table of texts: ours / the paper's."""
    shown = pd.DataFrame({"measurements": table["train_size"].map(count)})
    for key in ("lin_reg", "lookup"):
        both = zip(table[key].map(decimals), table[f"paper_{key}"].map(decimals), strict=True)
        shown[f"{label(key)}, ours / paper"] = [" / ".join(pair) for pair in both]
    shown["XGBoost, ours"] = table["xgb"].map(decimals)
    shown["XGBoost, paper, largest size"] = table["paper_xgb_largest"].map(decimals)
    shown["noise ceiling"] = table["ceiling_noise"].map(decimals)
    titles = [combination_title(name, "metric", "task") for name in table["combination"]]
    return shown.set_axis(titles).rename_axis("combination")


def search(table):
    """Return the largest gain and the largest loss of each predictor by the search, and whose losses are no chance."""
    rows = {}
    for predictor, own in table.groupby("predictor"):
        rows[label(predictor)] = {
            head: f"{signed(own.loc[place, 'gain'])} ± {decimals(own.loc[place, 'standard_error'])} "
            f"({space_name(own.loc[place, 'space'])}, {count(own.loc[place, 'train_size'])})"
            for head, place in (("largest", own["gain"].idxmax()), ("smallest", own["gain"].idxmin()))
        }
    smallest = table.loc[table.groupby("predictor")["gain"].idxmin()]
    return {
        "search": pd.DataFrame(rows).T.rename_axis("gain of the search in tau"),
        "search_cells": int(table.groupby("predictor").size().max()),
        "search_worse": [
            label(key) for key in smallest.loc[smallest["gain"] < -2 * smallest["standard_error"], "predictor"]
        ],
    }


def structure(table):
    """Return what structured_gp reaches with 11 measurements on nasbench201, and its mean gains by space and size."""
    known = table.dropna(subset=["best_of_eighteen"])
    known = known.assign(space=space_of(known["combination"]))
    told = known[known["dead_operations"] == "told"].groupby(["space", "train_size"])
    means = told[["kendall_tau_mean", "best_of_eighteen", "gain"]].mean()
    untold = known[known["dead_operations"] == "untold"].groupby(["space", "train_size"])["kendall_tau_mean"].mean()
    cells = means.loc["nasbench201"]
    return {
        "structure": {
            "told": cells.loc[11, "kendall_tau_mean"],
            "untold": untold.loc["nasbench201", 11],
            "best": cells.loc[11, "best_of_eighteen"],
            "best_124": cells.loc[124, "best_of_eighteen"],
        },
        "gain": means["gain"].to_dict(),
    }
