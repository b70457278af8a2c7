"""The numbers of docs/drift.md."""

import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.drift import AT_RANDOM, IN_A_ROW, LEARN, NEAR, TEST, WINDOW
from hwpred.findings.text import NOTHING, combination_title, decimals, listed, signed

COMPUTED = ("eyeriss", "fpga")
"""Devices in the tables whose latencies were not measured."""
ALIKE = 0.3
"""Autocorrelation from which on a table is said to drift."""


def numbers(tables):
    """Return the numbers of the page by name."""
    drifts, trials = tables["drift"], tables["drift_component"]
    repeated = drifts.dropna(subset=["ceiling_repeats"])
    gain = trials["with_component"] - trials["without_component"]
    made_up = tables["drift_made_up"]
    return {
        "learnt": LEARN,
        "window": WINDOW,
        "tested": TEST,
        "drifts": drift_table(drifts),
        "tables": len(drifts),
        "alike": ALIKE,
        "drifting": int((drifts["lag1"] > ALIKE).sum()),
        "slowly": int((drifts["lag100"] > ALIKE).sum()),
        "repeated": len(repeated),
        "from_repeats": (repeated["ceiling_structure"] - repeated["ceiling_repeats"]).abs().max(),
        "computed": listed(map(title_of, COMPUTED)),
        "draws": int(trials["draws"].max()),
        "component": component_table(trials),
        "gains": {chosen: gain[trials["chosen"] == chosen].mean() for chosen in (IN_A_ROW, AT_RANDOM)},
        "smallest": gain.min(),
        "largest": gain.max(),
        "made_up": made_up_table(made_up),
        "made_up_draws": int(made_up["draws"].max()),
        "near": 100 * NEAR,
        "near_of": made_up.groupby("measurements")["near_percent"].mean().to_dict(),
    }


def drift_table(drifts):
    """Return how far each device drifted as a table, the most alike neighbours first."""
    drifts = drifts.sort_values("lag1", ascending=False, kind="stable")
    columns = {"lag1": "1", "lag10": "10", "lag100": "100"}
    return pd.DataFrame(
        {
            "device": drifts["combination"].map(_device),
            **{f"{words} apart": drifts[name].map(decimals) for name, words in columns.items()},
            "drift": drifts["drift_percent"].map(lambda value: f"{decimals(value, 1)} %"),
            "rho": drifts["ceiling_structure"].map(decimals),
            "rho, repeats": drifts["ceiling_repeats"].map(_known),
            "rho, without drift": drifts["without_drift"].map(decimals),
        }
    )


def component_table(trials):
    """Return rho with and without the component of time as a table."""
    gain = trials["with_component"] - trials["without_component"]
    return pd.DataFrame(
        {
            "device": trials["combination"].map(_device),
            "learnt from": trials["train_size"].astype(str) + " " + trials["chosen"].str.replace("_", " "),
            "without": trials["without_component"].map(decimals),
            "with": trials["with_component"].map(decimals),
            "gain": gain.map(signed),
        }
    )


def made_up_table(made_up):
    """Return what is found of made-up drifts as a table, a column each size."""
    cells = made_up.assign(
        cell=[
            f"{decimals(row.found_percent, 1)} % ({decimals(row.least_percent, 1)} to {decimals(row.most_percent, 1)})"
            for row in made_up.itertuples()
        ],
        device=made_up["combination"].map(_device),
        of=made_up["size_percent"].map(lambda size: f"found of {decimals(size, 0)} %"),
    )
    keys = ["device", "shape", "measurements"]
    return cells.pivot_table(index=keys, columns="of", values="cell", aggfunc="first", sort=False).reset_index()


def _device(combination):
    return combination_title(combination, "space")


def _known(value):
    return NOTHING if pd.isna(value) else decimals(value)
