"""The published code's pairing of accuracies and metrics beside the true one: figure and numbers of docs/pairing.md.

Run, the third folder only for what is printed from tau on (config/pairing.yaml says how to make it):

    python docs/pairing.py docs/results docs/figures results/pairing

Reads ``simulation.csv`` of the first folder, writes ``pairing.png`` to the second. Ours is the mean of pixel3 and
raspi4.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.figures.simulation import ALL, KEPT, PAPER_SERIES, STD
from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.selection.outcome import MARGIN
from hwpred.selection.reading import read_selectable
from hwpred.selection.simulation import PAIRINGS, REFERENCE, TRUE, paired

PROJECT = Path(__file__).parents[1]
PAPER = "paper"
MANY, FEWER = 15625, 5000
SHOWN = [0.1, 0.2, 0.4, 0.5, 1.0]
LOOKS = {
    REFERENCE: {"color": ALL, "linestyle": (0, style.LONG), "label": "pairing of the\npublished code"},
    TRUE: {"color": KEPT, "label": "true pairing"},
    PAPER: {"color": style.DARK_GREY, "linestyle": ":", "label": "the paper (mean\nof five data sets)"},
}
TITLES = {
    "mra_all": "accuracy lost, all selected",
    "mra_pareto": "accuracy lost, selected and verified",
    "retained": "hypervolume retained",
    "against": f"hypervolume of all {MANY:,}",
}

UNITS = {"retained": "% of the true front's", "against": f"% of {FEWER:,} measured"}


def ours(simulation):
    """Return the mean over the combinations by pairing, architectures and std, of the runs with one accuracy source."""
    cells = simulation[simulation["run"].isin(["pairing", "true_pairing"])]
    return cells.groupby(["pairing", "architectures", "deviation_std"]).mean(numeric_only=True)


def curves_of(means, paper):
    """Return the curves of the figure.

    Parameters
    ----------
    means : DataFrame
        From ``ours``.
    paper : DataFrame
        ``data/paper/paper_simulation.csv``.

    Returns
    -------
    dict of DataFrame
        By pairing, or ``"paper"``: the columns of ``TITLES`` by std; the hypervolumes in %.
    """
    curves = {}
    for pairing in PAIRINGS:
        rows = means.loc[pairing, MANY]
        curves[pairing] = rows[["mra_all", "mra_pareto"]].assign(
            retained=100 * rows["hypervolume_retained"],
            against=100 * rows["hypervolume"] / means.loc[(pairing, FEWER, 0.0), "hypervolume"],
        )
    # The series of both figures have names of their own.
    series = paper.pivot_table(index="deviation_std", columns="series", values="value")
    theirs = {name: series[label] for name, label in PAPER_SERIES.items()}
    hypervolume = 100 * series[str(MANY)]
    theirs["retained"] = hypervolume / series.loc[0.0, str(MANY)]
    curves[PAPER] = pd.DataFrame({**theirs, "against": hypervolume / series.loc[0.0, str(FEWER)]})
    return curves


@style.sheet()
def plot(curves, means, trials):
    """Draw the curves, a panel a column."""
    tau = means.loc[TRUE, MANY]["kendall_tau"]
    figure = style.new_figure(
        4.6,
        "What does the published code's pairing do to the paper's conclusions?",
        f"Selection from all {MANY:,} architectures of nasbench201 by accuracy and a wrong latency, {trials:,} trials, "
        "mean of pixel3 and raspi4. The published code sorts the latencies before it pairs them with accuracies. "
        + _at_small_std(curves),
        "Verified: the selected are measured and the dominated dropped. "
        f"Std {', '.join(f'{std:g}' for std in SHOWN)}: Kendall's tau {', '.join(f'{tau[std]:.2f}' for std in SHOWN)}. "
        f"Last panel: {MANY:,} and {FEWER:,} have a reference point each; docs/pairing.md says what a common one does.",
        width=7.0,
    )
    panels = figure.subplots(2, 2, sharex=True)
    for axes, name in zip(panels.ravel(), TITLES, strict=True):
        for kind, look in LOOKS.items():
            axes.plot(curves[kind].index, curves[kind][name], **look)
        axes.set(title=TITLES[name], xlim=(0, 1))
        axes.set_ylabel(UNITS.get(name, "points"))
    highest = max(table[list(PAPER_SERIES)].max().max() for table in curves.values())
    for axes in panels[0]:
        axes.set_ylim(0, 1.05 * highest)
    panels[1, 1].axhline(100, color=style.GREY, linewidth=0.9, zorder=1)
    for axes in panels[1]:
        axes.set_xlabel(STD)
    style.side_legend(figure, [Line2D([], [], **look) for look in LOOKS.values()], "")
    return figure


def _at_small_std(curves):
    lost = {pairing: curves[pairing].loc[0.2, "mra_all"] for pairing in PAIRINGS}
    return f"At std 0.2 the selected then lose {lost[REFERENCE]:.1f} points of accuracy instead of {lost[TRUE]:.1f}."


def show(title, table):
    """Print a table as Markdown."""
    print(f"\n### {title}\n\n{table.round(3).to_markdown()}")


def show_curves(curves, means, published):
    """Print what the page quotes of the curves, and the factor between the pairings, ours and of the published code."""
    for name, title in TITLES.items():
        show(title, pd.DataFrame({kind: table.loc[SHOWN, name] for kind, table in curves.items()}).T)
    names = list(PAPER_SERIES)
    many = published[published["architectures"] == MANY].set_index(["pairing", "deviation_std"])[names]
    hundred = {pairing: means.loc[pairing, 100] for pairing in PAIRINGS}
    sources = {"ours": curves, "ours, 100 architectures": hundred}
    sources["the published code, pixel3"] = {pairing: many.loc[pairing] for pairing in PAIRINGS}
    factors = {label: (own[REFERENCE][names] / own[TRUE][names]).loc[SHOWN].T for label, own in sources.items()}
    show("published pairing / true pairing", pd.concat(factors))
    mended = curves[PAPER][names] * (curves[TRUE][names] / curves[REFERENCE][names])
    show("the paper's curves, scaled by true / published pairing of ours", mended.loc[SHOWN].T)


def read_paired(run, entry):
    """Return accuracy and standardised latency by pairing, of an entry of config/pairing_combinations.yaml."""
    name = "-".join(entry[key] for key in ("space", "task", "device", "metric"))
    data, space = Path(run, "data"), entry["space"]
    selectable = read_selectable(
        data / space / "architectures.parquet",
        data / "targets" / f"{name}.parquet",
        data / "accuracy" / f"{space}-{entry['accuracy']}.parquet",
    )
    return name, {pairing: paired(*selectable, pairing) for pairing in PAIRINGS}


def moved_reference(accuracy, metric, draws):
    """Return what the reference point of all architectures, instead of that of the drawn, adds to a hypervolume.

    Any selection holds the most accurate candidate: beyond the old reference point it dominates a strip of that height.

    Parameters
    ----------
    accuracy, metric : arrays of shape (n,)
        From ``paired``.
    draws : sequence of int arrays
        The architectures of each trial.

    Returns
    -------
    float
        Mean over the draws.
    """
    largest = metric.max()
    return float(np.mean([accuracy[drawn].max() / 100 * MARGIN * (largest - metric[drawn].max()) for drawn in draws]))


def show_data(run, simulation):
    """Print tau of accuracy and latency, and 15,625 against 5,000 with one reference point for both."""
    seed = yaml.safe_load((PROJECT / "config/config.yaml").read_text())["seed"]
    rows = []
    for entry in yaml.safe_load((PROJECT / "config/pairing_combinations.yaml").read_text())["combinations"]:
        name, pairs = read_paired(run, entry)
        cells = simulation[(simulation["combination"] == name) & (simulation["run"] != "open")]
        trials = range(cells["trials"].max())
        draws = [
            generator("selection", seed, name, FEWER, trial).choice(MANY, FEWER, replace=False) for trial in trials
        ]
        for pairing, (accuracy, metric) in pairs.items():
            own = cells[cells["pairing"] == pairing].set_index(["architectures", "deviation_std"])["hypervolume"]
            row = {"device": entry["device"], "pairing": pairing, "tau": kendall_tau(accuracy, metric)}
            moved = moved_reference(accuracy, metric, draws)
            row |= {"5,000 measured": own[FEWER, 0.0], "moved reference": moved}
            rows.append(row | {f"15,625, std {std:g}": own[MANY, std] for std in (0.0, 0.1, 0.2, 0.5)})
    table = pd.DataFrame(rows)
    table.insert(5, "5,000 moved", table["5,000 measured"] + table["moved reference"])
    show("tau of accuracy and latency; hypervolumes", table.set_index(["device", "pairing"]))
    mean = table.groupby("pairing").mean(numeric_only=True)
    show("mean of both devices", mean)
    show(
        "in % of 5,000 measured, one reference point", 100 * mean.filter(like="15,625").div(mean["5,000 moved"], axis=0)
    )


def main(results, figures, run=None):
    """Draw the figure and print the numbers."""
    simulation = pd.read_csv(Path(results, "simulation.csv"), dtype={"pairing": str})
    paper, published = (pd.read_csv(PROJECT / "data/paper" / f"{name}_simulation.csv") for name in (PAPER, "published"))
    means = ours(simulation)
    curves = curves_of(means, paper)
    style.save(plot(curves, means, simulation["trials"].max()), [Path(figures, "pairing.png")])
    show_curves(curves, means, published.astype({"pairing": str}))
    if run:
        show_data(run, simulation)


if __name__ == "__main__":
    main(*sys.argv[1:])
