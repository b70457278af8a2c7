"""Quality against computing time: which predictors no other one beats in both."""

import moocore
import numpy as np

from hwpred.figures import style
from hwpred.figures.averages import by_space, mean_curves, trained_rows
from hwpred.figures.times import seconds_text

PANELS = 4
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
        1.3 + 2.5 * -(-len(shown) // columns),
        title,
        "Kendall's tau against the CPU time of one fit, its search included; means over the combinations "
        "of a space. The line joins those that no other predictor beats in both; the others are small and faded.",
        f"The lookup table is left out: it has no training size. {remark}",
        width=11.5,
    )
    panels = style.grid_of_axes(figure, len(shown), columns)
    for axes, (space, size, rows) in zip(panels, shown, strict=True):
        _draw_front(axes, rows)
        axes.set(title=f"{space}: {size:,} samples")
    style.shared_labels(figure, "CPU time of search and fit", "Kendall's tau")
    style.side_legend(figure, _handles({name for _, _, rows in shown for name in rows["predictor"]}), "by family")
    return figure


def _handles(predictors):
    handles = [style.handle(predictor) for predictor in style.LOOKS if predictor in predictors]
    for entry in handles:
        entry.set_linestyle("")
    return handles


def _some(train_sizes):
    """Return up to ``PANELS`` of the training sizes, without the smallest where there are more."""
    sizes = sorted(set(train_sizes))
    if len(sizes) <= PANELS:
        return sizes
    return [sizes[i] for i in np.linspace(1, len(sizes) - 1, PANELS).round().astype(int)]


def _draw_front(axes, rows):
    seconds, quality = rows["seconds"].to_numpy(), rows["kendall_tau"].to_numpy()
    front = rows[on_front(seconds, quality)].sort_values("seconds")
    axes.plot(front["seconds"], front["kendall_tau"], color=style.GREY, linewidth=1, drawstyle="steps-post", zorder=1)
    for row in rows.itertuples():
        beaten = row.Index not in front.index
        look = style.look_of(row.predictor).line(
            linestyle="", markersize=4.5 if beaten else 7, zorder=2 if beaten else 3
        )
        axes.plot(row.seconds, row.kendall_tau, alpha=0.45 if beaten else 1, **look)
    style.log_axis(axes.xaxis, seconds_text)
