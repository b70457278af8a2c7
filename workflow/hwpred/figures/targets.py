"""How the metrics are distributed that the predictors learn."""

import numpy as np
from scipy.stats import skew

from hwpred.figures import style
from hwpred.figures.predictions import ORDERS, frame_of


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
    columns = min(3, len(targets))
    skewed = sum(skew(table["value"]) > 0.5 for table in targets.values())
    figure = style.new_figure(
        1.0 + 2.1 * -(-len(targets) // columns),
        "How are the metrics distributed?",
        f"All architectures of each combination (no seeds), in the metric's unit. {skewed} of {len(targets)} have a "
        "long tail of large values (skewness above 0.5).",
        "The axis ends at the 0.1 % and 99.9 % quantiles. It is logarithmic where these lie more than a factor of "
        f"{ORDERS} apart.",
    )
    panels = style.grid_of_axes(figure, len(targets), columns)
    for axes, (name, table) in zip(panels, targets.items(), strict=True):
        facts = metadata[name]
        value = table["value"].to_numpy()
        _draw_target(axes, value, logarithmic=frame_of(value)[2])
        words = f"{len(value):,} architectures, {value.mean():.3g} ± {value.std():.3g}"
        axes.set_title("{space}-{task}\n{device}-{metric}".format(**facts) + f"\n{words}", fontsize=style.SMALL)
        axes.set_xlabel(_axis_label(facts))
    for axes in panels[::columns]:
        axes.set_ylabel("architectures")
    return figure


def _draw_target(axes, value, logarithmic):
    low, high = np.quantile(value, [0.001, 0.999])
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.geomspace(low, high, 51) if logarithmic else np.linspace(low, high, 51)
    axes.hist(value, bins=edges, color=style.SHADED)
    if logarithmic:
        style.log_axis(axes.xaxis)
    axes.set_xlim(low, high)


def _axis_label(metadata):
    label = f"{metadata['metric'].replace('_', ' ')} ({metadata['unit']}),\n{metadata['direction']} is better"
    missing = metadata.get("missing", 0)
    return f"{label}\n{missing:,} missing" if missing else label
