"""Single predictions: against the truth, and the distribution of their deviations."""

import numpy as np
import pandas as pd
from scipy.stats import kurtosis, norm

from hwpred.figures import style
from hwpred.figures.averages import trained_or_all, trained_rows, untrained_rows
from hwpred.figures.style import number

COLUMNS_OF_PANELS = 6
CORRELATIONS = ["kendall_tau", "spearman", "pearson"]
MOST_POINTS = 2000
"""Points drawn of one predictor; more of them only blot."""
SMALLEST_STD = 1e-5
"""Deviations smaller than this are the rounding of stored predictions."""


def at_train_size(predictions, train_size):
    """Return the predictions after that training size; of untrained predictors, all."""
    trained = trained_rows(predictions)
    return pd.concat([trained[trained["train_size"] == train_size], untrained_rows(predictions)], ignore_index=True)


def unit_text(value, unit):
    """Say what one unit of the standardised values is, e.g. ``"1 std = 3.2 ms"``."""
    return f"1 std = {np.std(value):.3g} {unit}"


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
def plot_scatter(predictions, evaluation, name, train_size, scale, left_out=None):
    """Draw predicted against true values, a panel a predictor, best tau first.

    Parameters
    ----------
    predictions : DataFrame
        predictor, train_size, seed, target, prediction.
    evaluation : DataFrame
        Of the same combination.
    name : str
        Combination.
    train_size : int
    scale : str
        Of ``unit_text``.
    left_out : dict, optional
        Predictor -> why it has no predictions.

    Returns
    -------
    Figure
    """
    predictions = at_train_size(predictions, train_size)
    measures = agreement(evaluation, train_size)
    columns = min(COLUMNS_OF_PANELS, len(measures))
    figure = style.new_figure(
        1.2 + (min(8.7 / columns, 2.4) + 0.17) * -(-len(measures) // columns),
        f"How close are predictions to the truth after {train_size:,} measurements?",
        f"{name}; test architectures of {_seeds_of(predictions)}, a panel a predictor, best Kendall's tau first; "
        f"correlations: mean of {style.seeds_text(trained_or_all(measures)['seeds'])}. Standardised values, {scale}.",
        _note(left_out, f"At most {MOST_POINTS:,} points a panel; those outside the frame stand on its edge."),
    )
    panels = style.grid_of_axes(figure, len(measures), columns, sharex=True, sharey=True)
    low, high = _frame(predictions["target"])
    for axes, row in zip(panels, measures.itertuples(), strict=True):
        fits = predictions[predictions["predictor"] == row.predictor]
        _draw_scatter(axes, fits, low, high, style.look_of(row.predictor))
        axes.set_title(style.label_of(row.predictor))
        words = f"τ {number(row.kendall_tau)}\nρ {number(row.spearman)}\nr  {number(row.pearson)}"
        axes.text(0.04, 0.97, words, transform=axes.transAxes, va="top", fontsize=6.5, bbox=_BEHIND_TEXT)
    style.shared_labels(figure, "true value (std); τ Kendall, ρ Spearman, r Pearson", "predicted value (std)")
    return figure


@style.sheet()
def plot_deviations(predictions, evaluation, name, train_size, scale, left_out=None):
    """Draw the histogram of prediction minus target with the normal fit, a panel a predictor.

    Parameters
    ----------
    predictions, evaluation, name, train_size, scale, left_out
        As for ``plot_scatter``.

    Returns
    -------
    Figure
    """
    predictions = at_train_size(predictions, train_size)
    order = list(agreement(evaluation, train_size)["predictor"])
    columns = min(COLUMNS_OF_PANELS, len(order))
    deviations = {
        predictor: (rows["prediction"] - rows["target"]).to_numpy(dtype=float)
        for predictor, rows in predictions.groupby("predictor")
    }
    peaked = sum(_shape(deviations[predictor])[1] > 0 for predictor in order)
    figure = style.new_figure(
        1.2 + 1.6 * -(-len(order) // columns),
        f"Are deviations normally distributed after {train_size:,} measurements?",
        f"{name}; prediction minus truth on the test architectures of {_seeds_of(predictions)}; line: the normal "
        f"distribution with the same mean and std. {peaked} of {len(order)} predictors have heavier tails than it "
        f"(excess kurtosis k > 0). Standardised values, {scale}.",
        _note(left_out, "out: share beyond three std (of a normal distribution 0.3 %)."),
    )
    for axes, predictor in zip(style.grid_of_axes(figure, len(order), columns), order, strict=True):
        _draw_deviations(axes, deviations[predictor], predictor)
    style.shared_labels(figure, "deviation (std of the metric), mean ± 4 std of the deviations", "density")
    return figure


_BEHIND_TEXT = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0}


def _draw_scatter(axes, fits, low, high, look):
    axes.plot([low, high], [low, high], color=style.DARK_GREY, linewidth=0.6, zorder=1)
    fits = fits.sample(min(MOST_POINTS, len(fits)), random_state=0)
    alpha = min(0.7, max(0.25, 300 / len(fits)))
    points = {"color": look.color, "markersize": 2.4, "alpha": alpha, "markeredgewidth": 0}
    axes.plot(
        fits["target"].clip(low, high),
        fits["prediction"].clip(low, high),
        ".",
        **points,
        rasterized=True,
        clip_on=False,
    )
    axes.set(xlim=(low, high), ylim=(low, high), box_aspect=1)


def _draw_deviations(axes, deviations, predictor):
    mean, std = deviations.mean(), deviations.std()
    axes.set_title(style.label_of(predictor))
    axes.set_yticks([])
    if std < SMALLEST_STD:
        axes.set_xticks([])
        axes.text(0.5, 0.5, f"all {number(mean)}", transform=axes.transAxes, ha="center", va="center")
        return
    edges = np.linspace(mean - 4 * std, mean + 4 * std, 49)
    colour = style.look_of(predictor).color
    heights = np.histogram(deviations, edges)[0] / len(deviations) / np.diff(edges)
    axes.stairs(heights, edges, fill=True, color=colour, alpha=0.45)
    axes.plot(edges, norm.pdf(edges, mean, std), color="black", linewidth=0.9)
    axes.axvline(0, color=style.DARK_GREY, linewidth=0.6, linestyle=(0, style.SHORT))
    outside, tails = _shape(deviations)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.2 * heights.max()))
    axes.text(0.03, 0.97, f"std {std:.2f}\nk {number(tails, 1)}", transform=axes.transAxes, va="top", fontsize=6.5)
    axes.text(0.97, 0.97, f"out\n{100 * outside:.1f} %", transform=axes.transAxes, va="top", ha="right", fontsize=6.5)


def _shape(deviations):
    """Return the share beyond three std, and the excess kurtosis."""
    std = deviations.std()
    if std < SMALLEST_STD:
        return 0.0, 0.0
    return float((np.abs(deviations - deviations.mean()) > 3 * std).mean()), float(kurtosis(deviations))


def _frame(values):
    """Limits that hold all values but the last 0.1 % on each side, with some room."""
    low, high = np.quantile(values, [0.001, 0.999])
    room = 0.08 * (high - low)
    return low - room, high + room


def _seeds_of(predictions):
    return style.seeds_text(trained_or_all(predictions).groupby("predictor")["seed"].nunique())


def _note(left_out, words):
    return f"{words} {style.left_out_note(left_out or {})}".strip()
