"""What selecting by real predictions is worth, and what verifying by measuring adds."""

import numpy as np
from matplotlib import colormaps
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from hwpred.figures import style
from hwpred.figures.curves import leaders_of
from hwpred.selection.predicted import NONE, PROMISING, SELECTED
from hwpred.selection.quality import ACCURACY

LOSS = "hypervolume lost (% of the best)"
LEAST = 0.01
"""What is drawn for less, in the unit of the panel."""
LEAST_PLACES = 0.8
"""Between labelled numbers of measurements, in doublings."""
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
    leaders = leaders_of(
        rows.assign(mean=-rows["lost"]).groupby(["predictor", "train_size"])["mean"].mean().reset_index()
    )
    figure = style.new_figure(
        4.4,
        "Whose predictions select best?",
        f"Selected by {quality.name} and predicted metric from all architectures, compared with the true front. Mean "
        f"over {style.combinations_text(rows['combination'].nunique())}, {style.seeds_text(rows['seeds'])}. "
        f"Nothing is verified. {_least_lost(rows)}",
        "In colour: those that lose least hypervolume at the smallest, the middle and the largest size. Architectures "
        f"that were measured for training keep their measured value. Less than {LEAST:g} is drawn there.",
    )
    panels = figure.subplots(1, 2)
    for axes, name, label in zip(panels, ("mra_mean", "lost"), (quality.mean_loss, LOSS), strict=True):
        _draw_selection(axes, rows, name, leaders)
        axes.set_ylabel(label)
    return figure


def _least_lost(rows):
    """Say who loses least hypervolume after the largest number of measurements."""
    if rows["seeds"].max() == 1:
        return "One seed tells no predictors apart."
    last = rows[rows["train_size"] == rows["train_size"].max()]
    lost = last.groupby("predictor")["lost"].mean()
    size = last["train_size"].iloc[0]
    return f"Least hypervolume is lost after {size:,} by {style.label_of(lost.idxmin())} ({lost.min():.2g} %)."


def _draw_selection(axes, rows, name, leaders):
    """Draw one loss: the leaders in colour and named, those without training black, the others grey."""
    means = rows.groupby(["predictor", "train_size"])[name].mean().clip(lower=LEAST)
    ends = {}
    for predictor in dict.fromkeys(means.index.get_level_values("predictor")):
        one = means[predictor]
        if predictor in leaders or not style.is_trained(predictor):
            axes.plot(one.index, one, **style.look_of(predictor).line())
            ends[style.label_of(predictor)] = (one.index[-1], one.iloc[-1])
        else:
            axes.plot(one.index, one, color=style.GREY, linewidth=0.8, zorder=1)
    style.train_size_axis(axes, rows["train_size"])
    style.log_axis(axes.yaxis, "{:g}".format)
    style.name_ends(axes, ends, {style.label_of(key): look.color for key, look in style.looks().items()}, 3.5)


@style.sheet()
def plot_verification(summaries, quality=ACCURACY):
    """Draw what measuring the most promising yields, by their number and the training size.

    Parameters
    ----------
    summaries, quality :
        As of ``plot_selection``.

    Returns
    -------
    Figure
    """
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
    shades = dict(zip(sizes, colormaps["viridis_r"](np.linspace(0.3, 0.95, len(sizes))), strict=True))
    counts = [0, *sorted(rows.loc[rows["verification"] == PROMISING, "verified"].unique())]
    for axes, name, label in zip(panels, ("mra_mean", "lost"), (quality.mean_loss, LOSS), strict=True):
        for size, shade in shades.items():
            _draw_verification(axes, rows[rows["train_size"] == size], name, shade)
        ticks = _apart(counts)
        axes.xaxis.set_major_locator(FixedLocator([_place(count) for count in ticks]))
        axes.set_xticklabels([f"{count:,.0f}" for count in ticks])
        axes.set(xlabel="measured after predicting", ylabel=label)
        style.log_axis(axes.yaxis, "{:g}".format)
    handles = [
        Line2D([], [], color=shade, marker="o", markersize=3, label=f"{size:,}") for size, shade in shades.items()
    ]
    panels[1].legend(handles=handles, title="measured to train", loc="best", fontsize=style.SMALL)
    return figure


def _apart(counts):
    """Return those counts whose labels do not touch."""
    kept = []
    for count in counts:
        if not kept or _place(count) - _place(kept[-1]) >= LEAST_PLACES:
            kept.append(count)
    return kept


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
