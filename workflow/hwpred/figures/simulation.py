"""What wrong metrics cost when architectures are selected by them."""

import numpy as np
from matplotlib import colormaps
from matplotlib.lines import Line2D
from scipy.optimize import isotonic_regression

from hwpred.figures import style
from hwpred.selection.quality import ACCURACY
from hwpred.selection.summary import over_combinations

ALL, KEPT = "#8e0c15", "#2474b8"
STD = "std of the deviations (in std of the metric)"
PAPER_SERIES = {"mra_all": "all selected architectures", "mra_pareto": "pareto-set of the selected architectures"}
BY_COMBINATION = {
    "mra_all": ("all selected", "{0.mean_loss}"),
    "mra_pareto": ("selected and verified", ""),
    "hypervolume_percent": ("hypervolume, verified", "% of the true front's"),
}
"""Title and label of the vertical axis of each panel; the first two share theirs."""
LABEL_GAP = 0.05
"""Of labels that are written below each other, in the height of the axes."""


@style.sheet()
def plot_reduction(summaries, paper=None, quality=ACCURACY):
    """Draw the mean reduction of accuracy against the deviations, at the largest number of architectures.

    Parameters
    ----------
    summaries : DataFrame
        Rows of ``selection.summary.summarise``.
    paper : DataFrame, optional
        ``data/paper/paper_simulation.csv``, dotted.
    quality : Quality

    Returns
    -------
    Figure
    """
    rows = _at_largest(summaries)
    mean = rows.groupby("deviation_std")[["kendall_tau", "mra_all", "mra_pareto"]].mean()
    figure = style.new_figure(
        4.2,
        f"How much {quality.name} does a wrong metric cost?",
        f"Mean {quality.loss} of the selected against the true front, all architectures of each of "
        f"{style.combinations_text(rows['combination'].nunique())}, {rows['trials'].max():,} trials. "
        + _at_tau(mean, quality),
        "Thin: single combinations. Verified: the selected are measured and the dominated dropped."
        + (" Dotted: Laube, Mutschler and Zell (2022), mean of their combinations." if paper is not None else ""),
    )
    panels = figure.subplots(1, 2, sharey=True)
    looks = ((ALL, "all selected"), (KEPT, "selected and verified"))
    for axes, name, (colour, title) in zip(panels, PAPER_SERIES, looks, strict=True):
        for _, one in rows.groupby("combination"):
            axes.plot(one["deviation_std"], one[name], color=colour, linewidth=0.6, alpha=0.5)
        axes.plot(mean.index, mean[name], color=colour, linewidth=2)
        if paper is not None:
            theirs = paper[(paper["figure"] == "sim_acc") & (paper["series"] == PAPER_SERIES[name])]
            axes.plot(theirs["deviation_std"], theirs["value"], ":", color=style.DARK_GREY)
        axes.set(title=title, xlabel=STD, xlim=(0, mean.index.max()))
        axes.set_ylim(bottom=0)
        _tau_axis(axes, mean["kendall_tau"])
    panels[0].set_ylabel(quality.mean_loss)
    return figure


def _at_largest(summaries):
    """Return the rows of each combination's largest number of architectures."""
    largest = summaries.groupby("combination")["architectures"].transform("max")
    return summaries[summaries["architectures"] == largest]


def _at_tau(mean, quality):
    """Say what a good predictor costs, by linear interpolation between the deviations."""
    tau = mean["kendall_tau"][::-1]
    words = []
    for wanted in (0.9, 0.8):
        if tau.min() <= wanted <= tau.max():
            loss, verified = (np.interp(wanted, tau, mean[name][::-1]) for name in PAPER_SERIES)
            words.append(
                f"At tau {wanted:g}: {loss:.1f} {quality.unit} over all selected, {verified:.1f} after verification."
            )
    return " ".join(words)


def _tau_axis(axes, tau):
    """Write on top which tau the deviations mean."""
    top = axes.secondary_xaxis("top")
    places = [std for std in tau.index if np.isclose(5 * std, round(5 * std))]
    top.set_xticks(places, [f"{tau[std]:.2f}" for std in places])
    top.set_xlabel("Kendall's tau", fontsize=style.SMALL)


@style.sheet()
def plot_hypervolume(summaries, paper=None):
    """Draw the hypervolume against the deviations by number of architectures: absolute, and what is retained of it.

    Parameters
    ----------
    summaries, paper
        As for ``plot_reduction``.

    Returns
    -------
    Figure
    """
    mean = over_combinations(summaries)
    counts = sorted(mean["architectures"].unique())
    # As many as have the numbers of architectures that are shown.
    shown = summaries[summaries["architectures"].isin(counts)].groupby("architectures")["combination"].nunique()
    combinations = style.combinations_text(shown.max())
    figure = style.new_figure(
        4.2,
        "Do better metrics or more architectures to select from matter more?",
        f"Hypervolume of the selected by their true values, mean over {combinations} "
        f"and {summaries['trials'].max():,} trials. {_more_beats_better(mean, counts)}",
        "Reference point: quality 0, or the worst one if that is negative, and 1.1 times the largest metric among the "
        "candidates." + (" Dotted: Laube, Mutschler and Zell (2022); other combinations." if paper is not None else ""),
    )
    absolute, retained = figure.subplots(1, 2)
    colours = {count: shade for count, shade in zip(counts, _shades(len(counts)), strict=True)}
    for count, rows in mean.groupby("architectures"):
        absolute.plot(rows["deviation_std"], rows["hypervolume"], color=colours[count])
        retained.plot(rows["deviation_std"], rows["hypervolume_percent"], color=colours[count])
        if paper is not None:
            theirs = paper[(paper["figure"] == "sim_hv") & (paper["series"] == str(count))]
            absolute.plot(theirs["deviation_std"], theirs["value"], ":", color=colours[count])
    absolute.set(title="hypervolume", ylabel="hypervolume", xlabel=STD)
    retained.set(title="retained", ylabel="% of the true front's", xlabel=STD)
    handles = [Line2D([], [], color=colours[count], label=f"{count:,}") for count in reversed(counts)]
    style.side_legend(figure, handles, "architectures\nto select from")
    return figure


def _shades(count):
    return colormaps["viridis_r"](np.linspace(0.3, 0.95, count))


def _more_beats_better(mean, counts):
    """Say which perfect selection the largest number with the worst metric still beats."""
    table = mean.pivot(index="architectures", columns="deviation_std", values="hypervolume")
    worst = table.loc[counts[-1]].iloc[-1]
    beaten = [count for count in counts[:-1] if table.loc[count].iloc[0] < worst]
    if not beaten:
        return ""
    std = table.columns[-1]
    return f"{counts[-1]:,} with deviations of std {std:g} still beat {beaten[-1]:,} whose metric is known exactly."


@style.sheet()
def plot_by_combination(summaries, quality=ACCURACY):
    """Draw what is lost and the retained hypervolume of each combination, at its largest number of architectures.

    Parameters
    ----------
    summaries : DataFrame
        Rows of ``selection.summary.summarise``.
    quality : Quality

    Returns
    -------
    Figure
    """
    rows = _at_largest(summaries).sort_values("deviation_std")
    at_worst = rows[rows["deviation_std"] == rows["deviation_std"].max()]
    worst = at_worst.sort_values("mra_all", ascending=False, kind="stable").set_index("combination")
    figure = style.new_figure(
        4.2 + 0.17 * (len(worst) if len(worst) <= 4 else -(-len(worst) // 2)),
        "Where does a wrong metric cost most?",
        f"Means over {rows['trials'].max():,} trials; architectures to select from: "
        f"{_counts_text(worst['architectures'])}. {_most_and_least(worst, quality)}",
        "Numbers: combinations by what they lose over all selected at the largest std. Verified: the selected are "
        "measured and the dominated dropped.",
    )
    colours = colormaps["viridis_r"](np.linspace(0.95, 0.2, len(worst)))
    _draw_combinations(figure, rows, worst, colours, quality)
    handles = [
        Line2D([], [], color=colour, label=label) for colour, label in zip(colours, _numbered(worst), strict=True)
    ]
    style.legend_below(figure, handles, columns=2 if len(handles) > 4 else 1, title="most lost first")
    return figure


def _counts_text(counts):
    """Say how many architectures there are to select from."""
    low, high = counts.min(), counts.max()
    return f"{high:,}" if low == high else f"{low:,} to {high:,} (in brackets)"


def _numbered(worst):
    """Return the legend's words for each combination, with its number of architectures where that differs."""
    counts = worst["architectures"]
    brackets = [f" ({count:,})" if counts.nunique() > 1 else "" for count in counts]
    return [f"{rank}  {name}{own}" for rank, (name, own) in enumerate(zip(worst.index, brackets, strict=True), 1)]


def _most_and_least(worst, quality):
    """Say what the largest deviations cost, where they cost most and where least."""
    std, lost = worst["deviation_std"].iloc[0], worst["mra_all"]
    words = f"Deviations of std {std:g} cost {lost.iloc[0]:.1f} {quality.unit} over all selected on {worst.index[0]}"
    return f"{words}." if len(worst) == 1 else f"{words}, {lost.iloc[-1]:.1f} on {worst.index[-1]}."


def _draw_combinations(figure, rows, worst, colours, quality):
    """Draw a panel a measure, a line a combination, numbered in the order of ``worst``."""
    panels = figure.subplots(1, len(BY_COMBINATION))
    panels[1].sharey(panels[0])
    tau = rows.groupby("deviation_std")["kendall_tau"].mean()
    for axes, (name, (title, label)) in zip(panels, BY_COMBINATION.items(), strict=True):
        for combination, colour in zip(worst.index, colours, strict=True):
            one = rows[rows["combination"] == combination]
            axes.plot(one["deviation_std"], one[name], color=colour)
        axes.set(title=title, ylabel=label.format(quality), xlabel=STD.replace(" (", "\n("), xlim=(0, tau.index.max()))
        _tau_axis(axes, tau)
    panels[0].set_ylim(bottom=0)
    # The numbers are spread in the height of the axes, which must hold all lines by then.
    for axes, name in zip(panels, BY_COMBINATION, strict=True):
        _number_ends(axes, worst[name].to_numpy(), colours)


def _number_ends(axes, ends, colours):
    """Number lines at their ends, spread as little as keeps the numbers apart."""
    gap = LABEL_GAP * np.ptp(axes.get_ylim())
    order = np.argsort(ends, kind="stable")
    steps = gap * np.arange(len(ends))
    places = isotonic_regression(ends[order] - steps).x + steps
    for index, place in zip(order, places, strict=True):
        axes.annotate(
            str(index + 1),
            (1.02, place),
            xycoords=axes.get_yaxis_transform(),
            color=colours[index],
            fontsize=style.SMALL,
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )
