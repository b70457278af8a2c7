"""How often a limit is broken, and what keeping it costs, by the number of measurements."""

import numpy as np
from matplotlib import colormaps
from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.selection.limits import IN_TURN, summarise
from hwpred.selection.quality import ACCURACY

LONGEST = 40
"""Letters of a label that fit beside an axis."""
LEAST = 0.01
"""What is drawn for less quality lost, on the logarithmic axis."""


def table_of(choices):
    """Return the table of a run: means over seeds and limits, a row a combination, predictor and way to choose.

    Parameters
    ----------
    choices : DataFrame
        ``limited_selection`` tables with ``combination``.

    Returns
    -------
    DataFrame
        As ``hwpred.selection.limits.summarise``, by ``combination``, ``predictor``, ``train_size``.
    """
    return summarise(choices, ["combination", "predictor", "train_size"])


@style.sheet()
def plot_limits(table, quality=ACCURACY):
    """Draw what choosing by predictions under a limit leads to, by margin, and by how many are measured at most.

    Parameters
    ----------
    table : DataFrame
        From ``table_of``.
    quality : Quality

    Returns
    -------
    Figure
    """
    rows = table[[style.is_trained(predictor) for predictor in table["predictor"]]]
    sure = rows[rows["predictor"].isin(rows.loc[rows["margin"] > 0, "predictor"])]
    unverified = rows[(rows["verified"] == 0) & (rows["predictor"].isin(sure["predictor"]) | sure.empty)]
    verified = rows[(rows["verification"] == IN_TURN) & (rows["margin"] == 0)]
    figure = style.new_figure(
        3.6,
        "How often is a limit broken?",
        f"Of all architectures the best by {quality.name} is chosen whose predicted metric keeps the limit{_by(rows)}. "
        f"Mean over {style.combinations_text(rows['combination'].nunique())}, several limits, "
        f"{style.seeds_text(rows['seeds'])}.",
        "Margins are in predicted standard deviations; mean over the predictors that state any: "
        f"{sure['predictor'].nunique()} of {rows['predictor'].nunique()}. Right: without a margin, the best are "
        f"measured until one keeps the limit, that many at most; mean over all predictors.{_least_note(unverified)}",
    )
    _draw_panels(figure, rows, unverified, verified, quality)
    return figure


def _draw_panels(figure, rows, unverified, verified, quality):
    """Draw limits broken, quality lost, and limits that nothing is found for."""
    panels = figure.subplots(1, 3)
    by_margin = _lines(unverified["margin"].unique(), "margin {:g}")
    by_count = _lines(verified["verified"].unique(), "{:g} measured")
    _draw(panels[0], unverified, "margin", "broken_percent", by_margin)
    _draw(panels[1], unverified, "margin", "quality_lost", by_margin)
    _draw(panels[2], verified, "verified", "not_found_percent", by_count)
    loss = quality.loss + quality.bracket
    lost = loss if len(loss) <= LONGEST else "quality lost"
    for axes, label in zip(panels, ("limits broken (%)", lost, "none found (%)"), strict=True):
        style.train_size_axis(axes, rows["train_size"])
        axes.set_ylabel(label)
    for axes in panels[[0, 2]]:
        axes.set_ylim(bottom=0)
    style.log_axis(panels[1].yaxis, "{:g}".format)
    handles = [Line2D([], [], label=label, **look) for label, look in [*by_margin.values(), *by_count.values()]]
    style.side_legend(figure, handles, "how one chooses")


def _least_note(unverified):
    """Say that a loss is drawn as more than it is, where one is."""
    means = unverified.groupby(["margin", "train_size"])["quality_lost"].mean()
    return f" In the middle, less than {LEAST:g} is drawn as {LEAST:g}." if (means < LEAST).any() else ""


def _by(rows):
    """Name the predictor where there is but one."""
    predictors = rows["predictor"].unique()
    return f", by {style.label_of(predictors[0])}" if len(predictors) == 1 else ""


def _lines(values, words):
    """Return the label and the look of each line, by value."""
    values = sorted(values)
    map_of = colormaps["viridis_r" if "margin" in words else "plasma_r"]
    shades = map_of(np.linspace(0.2, 0.9, len(values)))
    return {
        value: (words.format(value), {"color": shade, "marker": "o", "markersize": 3})
        for value, shade in zip(values, shades, strict=True)
    }


def _draw(axes, rows, by, name, lines):
    means = rows.groupby([by, "train_size"])[name].mean()
    for value, (_, look) in lines.items():
        line = means[value]
        axes.plot(line.index, line.clip(lower=LEAST) if name == "quality_lost" else line, **look)
