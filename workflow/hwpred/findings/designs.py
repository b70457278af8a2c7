"""What it gains to choose which architectures are measured for training."""

import pandas as pd

from hwpred.figures import style
from hwpred.findings.fits import read_fits, summarise

DESIGNS = ("random", "maximin", "d_optimal", "active")


def tabulate(**designs):
    """Return the table ``designs`` and its figure.

    Parameters
    ----------
    **designs : sequence of path
        Fits of each of ``DESIGNS``.
    """
    tables = [summarise(read_fits(designs[name]), "kendall_tau").assign(design=name) for name in DESIGNS]
    table = pd.concat(tables, ignore_index=True)
    table = table[["design", *table.columns.drop("design")]]
    return {"designs.csv": table, "designs.png": plot_designs(table)}


NAMES = {"active": "in rounds (active)", "d_optimal": "D-optimal", "maximin": "far apart (maximin)"}
LOOKS = {
    design: {"color": colour, "linestyle": (0, dashes), "marker": marker, "markersize": 4, "label": NAMES[design]}
    for design, colour, dashes, marker in zip(
        NAMES, style.SPACE_COLOURS, (style.SOLID, style.LONG, style.SHORT), "os^", strict=False
    )
}
"""Of each design, told apart in grey, too."""


@style.sheet()
def plot_designs(table):
    """Draw what each design gains over random training sets, mean over combinations, a panel a predictor."""
    keys = ["predictor", "combination", "train_size"]
    wide = table.pivot_table(index=keys, columns="design", values="kendall_tau_mean")
    gains = wide.sub(wide["random"], axis=0).drop(columns="random")
    predictors = list(dict.fromkeys(table["predictor"]))
    figure = style.new_figure(
        3.7,
        "What does it buy to choose which architectures are measured?",
        "Kendall's tau minus that of random training sets, mean over "
        f"{style.combinations_text(table['combination'].nunique())} and {style.seeds_text(table['seeds'])}; sizes of "
        "different spaces that stand for each other share a point",
    )
    panels = style.grid_of_axes(figure, len(predictors), len(predictors), sharey=True)
    for axes, predictor in zip(panels, predictors, strict=True):
        rows = gains.loc[predictor].reset_index()
        rows["place"] = rows.groupby("combination")["train_size"].rank()
        means = rows.groupby("place")[[*gains.columns, "train_size"]].mean()
        for design in gains.columns:
            axes.plot(means["train_size"], means[design], **LOOKS[design])
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set(title=style.label_of(predictor), xlabel="training size")
        style.log_axis(axes.xaxis)
    panels[0].set_ylabel("gain in Kendall's tau")
    style.legend_below(figure, panels[0].get_legend_handles_labels()[0])
    return figure
