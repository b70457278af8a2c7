"""Single predictions: against the truth, and the distribution of their deviations."""

import numpy as np
import pandas as pd

from hwpred.figures import style
from hwpred.figures.averages import trained_or_all, trained_rows, untrained_rows
from hwpred.figures.style import number

BEST = 3
"""Predictors whose predictions are shown."""
COLUMNS_OF_PANELS = 4
CORRELATIONS = ["kendall_tau", "spearman", "pearson"]
MOST_POINTS = 800
"""Points drawn of one predictor; more of them only blot."""
SMALLEST_STD = 1e-5
"""Smaller deviations, in standard deviations of the metric, are the rounding of stored predictions."""
BAND = 0.2
"""How far the band reaches to both sides of the truth, a share of it."""
ORDERS = 10
"""A metric whose large values are more than so many times its small ones has logarithmic axes."""


def at_train_size(predictions, train_size):
    """Return the predictions after that training size; of untrained predictors, all.

    Parameters
    ----------
    predictions : DataFrame
        ``predictor``, ``train_size`` and others.
    train_size : int

    Returns
    -------
    DataFrame
    """
    trained = trained_rows(predictions)
    return pd.concat([trained[trained["train_size"] == train_size], untrained_rows(predictions)], ignore_index=True)


def agreement(evaluation, train_size):
    """Return the correlations of each predictor with the truth after that training size.

    They are the evaluation's, of all seeds: predictions are kept with fewer digits than they were
    evaluated with, and digits decide about ties.

    Parameters
    ----------
    evaluation : DataFrame
        Of one combination.
    train_size : int

    Returns
    -------
    DataFrame
        predictor, seeds (that have them), kendall_tau, spearman, pearson, best tau first; missing where no test set
        has different targets.
    """
    rows = at_train_size(evaluation, train_size)
    correlations = rows[rows["measure"].isin(CORRELATIONS)]
    measures = correlations.pivot(index="predictor", columns="measure", values="mean")
    measures = measures.reindex(index=sorted(rows["predictor"].unique()), columns=CORRELATIONS)
    seeds = correlations.groupby("predictor")["seeds"].max().reindex(measures.index, fill_value=0)
    measures = measures.assign(seeds=seeds).rename_axis(index="predictor", columns=None).reset_index()
    return measures.sort_values("kendall_tau", ascending=False, kind="stable", ignore_index=True)


@style.sheet()
def plot_scatter(predictions, evaluation, name, train_size, metric, left_out=None):
    """Draw predicted against true values in the metric's unit, a panel each of the best predictors.

    Parameters
    ----------
    predictions : DataFrame
        predictor, train_size, seed, target, prediction; values in the unit.
    evaluation : DataFrame
        Of the same combination.
    name : str
        Combination.
    train_size : int
    metric : str
        The metric and its unit, such as ``"latency (ms)"``.
    left_out : dict, optional
        Predictor -> why it has no predictions.

    Returns
    -------
    Figure
    """
    predictions = at_train_size(predictions, train_size)
    measures = agreement(evaluation, train_size)
    shown = trained_or_all(measures).head(BEST)
    figure = style.new_figure(
        4.1,
        f"How close are predictions to the truth after {train_size:,} measurements?",
        f"{name}; test architectures of {_seeds_of(predictions)}, the {len(shown)} of {len(measures)} predictors with "
        f"the best Kendall's tau. Band: off by at most {100 * BAND:.0f} %.",
        _note(left_out, f"At most {MOST_POINTS:,} points a panel; those outside the frame stand on its edge."),
    )
    _draw_best(figure, predictions, shown, metric)
    return figure


def _draw_best(figure, predictions, shown, metric):
    """Draw a panel for each row of ``shown``."""
    panels = style.grid_of_axes(figure, len(shown), len(shown), sharex=True, sharey=True)
    frame = frame_of(predictions["target"])
    for axes, row in zip(panels, shown.itertuples(), strict=True):
        fits = predictions[predictions["predictor"] == row.predictor]
        _draw_scatter(axes, fits, frame, style.look_of(row.predictor))
        axes.set(title=style.label_of(row.predictor), xlabel=f"true {metric}")
        words = f"tau {number(row.kendall_tau)}{_error_text(fits)}"
        axes.text(0.04, 0.97, words, transform=axes.transAxes, va="top", bbox=_BEHIND_TEXT)
    panels[0].set_ylabel(f"predicted {metric}")


def _error_text(fits):
    """Say by how much half of the predictions are off at most, where that can be told."""
    positive = fits[fits["target"] > 0]
    if positive.empty:
        return ""
    error = 100 * (positive["prediction"] / positive["target"] - 1).abs().median()
    return f"\nhalf off by\nat most {error:.2g} %"


@style.sheet()
def plot_deviations(predictions, evaluation, name, train_size, metric, left_out=None):
    """Draw the histogram of prediction minus truth with the normal fit, a panel a predictor, all on one axis.

    Parameters
    ----------
    predictions, evaluation, name, train_size, metric, left_out
        As for ``plot_scatter``.

    Returns
    -------
    Figure
    """
    predictions = at_train_size(predictions, train_size)
    order = list(agreement(evaluation, train_size)["predictor"])
    columns = min(COLUMNS_OF_PANELS, len(order))
    scale = predictions["target"].std(ddof=0)
    deviations = {
        predictor: (rows["prediction"] - rows["target"]).to_numpy(dtype=float)
        for predictor, rows in predictions.groupby("predictor")
    }
    peaked = sum(_shape(deviations[predictor], scale)[1] > 0 for predictor in order)
    figure = style.new_figure(
        1.4 + 1.5 * -(-len(order) // columns),
        f"Are deviations normally distributed after {train_size:,} measurements?",
        f"{name}; prediction minus truth on the test architectures of {_seeds_of(predictions)}; line: the normal "
        f"distribution with the same mean and standard deviation. {peaked} of {len(order)} predictors have heavier "
        "tails than it (excess kurtosis above 0).",
        _note(left_out, "Beyond: share further than three standard deviations (0.3 % of a normal distribution)."),
    )
    widest = 4 * max(values.std() for values in deviations.values())
    for axes, predictor in zip(style.grid_of_axes(figure, len(order), columns), order, strict=True):
        _draw_deviations(axes, deviations[predictor], scale, widest)
        axes.set_title(style.label_of(predictor), color=style.look_of(predictor).color)
    style.shared_labels(figure, f"predicted minus true {metric}", "density")
    return figure


_BEHIND_TEXT = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0}


def _draw_scatter(axes, fits, frame, look):
    low, high, logarithmic = frame
    if logarithmic:
        axes.set(xscale="log", yscale="log")
    line = np.geomspace(low, high) if logarithmic else np.linspace(low, high)
    axes.plot(line, line, color=style.DARK_GREY, linewidth=0.6, zorder=1)
    axes.fill_between(line, (1 - BAND) * line, (1 + BAND) * line, color=style.GREY, alpha=0.3, linewidth=0, zorder=0)
    fits = fits.sample(min(MOST_POINTS, len(fits)), random_state=0)
    alpha = min(0.7, max(0.25, 300 / len(fits)))
    axes.plot(fits["target"].clip(low, high), fits["prediction"].clip(low, high), ".", color=look.color, markersize=4,
              alpha=alpha, markeredgewidth=0, rasterized=True, clip_on=False)  # fmt: skip
    axes.set(xlim=(low, high), ylim=(low, high), box_aspect=1)
    if logarithmic:
        for axis in (axes.xaxis, axes.yaxis):
            style.log_axis(axis)


def _draw_deviations(axes, deviations, scale, widest):
    mean, std = deviations.mean(), deviations.std()
    axes.set_yticks([])
    if std < SMALLEST_STD * scale:
        axes.set_xticks([])
        axes.text(0.5, 0.5, f"all {number(mean)}", transform=axes.transAxes, ha="center", va="center")
        return
    edges = np.linspace(-widest, widest, 97)
    heights = np.histogram(deviations, edges)[0] / len(deviations) / np.diff(edges)
    axes.stairs(heights, edges, fill=True, color=style.SHADED)
    axes.plot(edges, _normal_density(edges - mean, std), color="black", linewidth=0.9)
    axes.axvline(0, color=style.DARK_GREY, linewidth=0.6, linestyle=(0, style.SHORT))
    outside, tails = _shape(deviations, scale)
    axes.set(xlim=(-widest, widest), ylim=(0, 1.2 * max(heights.max(), _normal_density(0, std))))
    facts = {"transform": axes.transAxes, "va": "top", "fontsize": style.SMALL}
    axes.text(0.02, 0.97, f"std {std:.2g}\nkurtosis\n{number(tails, 1)}", **facts)
    axes.text(0.98, 0.97, f"beyond\n{100 * outside:.1f} %", ha="right", **facts)


def _shape(deviations, scale):
    """Return the share beyond three standard deviations, and the excess kurtosis."""
    std = deviations.std()
    if std < SMALLEST_STD * scale:
        return 0.0, 0.0
    squares = (deviations - deviations.mean()) ** 2
    return float((np.abs(deviations - deviations.mean()) > 3 * std).mean()), float(
        (squares**2).mean() / squares.mean() ** 2 - 3
    )


def _normal_density(deviation, std):
    return np.exp(-((deviation / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))


def frame_of(values):
    """Return limits that hold all values but the last 0.1 % on each side, and whether axes should be logarithmic."""
    low, high = np.quantile(values, [0.001, 0.999])
    if low > 0 and high > ORDERS * low:
        room = (high / low) ** 0.05
        return low / room, high * room, True
    room = 0.08 * (high - low)
    return low - room, high + room, False


def _seeds_of(predictions):
    return style.seeds_text(trained_or_all(predictions).groupby("predictor")["seed"].nunique())


def _note(left_out, words):
    return f"{words} {style.left_out_note(left_out or {})}".strip()
