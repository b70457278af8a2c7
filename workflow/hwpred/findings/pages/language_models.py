"""The numbers of docs/language_models.md."""

import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.score_tables import by_size, means, seeds_of
from hwpred.findings.text import NOTHING, combination_title, count, decimals


def numbers(tables):
    """Return the numbers of the page by name."""
    gpt, drift = tables["gpt"], tables["gpt_drift"].set_index("combination")
    own = {name: gpt[gpt["combination"] == name] for name in dict.fromkeys(gpt["combination"])}
    return {
        "sizes": sorted(set(gpt["train_size"])),
        "seeds": seeds_of(gpt),
        "models": int(drift["models"].max()),
        "parts": [part_of(name, rows, drift.loc[name]) for name, rows in own.items()],
        "drift": drift_table(drift),
    }


def part_of(combination, rows, drift):
    """Return what the page tells of one combination.

    Parameters
    ----------
    combination : str
    rows : DataFrame
        Scores of the combination.
    drift : Series
        What is known of its noise and drift.

    Returns
    -------
    dict
    """
    *_, device, metric = combination.split("-")
    taus = means(rows, "kendall_tau")
    return {
        "title": f"{metric.capitalize()} on the {title_of(device)}",
        "tau": by_size(rows, "kendall_tau"),
        "error": by_size(rows, "median_error_percent"),
        "coverage": by_size(rows[rows["coverage_95"].notna()], "coverage_95"),
        "macs": taus.loc["macs"].iloc[-1],
        "best": {size: taus[size].max() for size in taus},
        "ceiling": None if pd.isna(drift["ceiling_noise"]) else drift["ceiling_noise"],
        "drift": drift["drift_percent"],
        "largest": int(taus.columns.max()),
    }


def drift_table(drift):
    """Return noise and drift of each combination as a table."""
    return pd.DataFrame(
        {
            "measured": [combination_title(name, "metric") for name in drift.index],
            "models": drift["models"].map(count),
            "tau between halves": drift["ceiling_noise"].map(decimals),
            "tau of the regression": drift["tau_of_regression"].map(decimals),
            "without drift": drift["tau_without_drift"].map(decimals),
            "spread of what is left": drift["residual_percent"].map(_percent),
            "of its medians over 100 models": drift["drift_percent"].map(_percent),
            "the same, shuffled": drift["no_drift_percent"].map(_percent),
        }
    )


def _percent(value):
    return NOTHING if pd.isna(value) else f"{decimals(value, 2)} %"
