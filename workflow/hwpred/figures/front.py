"""Quality against computing time: which predictors no other one beats in both."""

import moocore
import numpy as np
from matplotlib.ticker import LogLocator

from hwpred.figures import style
from hwpred.figures.averages import by_space, mean_curves, trained_rows
from hwpred.figures.times import seconds_text

PANELS = 3
"""Training sizes shown, spread evenly over all."""


def cost_and_quality(evaluations):
    """Return the CPU seconds (search and fit) and Kendall's tau of each trained predictor and size.

    Parameters
    ----------
    evaluations : dict
        Combination -> evaluation table, of one space.

    Returns
    -------
    DataFrame
        predictor, train_size, kendall_tau, seconds (median over seeds), means over the combinations.
    """
    key = ["predictor", "train_size"]
    table = trained_rows(mean_curves(evaluations))[[*key, "mean"]].rename(columns={"mean": "kendall_tau"})
    for kind in ("fit_seconds", "search_seconds"):
        seconds = mean_curves(evaluations, kind, "q50")[[*key, "mean"]]
        table = table.merge(seconds.rename(columns={"mean": kind}), on=key)
    table["seconds"] = table.pop("fit_seconds") + table.pop("search_seconds")
    return table


def on_front(seconds, quality):
    """Tell which points no other one beats: none is as cheap and better, or cheaper and as good.

    Parameters
    ----------
    seconds, quality : float arrays of shape (n,)

    Returns
    -------
    bool array of shape (n,)
    """
    points = np.column_stack([seconds, quality])
    return moocore.is_nondominated(points, maximise=[False, True], keep_weakly=True)


@style.sheet()
def plot_cost_front(evaluations, spaces, remark=""):
    """Draw Kendall's tau against the CPU time of search and fit, a row a space, a column a training size.

    Parameters
    ----------
    evaluations, spaces
        As for ``averages.by_space``.
    remark : str
        For the small print.

    Returns
    -------
    Figure
    """
    shown = []
    for space, own in by_space(evaluations, spaces).items():
        table = cost_and_quality(own)
        shown += [(space, size, table[table["train_size"] == size]) for size in _some(table["train_size"])]
    title = "Which predictors are worth their computing time?"
    if not shown:
        return style.new_figure(1.0, title, "No predictor of this run has training sizes.")
    columns = min(PANELS, len(shown))
    figure = style.new_figure(
        1.3 + 2.3 * -(-len(shown) // columns),
        title,
        "Kendall's tau against the CPU time of one fit, its search included; means over the combinations of a space. "
        "The line joins those that no other predictor beats in both, named best first; the others are grey.",
        f"The lookup table is left out: it has no training size. {remark}",
    )
    panels = style.grid_of_axes(figure, len(shown), columns, sharey=True)
    for axes, (space, size, rows) in zip(panels, shown, strict=True):
        _draw_front(axes, rows)
        axes.set(title=f"{space}: {size:,} samples")
    panels[0].set_ylim(0, 1)
    style.shared_labels(figure, "CPU time of search and fit", "Kendall's tau")
    return figure


def _some(train_sizes):
    """Return up to ``PANELS`` of the training sizes, without the smallest where there are more."""
    sizes = sorted(set(train_sizes))
    if len(sizes) <= PANELS:
        return sizes
    return [sizes[i] for i in np.linspace(1, len(sizes) - 1, PANELS).round().astype(int)]


def _draw_front(axes, rows):
    seconds, quality = rows["seconds"].to_numpy(), rows["kendall_tau"].to_numpy()
    front = rows[on_front(seconds, quality)].sort_values("seconds")
    beaten = rows.drop(index=front.index)
    axes.plot(front["seconds"], front["kendall_tau"], color=style.GREY, linewidth=1, drawstyle="steps-post", zorder=1)
    axes.plot(beaten["seconds"], beaten["kendall_tau"], "o", color=style.GREY, markersize=3.5, zorder=2)
    for row in front.itertuples():
        axes.plot(row.seconds, row.kendall_tau, **style.look_of(row.predictor).line(markersize=6, zorder=3))
    style.log_axis(axes.xaxis, seconds_text)
    axes.xaxis.set_major_locator(LogLocator(base=100))
    # Cheap and bad is nobody that is drawn: there is room.
    handles = [style.handle(key) for key in front["predictor"][::-1]]
    for entry in handles:
        entry.set_linestyle("")
    axes.legend(handles=handles, loc="lower left", fontsize=style.SMALL, handlelength=0.8, borderpad=0)
