"""How the metrics are distributed that the predictors learn."""

import numpy as np
from scipy.stats import skew

from hwpred.figures import style


@style.sheet()
def plot_targets(targets, metadata):
    """Draw the histogram of each combination's metric in its own unit.

    Parameters
    ----------
    targets : dict
        Combination -> targets table.
    metadata : dict
        Combination -> its metadata (space, task, device, metric, unit, direction, missing).

    Returns
    -------
    Figure
    """
    columns = min(4, len(targets))
    spaces = list(dict.fromkeys(metadata[name]["space"] for name in targets))
    skewed = sum(skew(table["value"]) > 0.5 for table in targets.values())
    figure = style.new_figure(
        1.0 + 2.0 * -(-len(targets) // columns),
        "How are the metrics distributed?",
        f"All architectures of each combination (no seeds), in the metric's unit. {skewed} of {len(targets)} have a "
        "long tail of large values (skewness above 0.5).",
        "Dashed: mean and one standard deviation to each side. The axis ends at the 0.1 % and 99.9 % quantiles.",
    )
    panels = style.grid_of_axes(figure, len(targets), columns)
    for axes, (name, table) in zip(panels, targets.items(), strict=True):
        colour = style.SPACE_COLOURS[spaces.index(metadata[name]["space"]) % len(style.SPACE_COLOURS)]
        _draw_target(axes, table["value"].to_numpy(), colour)
        facts = metadata[name]
        axes.set_title("{space}-{task}\n{device}-{metric}".format(**facts), fontsize=7.5)
        axes.set_xlabel(_axis_label(metadata[name]))
    panels[0].set_ylabel("architectures")
    return figure


def _draw_target(axes, value, colour):
    low, high = np.quantile(value, [0.001, 0.999])
    if low == high:
        low, high = low - 0.5, high + 0.5
    axes.hist(value, bins=np.linspace(low, high, 51), color=colour, alpha=0.75)
    mean, std = value.mean(), value.std()
    for place, width in ((mean, 1.0), (mean - std, 0.7), (mean + std, 0.7)):
        if low <= place <= high:
            axes.axvline(place, color="black", linewidth=width, linestyle=(0, style.SHORT))
    axes.set_xlim(low, high)
    words = f"n {len(value):,}\nmean {mean:.3g}\nstd {std:.3g}"
    axes.text(0.98, 0.97, words, transform=axes.transAxes, ha="right", va="top", fontsize=6.5)


def _axis_label(metadata):
    label = f"{metadata['metric'].replace('_', ' ')} ({metadata['unit']}),\n{metadata['direction']} is better"
    missing = metadata.get("missing", 0)
    return f"{label}\n{missing:,} missing" if missing else label
