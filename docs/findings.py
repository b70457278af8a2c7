"""The numbers behind docs/findings.md: the paper's findings 1 to 5 on open data.

Run: python docs/findings.py results/open results/devices
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from hwpred.figures.averages import by_space, mean_curves, trained_rows
from hwpred.figures.reading import read_blocks, read_evaluations
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import REGISTRY
from hwpred.spaces import get_space
from hwpred.tables import read_table

NETWORKS = [key for key, description in DESCRIPTIONS.items() if description.family in ("networks", "graph_networks")]
CONV3X3 = 3
"""Operation index of nor_conv_3x3 on nasbench201."""


def tau_by_space(evaluations, metadata):
    """Return {space: DataFrame of mean tau, a row a training size, a column a trained predictor}."""
    spaces = {name: entry["space"] for name, entry in metadata.items()}
    return {
        space: trained_rows(mean_curves(own)).pivot(index="train_size", columns="predictor", values="mean")
        for space, own in by_space(evaluations, spaces).items()
    }


def best_predictors(tau):
    """Finding 1: the three best, the best network, and what the named ones lie below the best."""
    rows = []
    for size, taus in tau.iterrows():
        ranked = taus.sort_values(ascending=False)
        network = ranked[[key for key in ranked.index if key in NETWORKS]].index[0]
        row = {"train_size": size, "best three": ", ".join(f"{key} {ranked[key]:.3f}" for key in ranked.index[:3])}
        row["best network"] = f"{network} {ranked[network]:.3f} (rank {list(ranked.index).index(network) + 1})"
        rows.append({**row, **{key: taus[key] - ranked.iloc[0] for key in ("minimlp", "mlp", "lgb", "ridge_reg")}})
    return pd.DataFrame(rows).set_index("train_size")


def encodings(tau):
    """Finding 2: graph networks and NAO against the best of the others, path against one-hot encoding."""
    others = tau.drop(columns=["gcn", "bonas", "nao"]).max(axis=1)
    ranks = tau.rank(axis=1, ascending=False).astype(int)
    return pd.DataFrame(
        {
            "gcn - best one-hot": tau["gcn"] - others,
            "bonas - best one-hot": tau["bonas"] - others,
            "nao - best one-hot": tau["nao"] - others,
            "rank of nao": ranks["nao"],
            "bananas - mlp": tau["bananas"] - tau["mlp"],
        }
    )


def lookup_passed(evaluations):
    """Finding 3: tau of the lookup table, and the training size from which each predictor passes it."""
    rows = []
    for name, table in evaluations.items():
        tau = table[table["measure"] == "kendall_tau"]
        lookup = tau.loc[tau["predictor"] == "lookup", "mean"]
        if lookup.empty:
            continue
        row = {"combination": name, "lookup": lookup.iloc[0]}
        for predictor, own in trained_rows(tau).sort_values("train_size").groupby("predictor"):
            passed = own.loc[own["mean"] > lookup.iloc[0], "train_size"]
            row[predictor] = passed.iloc[0] if len(passed) else "never"
        rows.append(row)
    return pd.DataFrame(rows).set_index("combination")


def mean_lookup(evaluations, metadata):
    """Finding 3: tau of the lookup table by source (fpga and eyeriss apart) and of all but these two, means."""
    tau = lookup_passed(evaluations)["lookup"]
    near_additive = tau.index.map(lambda name: metadata[name]["device"] in ("fpga", "eyeriss"))
    framework = tau.index.map(lambda name: metadata[name]["device"].split("_")[0] in ("pi5", "pixel"))
    groups = np.select([near_additive, framework], ["fpga and eyeriss", "HW-NAS-Bench-360"], "other")
    table = tau.groupby(groups).agg(["mean", "size"])
    table.loc["all but fpga and eyeriss"] = tau[~near_additive].agg(["mean", "size"])
    return table


def difficulty(evaluations, metadata, predictor, size):
    """Finding 4: tau of one predictor by device, task and metric."""
    rows = []
    for name, table in evaluations.items():
        facts = metadata[name]
        own = table[(table["measure"] == "kendall_tau") & (table["predictor"] == predictor)]
        tau = own.loc[own["train_size"] == size, "mean"]
        if facts["space"] == "nasbench201" and len(tau):
            rows.append({key: facts[key] for key in ("device", "metric", "task")} | {"tau": tau.iloc[0]})
    return pd.DataFrame(rows)


def spread(table, changed):
    """Return the mean difference of tau of two combinations that differ in ``changed`` only, and how many pairs."""
    same = [key for key in ("device", "metric", "task") if key != changed]
    differences = [
        abs(first - second)
        for _, group in table.groupby(same)["tau"]
        for first, second in itertools.combinations(group, 2)
    ]
    return np.mean(differences), len(differences)


def deviations(run, size, space="nasbench201"):
    """Finding 5: shape of the deviations after ``size`` samples, and their std without and with conv3x3."""
    paths = sorted(Path(run, "predictions").glob(f"{space}-*/*/*.parquet"))
    predictions, _ = read_blocks(paths, "predictions")
    predictions = predictions[
        (predictions["train_size"] == size) & predictions["predictor"].map(lambda key: REGISTRY[key].trained)
    ]
    operations = read_table(Path(run, "data", space, "architectures.parquet"), "architectures")
    operations = operations[[f"p{i}" for i in range(get_space(space).positions)]].to_numpy()
    convolved = (operations == CONV3X3).any(axis=1)[predictions["architecture"]]
    predictions = predictions.assign(deviation=predictions["prediction"] - predictions["target"], convolved=convolved)
    rows = []
    for key, fits in predictions.groupby(["combination", "predictor"]):
        row = {"combination": key[0], "predictor": key[1]}
        rows.append(row | _mean_shape([fit for _, fit in fits.groupby("seed")]))
    return pd.DataFrame(rows)


def _mean_shape(fits):
    """Average over fits: excess kurtosis, |mean| / std, share beyond 3 std, std without and with conv3x3."""
    shapes = []
    for fit in fits:
        deviation = fit["deviation"].to_numpy(dtype=np.float64)
        standardised = (deviation - deviation.mean()) / deviation.std()
        without, with_convolution = (fit.loc[fit["convolved"] == kind, "deviation"].std() for kind in (False, True))
        shapes.append(
            (stats.kurtosis(deviation), abs(deviation.mean()) / deviation.std(), (np.abs(standardised) > 3).mean(),
             (np.abs(standardised) < 0.5).mean(), without, with_convolution)
        )  # fmt: skip
    names = (
        "excess kurtosis",
        "off-centre",
        "beyond 3 std",
        "within .5 std",
        "std without conv3x3",
        "std with conv3x3",
    )
    return dict(zip(names, np.mean(shapes, axis=0), strict=True))


def show(title, table):
    """Print a table as Markdown."""
    print(f"\n### {title}\n\n{table.to_markdown(floatfmt='.3f')}")


if __name__ == "__main__":
    run, devices = sys.argv[1:]
    evaluations, metadata = read_evaluations(sorted(Path(run, "evaluation").glob("*.parquet")))
    for space, tau in tau_by_space(evaluations, metadata).items():
        show(f"1, {space}", best_predictors(tau))
        show(f"2, {space}", encodings(tau))
    show("3, training size from which a predictor passes the lookup table", lookup_passed(evaluations))
    by_device, device_metadata = read_evaluations(sorted(Path(devices, "evaluation").glob("*.parquet")))
    show("3, lookup table of every device", lookup_passed(by_device))
    show("3, lookup table by source", mean_lookup(by_device, device_metadata))
    for predictor in ("lin_reg", "xgb"):
        table = difficulty(by_device, device_metadata, predictor, 124)
        show(f"4, tau of {predictor} at 124", table.pivot_table("tau", ["device"], ["metric", "task"]))
        for changed in ("device", "metric", "task"):
            difference, pairs = spread(table, changed)
            print(f"\nmean difference of tau between two {changed}s, all else equal: {difference:.3f} ({pairs} pairs)")
    for size in (124, 1366):
        shapes = deviations(run, size)
        show(f"5, {size} samples, mean over combinations", shapes.groupby("predictor").mean(numeric_only=True))
        show(f"5, {size} samples, mean over predictors", shapes.groupby("combination").mean(numeric_only=True))
