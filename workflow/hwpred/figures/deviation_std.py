"""Kendall's tau against the deviations' standard deviation, over all fits."""

import numpy as np
from matplotlib.lines import Line2D
from scipy.stats import pearsonr, spearmanr

from hwpred.figures import style
from hwpred.figures.averages import untrained_rows
from hwpred.figures.style import number

LARGEST_STD = 2.0
"""Larger deviations are counted, not drawn (the paper leaves them out)."""


@style.sheet()
def plot_tau_against_deviation(fits, left_out=None):
    """Draw every fit of all combinations as a point, a panel a space.

    Parameters
    ----------
    fits : DataFrame
        space, combination, predictor, train_size, seed, kendall_tau, deviation_std.
    left_out : dict, optional
        Predictor -> why it has no fits.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are no fits.
    """
    defined = fits.dropna(subset=["kendall_tau"])
    undefined, fits = len(fits) - len(defined), defined
    if fits.empty:
        raise ValueError("no fits to draw; all predictors were skipped on all combinations, or no fit has a tau")
    spaces = list(dict.fromkeys(fits["space"]))
    columns = min(3, len(spaces))
    figure = style.new_figure(
        1.9 + 3.1 * -(-len(spaces) // columns),
        "Does the size of the deviations tell how well a predictor ranks?",
        f"All {len(fits):,} fits of {style.combinations_text(fits['combination'].nunique())}, all training sizes, "
        f"{style.seeds_text([fits['seed'].nunique()])}. Over all, the rank correlation of tau and the deviations' std "
        f"(Spearman) is {number(spearmanr(fits['kendall_tau'], fits['deviation_std']).statistic)}.",
        _note(undefined, left_out),
    )
    panels = style.grid_of_axes(figure, len(spaces), columns, sharex=True, sharey=True)
    for axes, space in zip(panels, spaces, strict=True):
        _draw_space(axes, fits[fits["space"] == space])
        axes.set(title=space, xlabel="std of the deviations\n(in std of the metric)")
    panels[0].set_ylabel("Kendall's tau")
    style.legend_below(figure, _handles(set(fits["predictor"])))
    return figure


def _note(undefined, left_out):
    """Say what the line is, and which fits do not count."""
    return (
        f"Black line: tau if metric and deviations were normal and independent. Fits beyond {LARGEST_STD:g} count in "
        "Spearman's, not in Pearson's correlation. "
        + (f"Left out: {undefined:,} fits whose test targets are all equal. " if undefined else "")
        + style.left_out_note(left_out or {})
    )


def _handles(predictors):
    families = dict(style.family_of(key) for key in style.looks() if key in predictors)
    points = [
        Line2D([], [], linestyle="", marker="o", markersize=5, color=colour, label=family)
        for family, colour in families.items()
    ]
    return [*points, Line2D([], [], color="black", label="independent, normal")]


def independent_tau(deviation_std):
    """Kendall's tau of a normal metric of std 1 and itself plus normal, independent deviations."""
    return 2 / np.pi * np.arcsin(1 / np.sqrt(1 + np.square(deviation_std)))


def _draw_space(axes, fits):
    drawn = fits[fits["deviation_std"] <= LARGEST_STD]
    # In random order, so that no family hides another.
    drawn = drawn.sample(frac=1, random_state=0)
    colours = drawn["predictor"].map(lambda predictor: style.family_of(predictor)[1])
    few = min(1.0, 500 / max(len(drawn), 1))
    look = {"s": 4 + 16 * few, "alpha": 0.35 + 0.4 * few, "linewidths": 0, "rasterized": True}
    axes.scatter(drawn["deviation_std"], drawn["kendall_tau"], c=colours, **look)
    for predictor, rows in untrained_rows(drawn).groupby("predictor"):
        look = style.look_of(predictor).line(linestyle="", markersize=8, markeredgecolor="white")
        axes.plot(rows["deviation_std"], rows["kendall_tau"], **look)
    stds = np.linspace(0, LARGEST_STD, 101)
    axes.plot(stds, independent_tau(stds), color="black", linewidth=1)
    axes.set_xlim(0, LARGEST_STD)
    words = [f"{len(fits):,} fits, {len(fits) - len(drawn):,} beyond {LARGEST_STD:g}"]
    if len(drawn) > 2:
        words.append(f"Spearman {number(spearmanr(fits['deviation_std'], fits['kendall_tau']).statistic)}")
        words.append(f"Pearson {number(pearsonr(drawn['deviation_std'], drawn['kendall_tau']).statistic)}")
    axes.text(0.97, 0.97, "\n".join(words), transform=axes.transAxes, ha="right", va="top", fontsize=style.SMALL)
