"""What predictors cost: CPU seconds to search hyperparameters, to fit and to predict."""

from matplotlib.ticker import EngFormatter

from hwpred.figures import style
from hwpred.figures.averages import by_final_value, by_space, mean_curves

TIMES = {
    "fit_seconds": ("fit", "CPU time of one fit"),
    "search_seconds": ("search", "CPU time of the hyperparameter search"),
    "predict_seconds": ("prediction", "CPU time for one architecture"),
}
"""Measures of time, with title and axis label of their panel."""


@style.sheet()
def plot_fit_time(evaluations, spaces, left_out=None):
    """Draw CPU seconds against training size, a row a space and a column a kind of time.

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
    shown = {predictor for rows in times.values() for predictor in rows["fit_seconds"]["predictor"]}
    figure = style.new_figure(
        1.1 + 2.9 * len(times),
        "What does a predictor cost in computing time?",
        f"CPU time, median over {_seeds_of(times)}, mean over the combinations of a space. Fits that were computed "
        "together as one batch share its time evenly.",
        style.left_out_note(left_out or {}),
    )
    panels = iter(style.grid_of_axes(figure, len(times) * len(kinds), len(kinds)))
    for space, rows in times.items():
        for kind in kinds:
            axes = next(panels)
            _draw_times(axes, rows[kind])
            title, label = TIMES[kind]
            axes.set(title=f"{space}: {title}", ylabel=label)
    slowest = times[max(times, key=lambda space: times[space]["fit_seconds"]["predictor"].nunique())]
    order = by_final_value(slowest["fit_seconds"])
    order += [predictor for predictor in style.LOOKS if predictor in shown and predictor not in order]
    style.side_legend(figure, [style.handle(predictor) for predictor in order], "slowest final fit first")
    return figure


def _draw_times(axes, curves):
    style.train_size_axis(axes, curves["train_size"])
    curves = curves[curves["mean"] > 0]
    for predictor, rows in curves.groupby("predictor"):
        look = style.look_of(predictor)
        axes.plot(rows["train_size"], rows["mean"], **look.line(markersize=4.2 if style.is_trained(predictor) else 8))
    if not curves.empty:
        style.log_axis(axes.yaxis, seconds_text)


def seconds_text(value):
    """Write a time with its unit, e.g. ``"3 ms"``."""
    return f"{value:,.0f} s" if value >= 1 else EngFormatter("s")(value)


def _seeds_of(times):
    seeds = [
        row for rows in times.values() for row in rows["fit_seconds"].itertuples() if style.is_trained(row.predictor)
    ]
    return style.seeds_text([row.seeds for row in seeds] or [1])
