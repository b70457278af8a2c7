"""What to spend one's time on: the best way for each budget on one device."""

import textwrap

from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.selection.budget import ADAPTIVE, MEASURE, PREDICT, VERIFY
from hwpred.selection.quality import ACCURACY

COLOURS = {MEASURE: "#555555", PREDICT: "#d64608", VERIFY: "#2373de", ADAPTIVE: "#2a462d"}
LABELS = {
    MEASURE: "measure at random",
    PREDICT: "measure, predict",
    VERIFY: "measure, predict, verify",
    ADAPTIVE: "measure, predict, in turns",
}
LINE = 135
"""Characters of a line of advice."""
LEAST_LOSS = 0.01
"""What is drawn for less, % of the best hypervolume."""


def minutes_text(minutes):
    """Write a duration in the unit that suits it."""
    if minutes < 1:
        return f"{60 * minutes:.2g} s"
    return f"{minutes:.3g} min" if minutes < 120 else f"{minutes / 60:.3g} h"


@style.sheet()
def plot_budget(best, leading, advised, combination, seconds_per_measurement, quality=ACCURACY):
    """Draw the hypervolume and the quality lost against the time spent, by strategy, and write down the advice.

    Parameters
    ----------
    best, leading : DataFrame
        From ``best_by_budget``, by strategy and predictor, and by strategy.
    advised : DataFrame
        ``advice``, a sentence a budget, and ``way``, a number of the way that it advises.
    combination : str
    seconds_per_measurement : float or None
        None if nobody knows.
    quality : Quality

    Returns
    -------
    Figure
    """
    title = "What should a time budget be spent on?"
    if seconds_per_measurement is None:
        unknown = "How long measuring takes is unknown: set selection.seconds_per_measurement."
        return style.new_figure(1.0, title, f"{combination}. {unknown}")
    if best.empty:
        return style.new_figure(1.0, title, f"{combination}. There are too few architectures for a budget.")
    predicted = best[best["strategy"] != MEASURE]
    over = f", {style.seeds_text(predicted['seeds'])}" if len(predicted) else ""
    changes = _lines_of(advised)
    figure = style.new_figure(
        4.0 + 0.16 * len(changes),
        title,
        f"{combination}, {seconds_per_measurement:.3g} s a measurement{over}. "
        "Thick: the best predictor and split of each budget; thin: single predictors, best split.",
        f"{_judging(best)} At random: mean of 100 draws. Time: measuring, search, fit, and predicting all "
        f"architectures, on one core. A loss below {LEAST_LOSS:g} % is drawn there.",
    )
    plots, words = figure.subfigures(2, 1, height_ratios=[3, 0.35 + 0.16 * len(changes)])
    _draw_losses(plots, _with_loss(best), _with_loss(leading), quality)
    words.text(0.01, 0.98, "\n".join(changes), va="top", fontsize=style.SMALL, linespacing=1.5)
    return figure


def _lines_of(advised):
    """Return the lines of advice; a larger budget that buys nothing better needs none of its own."""
    changes = advised.drop_duplicates("way")["advice"]
    return [line for words in changes for line in textwrap.wrap(words, LINE, subsequent_indent="    ")]


def _draw_losses(figure, best, leading, quality):
    hypervolume, of_quality = figure.subplots(1, 2)
    _draw(hypervolume, best, leading, "lost")
    hypervolume.set_ylabel("hypervolume lost (% of the best)")
    style.log_axis(hypervolume.yaxis, "{:g}".format)
    _draw(of_quality, best, leading, "mra_mean")
    of_quality.set_ylabel(quality.mean_loss)
    of_quality.set_ylim(bottom=0)
    handles = [
        Line2D([], [], color=colour, linewidth=2, label=LABELS[strategy])
        for strategy, colour in COLOURS.items()
        if strategy in set(best["strategy"])
    ]
    style.side_legend(figure, handles, "")


def _judging(best):
    if best["seeds"].max() > 1 and (best.loc[best["strategy"] != MEASURE, "seeds"] > 1).all():
        return "Ways are chosen by one half of the seeds and judged by the other."
    return "One seed cannot judge what it has chosen: expect less."


def _with_loss(rows):
    return rows.assign(lost=(100 - rows["hypervolume_percent_mean"]).clip(lower=LEAST_LOSS))


def _draw(axes, best, leading, name):
    for strategy, colour in COLOURS.items():
        rows = best[best["strategy"] == strategy]
        for _, one in rows.groupby("predictor"):
            axes.plot(one["minutes"], one[name], color=colour, linewidth=0.5, alpha=0.35)
        rows = leading[leading["strategy"] == strategy].sort_values("minutes")
        axes.plot(rows["minutes"], rows[name], color=colour, linewidth=2, marker="o", markersize=3)
    style.log_axis(axes.xaxis, minutes_text)
    axes.set_xlabel("time spent")
