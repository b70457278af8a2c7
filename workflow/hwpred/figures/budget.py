"""What to spend one's time on: the best way for each budget on one device."""

from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.selection.budget import ADAPTIVE, MEASURE, PREDICT, VERIFY

COLOURS = {MEASURE: "#555555", PREDICT: "#bd1f22", VERIFY: "#2474b8", ADAPTIVE: "#0e7a41"}
LABELS = {
    MEASURE: "measure at random",
    PREDICT: "measure, predict",
    VERIFY: "measure, predict, verify",
    ADAPTIVE: "measure, predict, in turns",
}
LEAST_LOSS = 0.01
"""What is drawn for less, % of the best hypervolume."""


def minutes_text(minutes):
    """Write a duration in the unit that suits it."""
    if minutes < 1:
        return f"{60 * minutes:.2g} s"
    return f"{minutes:.3g} min" if minutes < 120 else f"{minutes / 60:.3g} h"


def advice(best, architectures, unit="points"):
    """Return the best way for each budget, in columns and as a sentence.

    Parameters
    ----------
    best : DataFrame
        From ``selection.budget.best_by_budget``.
    architectures : int
        How many there are to select from.
    unit : str
        Of a loss of accuracy.

    Returns
    -------
    DataFrame
        One row a budget: columns of ``best`` and ``advice``.
    """
    ranked = best.sort_values(["minutes", "retained_mean", "seconds"], ascending=[True, False, True], kind="stable")
    rows = ranked.drop_duplicates("minutes").reset_index(drop=True)
    return rows.assign(advice=[_sentence(row, architectures, unit) for row in rows.itertuples()])


def _sentence(row, architectures, unit):
    spread = f" \u00b1 {row.mra_std:.2f}" if row.seeds > 1 else ""
    lost = f"{row.mra_mean:.2f}{spread} {unit} of accuracy"
    result = f"expect to lose {lost}, and to keep {row.retained_mean:.2f} % of the hypervolume"
    return f"{minutes_text(row.minutes)}: {_way(row, architectures)}; {result}"


def _way(row, architectures):
    if row.strategy == MEASURE:
        return f"measure {row.train_size:,} at random"
    label = style.label_of(row.predictor)
    if row.strategy == ADAPTIVE:
        return f"measure {row.train_size:,} in turns, those that {label} finds promising"
    then = f", measure the {row.verified:,} most promising" if row.strategy == VERIFY else ""
    return f"measure {row.train_size:,} at random, fit {label}, predict {architectures:,}{then}"


@style.sheet()
def plot_budget(best, advised, combination, seconds_per_measurement, unit="points"):
    """Draw the hypervolume and the accuracy lost against the time spent, by strategy, and write down the best.

    Parameters
    ----------
    best, advised : DataFrame
        From ``best_by_budget`` and ``advice``.
    combination : str
    seconds_per_measurement : float or None
        None if nobody knows.
    unit : str
        Of a loss of accuracy.

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
    # A larger budget that buys nothing better needs no line of its own.
    changes = advised.drop_duplicates(["strategy", "predictor", "train_size", "verified"])["advice"]
    figure = style.new_figure(
        4.0 + 0.16 * len(changes),
        title,
        f"{combination}, {seconds_per_measurement:.3g} s a measurement{over}. "
        "Thick: the best predictor and split of each budget; thin: single predictors, best split.",
        "The best of many by few seeds: expect a little less. At random: mean of 100 draws. Time: measuring, search, "
        "fit, and predicting all architectures, on one core.",
    )
    plots, words = figure.subfigures(2, 1, height_ratios=[3, 0.35 + 0.16 * len(changes)])
    panels = plots.subplots(1, 2)
    for axes, name, label in zip(
        panels,
        ("lost", "mra_mean"),
        ("hypervolume lost (% of the best)", f"mean reduction of accuracy ({unit})"),
        strict=True,
    ):
        _draw(axes, best.assign(lost=(100 - best["retained_mean"]).clip(lower=LEAST_LOSS)), name)
        axes.set(ylabel=label, xlabel="time spent")
    style.log_axis(panels[0].yaxis, "{:g}".format)
    panels[1].set_ylim(bottom=0)
    handles = [
        Line2D([], [], color=colour, linewidth=2, label=LABELS[strategy])
        for strategy, colour in COLOURS.items()
        if strategy in set(best["strategy"])
    ]
    style.side_legend(plots, handles, "")
    words.text(0.01, 0.98, "\n".join(changes), va="top", fontsize=7.2, linespacing=1.5)
    return figure


def _draw(axes, best, name):
    for strategy, colour in COLOURS.items():
        rows = best[best["strategy"] == strategy]
        for _, one in rows.groupby("predictor"):
            axes.plot(one["minutes"], one[name], color=colour, linewidth=0.5, alpha=0.35)
        leading = rows.sort_values("retained_mean", ascending=False, kind="stable").drop_duplicates("minutes")
        leading = leading.sort_values("minutes")
        axes.plot(leading["minutes"], leading[name], color=colour, linewidth=2, marker="o", markersize=3)
    style.log_axis(axes.xaxis, minutes_text)
