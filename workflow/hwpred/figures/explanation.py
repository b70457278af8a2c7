"""What ``structured_gp`` tells about a device, and whether its intervals keep what they promise."""

import re

import numpy as np
import pandas as pd

from hwpred.figures import style

LEAST_SHARE = 0.01
"""Components with a smaller part in the variance are drawn together."""
MOST_LABELS = 22
"""Of positions that fit beside each other."""
KEY = ["combination", "train_size"]
COVERAGE = re.compile(r"coverage_\d+")
COLOUR = style.look_of("structured_gp").color


def calibration_table(explanations):
    """Return how well stated standard deviations fit errors, by combination and training size: means over seeds.

    Parameters
    ----------
    explanations : DataFrame
        The ``explanation`` tables with ``combination``.

    Returns
    -------
    DataFrame
        ``KEY``; ``coverage_50``, ``_80``, ``_95``, the share of the test set within the central interval of that level
        in %; ``residual_spread``, the standard deviation of errors in stated standard deviations; ``seeds``.
    """
    coverage = explanations[explanations["kind"] == "coverage"]
    coverage = coverage.assign(part=[f"coverage_{100 * float(level):g}" for level in coverage["part"]])
    spread = explanations[explanations["kind"] == "spread"].assign(part="residual_spread")
    rows = pd.concat([coverage.assign(value=100 * coverage["value"]), spread])
    wide = rows.groupby([*KEY, "part"], sort=False)["value"].mean().unstack(sort=False)
    return wide.assign(seeds=rows.groupby(KEY)["seed"].nunique()).rename_axis(columns=None).reset_index()


@style.sheet()
def plot_calibration(table):
    """Draw the coverage of each interval against the training size, a panel a level.

    Parameters
    ----------
    table : DataFrame
        From ``calibration_table``.

    Returns
    -------
    Figure
    """
    levels = [int(name.split("_")[1]) for name in table if COVERAGE.fullmatch(name)]
    combinations = list(dict.fromkeys(table["combination"]))
    figure = style.new_figure(
        3.6,
        "Do the intervals of the structured Gaussian process cover what they promise?",
        f"Share of the test set within the interval, mean over {style.seeds_text(table['seeds'])}; thin: each of "
        f"{style.combinations_text(len(combinations))}; bold: their mean; dashed: the promise. Right: standard "
        "deviation of errors in stated standard deviations.",
    )
    panels = style.grid_of_axes(figure, len(levels) + 1, len(levels) + 1, sharey=False)
    for axes, level in zip(panels, levels, strict=False):
        _draw_calibration(axes, table, f"coverage_{level}", level)
        axes.set_title(f"{level} % interval")
    _draw_calibration(panels[-1], table, "residual_spread", 1)
    panels[-1].set_title("spread of errors")
    style.log_axis(panels[-1].yaxis, "{:g}".format)
    panels[0].set_ylabel("covered (%)")
    return figure


def _draw_calibration(axes, table, column, promise):
    for _, one in table.groupby("combination", sort=False):
        axes.plot(one["train_size"], one[column], color=style.GREY, linewidth=0.7)
    sizes, mean = _mean_over_sizes(table, column)
    axes.plot(sizes, mean, color=COLOUR, marker="d", markersize=4)
    axes.axhline(promise, color="black", linestyle=(0, style.SHORT), linewidth=0.8)
    axes.set_xlabel("training size")
    style.log_axis(axes.xaxis, "{:,.0f}".format)


def _mean_over_sizes(rows, column):
    """Mean over combinations, whose training sizes differ: each is interpolated along the logarithm of the size."""
    by_combination = [one.sort_values("train_size") for _, one in rows.groupby("combination")]
    first = max(one["train_size"].min() for one in by_combination)
    last = min(one["train_size"].max() for one in by_combination)
    sizes = np.geomspace(first, last, by_combination[0]["train_size"].nunique())
    known = [np.interp(np.log(sizes), np.log(one["train_size"]), one[column]) for one in by_combination]
    return sizes, np.mean(known, axis=0)


@style.sheet()
def plot_explanation(explanation, metadata):
    """Draw what operations cost and which components explain the metric, by the largest training sets.

    Parameters
    ----------
    explanation : DataFrame
        The ``explanation`` table of one combination.
    metadata : dict
        Its combination and unit.

    Returns
    -------
    Figure
    """
    size = explanation["train_size"].max()
    rows = explanation[explanation["train_size"] == size]
    means = rows.groupby(["kind", "part"], sort=False)["value"].mean()
    costs = rows[rows["kind"] == "cost"].groupby("part", sort=False)["value"].mean().reset_index()
    if costs.empty:
        return _only_shares(means["share"], metadata, size, rows["seed"].nunique())
    costs[["position", "operation"]] = costs["part"].str.split("/", expand=True)
    grid = costs.pivot(index="operation", columns="position", values="value")
    grid = grid.loc[list(dict.fromkeys(costs["operation"])), list(dict.fromkeys(costs["position"]))]
    figure = style.new_figure(
        1.3 + 0.24 * max(len(grid), 10),
        "What does an operation cost on this device, and how does the predictor know?",
        f"{metadata['combination']}; structured Gaussian process, {size} measurements, mean over "
        f"{style.seeds_text(rows['seed'].nunique())}. Left: change of the predicted metric where the operation stands "
        "instead of an average one. Right: parts of the prediction's variance.",
    )
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_costs(figure, left, grid, metadata["unit"])
    _draw_shares(right, means["share"])
    return figure


def _only_shares(shares, metadata, size, seeds):
    """Draw what is left where networks have no operations in common."""
    figure = style.new_figure(
        3.7,
        "How does the predictor know?",
        f"{metadata['combination']}; structured Gaussian process, {size} measurements, mean over "
        f"{style.seeds_text(seeds)}. Parts of the prediction's variance; the networks have no operations in common.",
    )
    _draw_shares(figure.subplots(), shares)
    return figure


def _draw_costs(figure, axes, grid, unit):
    bound = np.nanmax(np.abs(grid.to_numpy()))
    image = axes.imshow(grid, aspect="auto", cmap="RdBu_r", vmin=-bound, vmax=bound)
    axes.set(xlabel="position", yticks=range(len(grid)), yticklabels=grid.index)
    every = -(-grid.shape[1] // MOST_LABELS)
    axes.set_xticks(range(0, grid.shape[1], every), grid.columns[::every])
    axes.grid(visible=False)
    if grid.size <= 60:
        for (row, column), value in np.ndenumerate(grid.to_numpy()):
            if np.isfinite(value):
                colour = "white" if abs(value) > 0.6 * bound else "black"
                axes.text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=7.5, color=colour)
    figure.colorbar(image, ax=axes, label=f"cost ({unit})", pad=0.02)


def _draw_shares(axes, shares):
    large = shares[shares.abs() >= LEAST_SHARE].sort_values()
    names, values = list(large.index), list(large)
    if len(large) < len(shares):
        names, values = [f"{len(shares) - len(large)} others", *names], [shares.sum() - large.sum(), *values]
    axes.barh(range(len(values)), 100 * np.array(values), color=COLOUR)
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_xlabel("part of the variance (%)")
    axes.grid(visible=False, axis="y")
