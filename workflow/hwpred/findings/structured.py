"""What knowing the structure of an architecture gains: structured_gp beside the best of the eighteen predictors."""

import pandas as pd
from matplotlib.lines import Line2D

from hwpred.errors import InputError
from hwpred.figures import style
from hwpred.figures.averages import one_table
from hwpred.figures.reading import read_evaluations
from hwpred.findings.fits import read_fits, space_of, summarise

KEY = ["combination", "train_size"]
LOOKUP_SIZE = 25
"""Measurements of a lookup table on nasbench201, where it takes part."""


def tabulate(told, untold, rivals, open_data, open_devices):
    """Return the tables of structured_gp and their figure.

    Parameters
    ----------
    told, untold : sequence of path
        Fits of the runs in which structured_gp knows what the device does with dead operations, and does not.
    rivals, open_data, open_devices : sequence of path
        Evaluation tables: of those with ten seeds, and of the eighteen with three.

    Returns
    -------
    dict
        ``best_of_eighteen``; ``structured``: means and standard deviations of tau beside it, ``dead_operations`` says
        which fits knew; the figure ``structured``.
    """
    tables = [read_taus(files) for files in (rivals, open_data, open_devices)]
    check_rivals(tables[0], pd.concat(tables[1:]))
    taus = pd.concat(tables, ignore_index=True)
    best = best_of_eighteen(taus.drop_duplicates([*KEY, "predictor"]))
    table = structured_table(read_fits(told), read_fits(untold), best)
    return {"best_of_eighteen.csv": best, "structured.csv": table, "structured.png": plot_structured(table)}


def tabulate_cost(told):
    """Return ``structured_cost``: CPU seconds of a fit of structured_gp by combination and training size."""
    return {"structured_cost.csv": summarise(read_fits(told), "fit_seconds").drop(columns="fit_seconds_std")}


def read_taus(files):
    """Return the mean tau by combination, predictor and training size of evaluation tables."""
    table = one_table(read_evaluations(files)[0])
    table = table[table["measure"] == "kendall_tau"].rename(columns={"mean": "kendall_tau_mean"})
    return table[["combination", "predictor", "train_size", "kendall_tau_mean"]]


def check_rivals(rivals, others):
    """Check that the few predictors with ten seeds are compared only where all of the eighteen were run.

    Parameters
    ----------
    rivals, others : DataFrame
        From ``read_taus``: of the few, and of the eighteen.

    Raises
    ------
    InputError
        If the few were run with a number of measurements that the others were not.
    """
    few, all_eighteen = ({*table[KEY].itertuples(index=False, name=None)} for table in (rivals, others))
    if few - all_eighteen:
        combination, size = min(few - all_eighteen)
        raise InputError(
            f"on {combination}, the run structured_rivals has fits on {size} measurements, and those of all eighteen "
            "predictors have none; give config/studies/structured_rivals.yaml train_sizes that these have, too"
        )


def best_of_eighteen(taus):
    """Return the largest mean tau and its predictor by combination and training size.

    Parameters
    ----------
    taus : DataFrame
        ``combination``, ``predictor``, ``train_size``, ``kendall_tau_mean``. The lookup table stands at its own number
        of measurements and counts from ``LOOKUP_SIZE`` on.
    """
    sizes = taus[KEY].drop_duplicates()
    lookup = taus[taus["predictor"] == "lookup"].drop(columns="train_size")
    later = sizes[sizes["train_size"] >= LOOKUP_SIZE].merge(lookup, on="combination")
    rows = pd.concat([taus[taus["predictor"] != "lookup"], later], ignore_index=True)
    best = rows.loc[rows.groupby(KEY)["kendall_tau_mean"].idxmax()]
    columns = {"kendall_tau_mean": "best_of_eighteen", "predictor": "best_predictor"}
    return best.rename(columns=columns)[[*KEY, "best_of_eighteen", "best_predictor"]].reset_index(drop=True)


def structured_table(told, untold, best):
    """Return the rows of ``structured``.

    Parameters
    ----------
    told, untold : DataFrame
        Fits that know what the device does with dead operations, and that do not.
    best : DataFrame
        ``best_of_eighteen``, by combination and training size.

    Returns
    -------
    DataFrame
    """
    tables = [
        summarise(fits[fits["predictor"] == "structured_gp"], "kendall_tau").assign(dead_operations=known)
        for known, fits in (("told", told), ("untold", untold))
    ]
    table = pd.concat(tables, ignore_index=True).merge(best, on=KEY, how="left")
    return table.assign(gain=table["kendall_tau_mean"] - table["best_of_eighteen"])


LINES = {
    "structured GP": style.look_of("structured_gp").line(),
    "untold of dead operations": {"color": style.look_of("structured_gp").color, "linestyle": ":"},
    "best of the eighteen": {"color": "black"},
}
"""How each line is drawn."""


@style.sheet()
def plot_structured(table):
    """Draw tau of structured_gp and of the best of the eighteen, mean over combinations, a panel a space."""
    table = table.dropna(subset=["best_of_eighteen"])
    spaces = list(dict.fromkeys(space_of(table["combination"])))
    figure = style.new_figure(
        4.0,
        "How many measurements does knowing the structure save?",
        "Kendall's tau, mean over the open combinations of a space; structured GP: "
        f"{style.seeds_text(table['seeds'])}, the best of the eighteen at each size: 3 or 10 seeds, with search",
    )
    panels = style.grid_of_axes(figure, len(spaces), len(spaces), sharey=True)
    for axes, space in zip(panels, spaces, strict=True):
        rows = table[space_of(table["combination"]) == space]
        told, untold = (rows[rows["dead_operations"] == known] for known in ("told", "untold"))
        means = told.groupby("train_size")[["kendall_tau_mean", "best_of_eighteen"]].mean()
        axes.plot(means.index, means["kendall_tau_mean"], **LINES["structured GP"])
        if len(untold):
            axes.plot(untold.groupby("train_size")["kendall_tau_mean"].mean(), **LINES["untold of dead operations"])
        axes.plot(means.index, means["best_of_eighteen"], **LINES["best of the eighteen"])
        axes.set(title=f"{space}, {style.combinations_text(rows['combination'].nunique())}")
        style.train_size_axis(axes, means.index)
    panels[0].set_ylabel("Kendall's tau")
    style.legend_below(figure, [Line2D([], [], label=label, **look) for label, look in LINES.items()])
    return figure
