"""What predictors cost: CPU seconds to search hyperparameters, to fit and to predict."""

from matplotlib.ticker import EngFormatter, LogLocator

from hwpred.figures import style
from hwpred.figures.averages import (
    by_final_value,
    by_space,
    mean_curves,
    trained_or_all,
    trained_rows,
    untrained_rows,
)
from hwpred.figures.curves import SHADES, three_sizes

TIMES = {
    "fit_seconds": ("fit", "CPU time of one fit"),
    "search_seconds": ("search", "CPU time of the hyperparameter search"),
    "predict_seconds": ("prediction", "CPU time for one architecture"),
}
"""Measures of time, with title and axis label of their panel."""


@style.sheet()
def plot_fit_time(evaluations, spaces, left_out=None):
    """Draw CPU seconds of every predictor at three training sizes, a row a space and a column a kind of time.

    Parameters
    ----------
    evaluations, spaces
        As for ``averages.by_space``.
    left_out : dict, optional
        Predictor -> why it has no fits.

    Returns
    -------
    Figure
        Medians over seeds, averaged over the combinations of a space.
    """
    times = {
        space: {kind: mean_curves(own, kind, "q50") for kind in TIMES}
        for space, own in by_space(evaluations, spaces).items()
    }
    kinds = [kind for kind in TIMES if any((rows[kind]["mean"] > 0).any() for rows in times.values())]
    figure = style.new_figure(
        1.1 + sum(0.9 + 0.18 * rows["fit_seconds"]["predictor"].nunique() for rows in times.values()),
        "What does a predictor cost in computing time?",
        f"CPU time, median over {_seeds_of(times)}, mean over the combinations of a space. Fits that were computed "
        "together as one batch share its time evenly. Slowest on top.",
        "Star: at its own number of measurements. " + style.left_out_note(left_out or {}),
    )
    panels = iter(style.grid_of_axes(figure, len(times) * len(kinds), len(kinds)))
    for space, rows in times.items():
        order = by_final_value(rows["fit_seconds"], largest_first=False)
        for kind in kinds:
            axes = next(panels)
            _draw_times(axes, rows[kind], order)
            title, label = TIMES[kind]
            axes.set(title=f"{space}: {title}", xlabel=label)
    return figure


def _draw_times(axes, curves, order):
    """Draw a row a predictor, a dot for each of three training sizes, as in rankings by tau."""
    sizes = three_sizes(trained_or_all(curves))
    curves = curves[curves["mean"] > 0]
    for size, shade in zip(sizes, SHADES[-len(sizes) :], strict=True):
        rows = curves[curves["train_size"] == size]
        axes.plot(rows["mean"], rows["predictor"].map(order.index), "o", color=shade, markersize=4.5, label=f"{size:,}")
    rows = untrained_rows(curves) if len(trained_rows(curves)) else curves.iloc[:0]
    axes.plot(rows["mean"], rows["predictor"].map(order.index), "*", color="black", markersize=8)
    axes.set_yticks(range(len(order)), [style.label_of(key) for key in order])
    if not curves.empty:
        style.log_axis(axes.xaxis, seconds_text)
        axes.xaxis.set_major_locator(LogLocator(base=100))
        axes.legend(loc="lower right", fontsize=style.SMALL, handlelength=0.8, title="after")


def seconds_text(value):
    """Write a time with its unit, e.g. ``"3 ms"``."""
    return f"{value:,.0f} s" if value >= 1 else EngFormatter("s")(value)


def _seeds_of(times):
    seeds = [
        row for rows in times.values() for row in rows["fit_seconds"].itertuples() if style.is_trained(row.predictor)
    ]
    return style.seeds_text([row.seeds for row in seeds] or [1])
