"""What to expect of the library for one device: its predictions, its intervals, and its choices under a limit."""

from pathlib import Path

import pandas as pd

from hwpred.findings.own_device_trials import LIMITS
from hwpred.tables import read_metadata, read_table

NEAR = 0.1
"""Share of the limit by which a network breaks it that counts as one of the optimum's rivals."""
DEVICE = ["combination", "predictor", "train_size", "dead_operations"]
CHOICE = ["combination", "limit_quantile", "measured_first", "measured_more"]
PREDICTOR = "structured_gp"


def tabulate(draws, choices, targets, accuracies):
    """Return the tables ``own_device`` and ``choosing``.

    Parameters
    ----------
    draws, choices : sequence of path
        Of ``hwpred.findings.own_device_trials.try_out``, one a device, number of measurements and block of draws.
    targets, accuracies : sequence of path
        Of each combination, in one order.

    Returns
    -------
    dict of DataFrame
        ``own_device``: means over draws of Kendall's tau, of the median error and of the coverage of 95 % intervals,
        and the coverage in the worst draw. ``choosing``: percent of the draws, and ``quality_lost``, the mean loss in
        accuracy of those that keep the limit; ``rivals`` as of ``rivals``.
    """
    near = pd.concat([rivals(*files) for files in zip(targets, accuracies, strict=True)], ignore_index=True)
    return {"own_device.csv": device_table(_read(draws)), "choosing.csv": choice_table(_read(choices), near)}


def device_table(draws):
    """Return the rows of ``own_device``; ``draws`` has ``combination`` and ``train_size`` besides its own columns."""
    draws = draws.assign(predictor=PREDICTOR, coverage_95=100 * draws["coverage_95"])
    groups = draws.groupby(DEVICE, sort=False)
    table = groups.agg(
        draws=("draw", "size"),
        kendall_tau=("kendall_tau", "mean"),
        worst_kendall_tau=("kendall_tau", "min"),
        median_error_percent=("median_error_percent", "mean"),
        worst_median_error_percent=("median_error_percent", "max"),
        coverage_95=("coverage_95", "mean"),
        worst_coverage_95=("coverage_95", "min"),
    )
    return _with_device(table.reset_index())


def choice_table(choices, near):
    """Return the rows of ``choosing``.

    Parameters
    ----------
    choices : DataFrame
        ``choices`` of each trial, with ``combination`` and ``train_size``.
    near : DataFrame
        From ``rivals``, of all combinations.

    Returns
    -------
    DataFrame
    """
    groups = choices.rename(columns={"train_size": "measured_first"}).groupby(CHOICE, sort=False)
    table = groups.agg(
        draws=("draw", "size"),
        optimum_found_percent=("optimum_found", lambda found: 100 * found.mean()),
        limit_kept_percent=("limit_kept", lambda kept: 100 * kept.mean()),
        quality_lost=("quality_lost", "mean"),
        most_quality_lost=("quality_lost", "max"),
    )
    return _with_device(table.reset_index().merge(near, on=["combination", "limit_quantile"], how="left"))


def rivals(targets, accuracy):
    """Return how many networks are more accurate than the best that keeps a limit, and break it by ``NEAR`` at most.

    Parameters
    ----------
    targets, accuracy : path

    Returns
    -------
    DataFrame
        ``combination``, ``limit_quantile``, ``rivals``; a row a limit.
    """
    table = read_table(targets, "targets").merge(read_table(accuracy, "accuracy"), on="architecture")
    rows = []
    for quantile in LIMITS:
        limit = table["value"].quantile(quantile)
        best = table.loc[table["value"] <= limit, "accuracy"].max()
        count = int(((table["accuracy"] > best) & (table["value"] <= (1 + NEAR) * limit)).sum())
        rows.append((read_metadata(targets)["combination"], quantile, count))
    return pd.DataFrame(rows, columns=["combination", "limit_quantile", "rivals"])


def _with_device(table):
    device = table["combination"].str.split("-").str[2]
    table.insert(0, "device", device)
    return table.drop(columns="combination")


def _read(files):
    """Read the tables of one kind; the path of each says the combination and the number of measurements."""
    frames = []
    for path in map(Path, files):
        facts = {"combination": path.parent.parent.name, "train_size": int(path.parent.name)}
        if (table := pd.read_csv(path)).size:
            frames.append(table.assign(**facts))
    return pd.concat(frames, ignore_index=True)
