"""What selecting by real predictions is worth, and what verifying by measuring adds."""

import numpy as np
from matplotlib import colormaps
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from hwpred.figures import style
from hwpred.figures.quality import ACCURACY
from hwpred.selection.predicted import NONE, PROMISING, SELECTED

LOSS = "hypervolume lost (% of the best)"
LEAST = 0.01
"""What is drawn for less, in the unit of the panel."""
KEY = ["combination", "predictor", "train_size", "architectures", "verification", "verified"]


def summarise_selections(selections):
    """Return means and sample standard deviations over seeds.

    Parameters
    ----------
    selections : DataFrame
        ``predicted_selection`` tables with ``combination``.

    Returns
    -------
    DataFrame
        ``KEY``; means of ``kendall_tau``, ``deviation_std``, ``hypervolume``, ``kept``; mean and standard deviation
        (missing for one seed) of ``mra`` and ``hypervolume_percent``; ``seeds``.
        How many of the selected had to be measured differs between seeds: ``verified`` is their mean there.
    """
    percent = 100 * selections["hypervolume"] / selections["best_hypervolume"]
    rows = selections.assign(hypervolume_percent=percent)
    counts = rows.groupby(KEY[:-1])["verified"].transform("mean")
    rows["verified"] = rows["verified"].where(rows["verification"] != SELECTED, counts)
    groups = rows.groupby(KEY)
    means = groups[["kendall_tau", "deviation_std", "hypervolume", "kept"]].mean()
    for name in ("mra", "hypervolume_percent"):
        means = means.assign(**{f"{name}_mean": groups[name].mean(), f"{name}_std": groups[name].std(ddof=1)})
    return means.assign(seeds=groups["seed"].nunique()).reset_index()


def _largest(summaries):
    """Return the rows in which most architectures could be selected, with the hypervolume lost in %."""
    largest = summaries.groupby("combination")["architectures"].transform("max")
    return summaries[summaries["architectures"] == largest].assign(
        lost=lambda rows: 100 - rows["hypervolume_percent_mean"]
    )


@style.sheet()
def plot_selection(summaries, quality=ACCURACY):
    """Draw what each predictor's selection costs against the training size, not verified.

    Parameters
    ----------
    summaries : DataFrame
        Rows of ``summarise_selections``.
    quality : Quality

    Returns
    -------
    Figure
    """
    rows = _largest(summaries)
    rows = rows[rows["verification"] == NONE]
    figure = style.new_figure(
        4.4,
        "Whose predictions select best?",
        f"Selected by {quality.name} and predicted metric from all architectures, compared with the true front. Mean "
        f"over {style.combinations_text(rows['combination'].nunique())}, {style.seeds_text(rows['seeds'])}. "
        "Nothing is verified.",
        "Architectures that were measured for training keep their measured value.",
    )
    panels = figure.subplots(1, 2)
    for axes, name, label in zip(panels, ("mra_mean", "lost"), (quality.mean_loss, LOSS), strict=True):
        means = rows.groupby(["predictor", "train_size"])[name].mean()
        for predictor in (key for key in style.LOOKS if key in set(rows["predictor"])):
            one = means[predictor]
            axes.plot(one.index, one.clip(lower=LEAST), **style.look_of(predictor).line())
        style.train_size_axis(axes, rows["train_size"])
        style.log_axis(axes.yaxis, "{:g}".format)
        axes.set_ylabel(label)
    style.side_legend(figure, [style.handle(key) for key in style.LOOKS if key in set(rows["predictor"])], "by family")
    return figure


@style.sheet()
def plot_verification(summaries, quality=ACCURACY):
    """Draw what measuring the most promising yields, by their number and the training size; as ``plot_selection``."""
    rows = _largest(summaries)
    rows = rows[[style.is_trained(predictor) for predictor in rows["predictor"]]]
    sizes = sorted(rows["train_size"].unique())
    figure = style.new_figure(
        4.2,
        "How many of the most promising should be measured?",
        "The predicted front and the fronts behind it are measured; what is dominated among all measured is dropped. "
        f"Mean over {rows['predictor'].nunique()} predictors, "
        f"{style.combinations_text(rows['combination'].nunique())}, {style.seeds_text(rows['seeds'])}.",
        "At 0: the selected, not verified. Crosses: just the selected are measured, the dominated among them dropped. "
        f"Less than {LEAST:g} is drawn there.",
    )
    panels = figure.subplots(1, 2)
    shades = colormaps["viridis_r"](np.linspace(0.1, 0.95, len(sizes)))
    for axes, name, label in zip(panels, ("mra_mean", "lost"), (quality.mean_loss, LOSS), strict=True):
        for size, shade in zip(sizes, shades, strict=True):
            _draw_verification(axes, rows[rows["train_size"] == size], name, shade)
        counts = [0, *sorted(rows.loc[rows["verification"] == PROMISING, "verified"].unique())]
        axes.xaxis.set_major_locator(FixedLocator([_place(count) for count in counts]))
        axes.set_xticklabels([f"{count:,.0f}" for count in counts])
        axes.set(xlabel="measured after predicting", ylabel=label)
        style.log_axis(axes.yaxis, "{:g}".format)
    handles = [Line2D([], [], color=shade, label=f"{size:,}") for size, shade in zip(sizes, shades, strict=True)]
    style.side_legend(figure, handles, "measured to train")
    return figure


def _place(count):
    """Where a number of measurements stands: logarithmic, with room for none."""
    return np.log2(np.maximum(count, 3))


def _draw_verification(axes, rows, name, shade):
    chosen = rows[rows["verification"].isin([NONE, PROMISING])]
    means = chosen.groupby("verified")[name].mean()
    axes.plot(_place(means.index), means.clip(lower=LEAST), color=shade, marker="o", markersize=3)
    selected = rows[rows["verification"] == SELECTED]
    axes.plot(
        _place(selected["verified"].mean()), max(selected[name].mean(), LEAST), color=shade, marker="x", markersize=6
    )
