"""Whether simulated deviations tell what real predictors cost."""

import numpy as np
from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.selection.quality import ACCURACY
from hwpred.selection.reality import CALIBRATED, MIXTURE, MIXTURE_AT_TAU, REAL, how_far_off

KINDS = {
    MIXTURE: "mixture, same std",
    MIXTURE_AT_TAU: "mixture, same tau",
    CALIBRATED: "calibrated, same tau",
}
MEASURES = {
    "mra_all": "{0.loss},\nall selected{0.bracket}",
    "mra_pareto": "{0.loss},\nverified{0.bracket}",
    "hypervolume_lost_percent": "hypervolume lost\n(% of the best)",
}
LEAST = 0.02
"""What is drawn for less."""


@style.sheet()
def plot_reality(comparisons, quality=ACCURACY):
    """Draw the simulated against the real cost of selecting by predictions, a row a measure, a column a simulation.

    Parameters
    ----------
    comparisons : DataFrame
        The ``comparison`` tables with ``combination``.
    quality : Quality

    Returns
    -------
    Figure
    """
    errors = how_far_off(comparisons).set_index(["measure", "kind"])
    kinds = [kind for kind in KINDS if kind in errors.index.get_level_values("kind")]
    key = ["kind", "combination", "family", "train_size"]
    means = comparisons.groupby(key)[list(MEASURES)].mean().clip(lower=LEAST)
    figure = style.new_figure(
        8.0,
        "Does the simulation tell what real predictors cost?",
        "Each point: one family of predictors, training size and combination, all architectures to select from; mean "
        f"over predictors and {style.seeds_text(comparisons['seed'].nunique())}, "
        f"{style.combinations_text(comparisons['combination'].nunique())}. Above the diagonal the simulation is "
        "pessimistic.",
        "Mixture: the deviations of the published simulation. Calibrated: normal errors that do not depend on the "
        f"prediction. Values below {LEAST:g} are drawn there.",
    )
    panels = figure.subplots(len(MEASURES), len(kinds), squeeze=False, sharex="row", sharey="row")
    for row, (measure, label) in zip(panels, MEASURES.items(), strict=True):
        for axes, kind in zip(row, kinds, strict=True):
            _draw(axes, means.loc[REAL, measure], means.loc[kind, measure], errors.loc[(measure, kind)])
        row[0].set_ylabel(f"simulated {label.format(quality)}", fontsize=style.SMALL)
    for axes, kind in zip(panels[0], kinds, strict=True):
        axes.set_title(KINDS[kind])
    style.legend_below(figure, _handles(means.index.get_level_values("family")))
    return figure


def _handles(families):
    """Return the entries of a legend, in the order of ``style.FAMILIES``."""
    shown = {style.FAMILIES[family] for family in families}
    looks = [look for look in dict.fromkeys(style.FAMILIES.values()) if look in shown]
    return [
        Line2D([], [], color=colour, marker="o", linestyle="", markersize=4, label=title) for title, colour in looks
    ]


def _draw(axes, real, simulated, off):
    words = f"median ratio {off['ratio']:.2f}\nmean error {off['mean_absolute_error']:.2f}"
    axes.text(0.03, 0.97, words, transform=axes.transAxes, va="top", fontsize=style.SMALL)
    axes.set_xlabel("real")
    simulated = simulated.loc[simulated.index.intersection(real.index)]
    real = real.loc[simulated.index]
    colours = [style.FAMILIES[family][1] for family in real.index.get_level_values("family")]
    axes.scatter(real, simulated, c=colours, s=9, linewidths=0, alpha=0.7)
    low, high = min(real.min(), simulated.min()), max(real.max(), simulated.max())
    ends = np.array([low / 1.3, high * 1.3])
    axes.plot(ends, ends, color=style.GREY, linewidth=1, zorder=0)
    for axis in (axes.xaxis, axes.yaxis):
        style.log_axis(axis, "{:g}".format)
