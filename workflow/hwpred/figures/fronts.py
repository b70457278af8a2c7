"""Which architectures a wrong metric selects: the fronts of one trial of the simulated selection."""

import numpy as np
from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.figures.simulation import ALL, KEPT
from hwpred.selection.quality import label, quality_of

STDS = (0.2, 0.5, 1.0)
"""Of the deviations shown, as near to these as were simulated."""
LOWEST = 0.2
"""Quantile of the accuracies at which the frame ends below; fronts go down to networks that have learnt nothing."""
FRONT = "black"
DROPPED_LOOK = {"color": ALL, "marker": "o", "linestyle": "", "markersize": 4.5, "markerfacecolor": "white"}
KEPT_LOOK = {"color": KEPT, "marker": "o", "markersize": 4.5, "linewidth": 1.1}


@style.sheet()
def plot_fronts(trial, metadata):
    """Draw accuracy against the true metric: all, the true front, the selected, and what verification leaves of them.

    Parameters
    ----------
    trial : selection.simulation.Example
    metadata : dict
        Of the ``selection`` table.

    Returns
    -------
    Figure
    """
    shown = _nearest(trial.outcomes["deviation_std"].to_numpy(), STDS)
    low, frame = _frame(trial, shown)
    quality = quality_of([metadata])
    figure = style.new_figure(
        4.4,
        "Which architectures does a wrong metric select?",
        f"{metadata['combination']}: those on the front of {quality.name} and a metric with deviations, where they "
        f"truly lie; one trial with {len(trial.accuracy):,} architectures to select from. Verification measures the "
        "selected and drops the dominated.",
        _note(trial, shown, low, metadata["pairing"], quality),
    )
    # The last tick of one panel would touch the first one of the next.
    figure.get_layout_engine().set(w_pad=0.08)
    panels = style.grid_of_axes(figure, len(shown), len(shown), sharex=True, sharey=True)
    for axes, index in zip(panels, shown, strict=True):
        _draw_panel(axes, trial, index, quality.unit)
        axes.set(**frame)
    negated = "" if metadata["direction"] == "smaller" else "negative of the "
    words = f"{negated}true {metadata['metric'].replace('_', ' ')} ({metadata['unit']}), smaller is better"
    panels[len(panels) // 2].set_xlabel(words)
    panels[0].set_ylabel(_accuracy_label(metadata))
    style.legend_below(figure, _handles())
    return figure


def _nearest(stds, wanted):
    """Return the places of the stds nearest to those wanted, each once."""
    return list(dict.fromkeys(int(np.abs(stds - std).argmin()) for std in wanted))


def _frame(trial, shown):
    """Return the accuracy below which nothing is shown, and limits that hold the rest of the fronts and selections."""
    low = float(np.quantile(trial.accuracy, LOWEST))
    inside = (trial.front | trial.selected[shown].any(axis=0)) & (trial.accuracy >= low)
    left, right, top = trial.metric.min(), trial.metric[inside].max(), trial.accuracy.max()
    room, above = 0.04 * (right - left), 0.04 * (top - low)
    return low, {"xlim": (left - room, right + room), "ylim": (low, top + above)}


def _accuracy_label(metadata):
    negated = "" if metadata["accuracy_direction"] == "larger" else "negative of the "
    return negated + label(metadata["accuracy_title"], metadata["accuracy_unit"], metadata.get("quality", "accuracy"))


def _draw_panel(axes, trial, index, unit):
    selected, kept = trial.selected[index], trial.kept[index]
    points = {"color": style.GREY, "markersize": 1.6, "alpha": 0.5, "markeredgewidth": 0}
    axes.plot(trial.metric, trial.accuracy, ".", rasterized=True, zorder=1, **points)
    _draw_front(axes, trial, trial.front, color=FRONT, linewidth=1.1, zorder=2)
    _draw_front(axes, trial, kept, zorder=3, **KEPT_LOOK)
    dropped = selected & ~kept
    axes.plot(trial.metric[dropped], trial.accuracy[dropped], zorder=4, **DROPPED_LOOK)
    row = trial.outcomes.iloc[index]
    retained = 100 * row["hypervolume"] / row["best_hypervolume"]
    words = (
        f"{row['selected']:.0f} selected: lose {row['mra_all']:.2f} {unit}\n"
        f"{row['kept']:.0f} kept: lose {row['mra_pareto']:.2f} {unit}\n"
        f"hypervolume: {retained:.1f} %"
    )
    behind = {"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 2}
    axes.text(0.98, 0.03, words, transform=axes.transAxes, ha="right", fontsize=style.SMALL, bbox=behind, zorder=5)
    axes.set_title(f"std {row['deviation_std']:g}, tau {style.number(row['kendall_tau'])}")


def _draw_front(axes, trial, front, **look):
    """Draw the best accuracy within each metric: a step at each member."""
    order = np.lexsort((trial.accuracy[front], trial.metric[front]))
    metric, accuracy = trial.metric[front][order], trial.accuracy[front][order]
    axes.plot(metric, accuracy, drawstyle="steps-post", **look)


def _handles():
    grey = {"color": style.GREY, "marker": ".", "linestyle": ""}
    return [
        Line2D([], [], color=FRONT, label="true front"),
        Line2D([], [], label="selected, kept", **KEPT_LOOK),
        Line2D([], [], label="selected, dropped", **DROPPED_LOOK),
        Line2D([], [], label="architectures", **grey),
    ]


def _note(trial, shown, low, pairing, quality):
    """Say what losses mean, what lies below the frame, and whose metric it is."""
    below = trial.accuracy < low
    selected = ", ".join(str((trial.selected[index] & below).sum()) for index in shown)
    words = (
        f"What they lose: mean over the selected, or the kept, of how much better in {quality.name} the true front is "
        "within the same metric; in a single trial they need not grow with the std. The frame begins at the "
        f"{100 * LOWEST:.0f} % quantile and ends on the right behind the last selected. Below the frame: "
        f"{(trial.front & below).sum()} of {trial.front.sum()} members of the true front; of the selected, by panel, "
        f"{selected}."
    )
    if pairing == "reference":
        words += " The metrics are sorted, as in the paper's published code: they are not the architectures' own."
    return words
