"""The figure of ``hwpred.findings.few_shot``: rho by the number of measurements, a panel a set."""

from matplotlib.lines import Line2D

from hwpred.figures import style

TESTED = "first128"
LINES = {
    ("structured_gp", "told"): style.look_of("structured_gp").line(markersize=3),
    ("structured_gp", "untold"): style.look_of("structured_gp").line(markersize=3, linestyle=(0, style.SHORT)),
    ("transfer_gp", "untold"): style.look_of("transfer_gp").line(markersize=3),
}
"""Predictor and what it was told -> how it is drawn."""
OTHERS = {"NASFLAT": ("*", "#d64608"), "MultiPredict": ("X", "#997f32"), "HELP": ("P", "#e037f1")}
NOTHING_TO_TELL = "nothing"


def of_set(table, key):
    """Return the rows of a set's mean over targets, or where some are not known, of the one that is.

    Parameters
    ----------
    table : DataFrame
        ``few_shot``.
    key : str
        Of the set.

    Returns
    -------
    DataFrame
    """
    rows = table[(table["test"] == "nasflat") & (table["set"] == key)]
    own = rows[~rows["predictor"].isin(OTHERS)]
    device = own["device"].iloc[0] if len(own) and not (own["device"] == "mean").any() else "mean"
    return rows[rows["device"] == device]


@style.sheet()
def plot_sets(table, sets):
    """Draw rho of the first 128 architectures by measurements, beside what others published.

    Parameters
    ----------
    table : DataFrame
        ``few_shot``.
    sets : dict
        As ``nasflat_sets.yaml`` has them.

    Returns
    -------
    Figure
    """
    figure = style.new_figure(
        7.2,
        "How well is a new device known after a few measurements?",
        "Spearman's rho of the first 128 architectures, as NASFLAT tests; mean over a set's targets, and over seeds",
        "HELP and MultiPredict as NASFLAT's authors ran them; on which architectures is not known.",
    )
    sizes = table.loc[(table["test"] == "nasflat") & ~table["predictor"].isin(OTHERS), "samples"]
    panels = style.grid_of_axes(figure, len(sets), 4, sharex=True)
    for axes, key in zip(panels, sets, strict=True):
        rows = of_set(table, key)
        device = rows["device"].iloc[0]
        for (predictor, told), look in LINES.items():
            line = rows[(rows["predictor"] == predictor) & (rows["architectures"] == TESTED)]
            line = line[line["told"].isin([told, NOTHING_TO_TELL])].sort_values("samples")
            axes.plot(line["samples"], line["spearman"], **look)
        for name, (marker, colour) in OTHERS.items():
            point = rows[rows["predictor"] == name]
            axes.plot(point["samples"], point["spearman"], marker, color=colour, markersize=6)
        style.train_size_axis(axes, sizes)
        axes.set(title=key if device == "mean" else f"{key}, {device} only", xlabel="")
    handles = [
        Line2D([], [], label=f"{style.label_of(predictor)}, {told}", **look)
        for (predictor, told), look in LINES.items()
    ]
    handles += [Line2D([], [], linestyle="", marker=m, color=c, label=name) for name, (m, c) in OTHERS.items()]
    style.legend_below(figure, handles, columns=3)
    style.shared_labels(figure, "measurements of the new device", "Spearman's rho")
    return figure
