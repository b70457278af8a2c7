"""The numbers of docs/pairing.md."""

import pandas as pd

from hwpred.findings.text import decimals
from hwpred.selection.simulation import REFERENCE, TRUE

PAPER = "paper"
NAMES = {REFERENCE: "published pairing", TRUE: "true pairing", PAPER: "the paper"}
MEASURES = {
    "mra_all": "accuracy lost, all selected (points)",
    "mra_pareto": "accuracy lost, verified (points)",
    "hypervolume_percent": "hypervolume retained (%)",
}
ALL = "hypervolume_all_"
SHOWN = (0.2, 0.4, 0.5, 1.0)


def numbers(tables):
    """Return the numbers of the page by name."""
    curves = tables["pairing_curves"].set_index(["pairing", "deviation_std"])
    factors = tables["pairing_factors"].set_index(["source", "architectures", "deviation_std"]).sort_index()
    scaled = {
        name: {std: curves.loc[(PAPER, std), name] / factors.loc[("ours", 15625, std), name] for std in (0.2, 0.4)}
        for name in ("mra_all", "mra_pareto")
    }
    return {
        "losses": losses(curves),
        "curves": {kind: curves.loc[kind].to_dict("index") for kind in NAMES},
        "ours": factors.loc["ours", 15625].to_dict("index"),
        "code": factors.loc["code", 15625].to_dict("index"),
        "scaled": scaled,
        "hidden": hidden(curves),
        **hypervolumes(tables["pairing_hypervolume"]),
    }


def losses(curves):
    """Return the table of losses and retained hypervolume by standard deviation."""
    rows = []
    for measure, title in MEASURES.items():
        digits = 1 if measure == "hypervolume_percent" else 2
        for kind, name in NAMES.items():
            values = [decimals(curves.loc[(kind, std), measure], digits) for std in SHOWN]
            rows.append([title if kind == REFERENCE else "", name, *values])
    return pd.DataFrame(rows, columns=["standard deviation of the deviations", "", *map(str, SHOWN)])


def hidden(curves):
    """Return by how many points of hypervolume both pairings differ, by standard deviation."""
    retained = curves["hypervolume_percent"]
    return (retained.loc[TRUE] - retained.loc[REFERENCE]).abs().to_dict()


def hypervolumes(table):
    """Return tau of accuracy and latency, and all architectures against 5,000 measured ones."""
    own = table.set_index(["device", "pairing"])
    all_columns = [name for name in own if name.startswith(ALL)]
    mean = own.groupby("pairing").mean()
    moved = mean["hypervolume_fewer_measured"] + mean["moved_reference"]
    common = (100 * mean[all_columns].div(moved, axis=0)).rename(columns=lambda name: name.removeprefix(ALL))
    gained = own[f"{ALL}0"] - own["hypervolume_fewer_measured"]
    return {
        "tau": own["kendall_tau"].unstack().to_dict(),
        "by_device": own.xs(TRUE, level="pairing").assign(gained=gained.xs(TRUE, level="pairing")).to_dict("index"),
        "common": common.T.to_dict(),
        "exact": (common["0"] - 100).agg(["min", "max"]).to_dict(),
    }
