"""The published code's pairing of accuracies and metrics beside the true one, on pixel3 and raspi4."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from hwpred.figures import style
from hwpred.figures.simulation import ALL, KEPT, PAPER_SERIES, STD
from hwpred.findings.simulation import MANY as MANY_SERIES
from hwpred.findings.simulation import means, read_published
from hwpred.metrics import kendall_tau
from hwpred.selection.outcome import MARGIN
from hwpred.selection.reading import read_selectable
from hwpred.selection.simulation import PAIRINGS, REFERENCE, TRUE, draw_architectures, generator_names, paired
from hwpred.tables import read_metadata

PAPER = "paper"
MANY, FEWER, FEW = 15625, 5000, 100
SHOWN = [0.1, 0.2, 0.4, 0.5, 1.0]
LOOKS = {
    REFERENCE: {"color": ALL, "linestyle": (0, style.LONG), "label": "pairing of the published code"},
    TRUE: {"color": KEPT, "label": "true pairing"},
    PAPER: {"color": style.DARK_GREY, "linestyle": ":", "label": "the paper (mean of five data sets)"},
}
TITLES = {
    "mra_all": "accuracy lost, all selected",
    "mra_pareto": "accuracy lost, selected and verified",
    "hypervolume_percent": "hypervolume retained",
    "of_5000_measured_percent": f"hypervolume of all {MANY:,}",
}
UNITS = {
    "hypervolume_percent": "% of the true front's",
    "of_5000_measured_percent": f"% of {FEWER:,} measured",
}
LOST = list(PAPER_SERIES)


def tabulate(pairing, true_pairing, architectures, targets, accuracies, paper, published, run_seed):
    """Return tables and figure of the two pairings.

    Parameters
    ----------
    pairing, true_pairing : sequence of path
        ``selection`` tables of the runs with the published code's pairing and with the true one.
    architectures, targets, accuracies : sequence of path
        Of the same combinations, in one order.
    paper, published : sequence of path
        ``data/paper/paper_simulation.csv`` and ``data/paper/published_simulation.csv``.
    run_seed : int
        Of these runs.

    Returns
    -------
    dict
        ``pairing_curves``: what is lost and kept by pairing and standard deviation; ``pairing_factors``: the published
        pairing's loss over the true pairing's; ``pairing_hypervolume``: hypervolumes and the tau of accuracy and
        latency by device; and the figure ``pairing``.
    """
    simulation = pd.concat([means(pairing), means(true_pairing)], ignore_index=True)
    mean = mean_of_combinations(simulation)
    curves = curves_of(mean, pd.read_csv(paper[0]))
    published = read_published(published[0])
    files = zip(architectures, targets, accuracies, strict=True)
    return {
        "pairing_curves.csv": pd.concat(
            [table.rename_axis("deviation_std").reset_index().assign(pairing=kind) for kind, table in curves.items()]
        )[["pairing", "deviation_std", *TITLES]],
        "pairing_factors.csv": factors(mean, published),
        "pairing_hypervolume.csv": hypervolumes(files, simulation, run_seed),
        "pairing.png": plot(curves, mean, simulation["trials"].max()),
    }


def mean_of_combinations(simulation):
    """Return the mean over the combinations by pairing, architectures and standard deviation."""
    return simulation.groupby(["pairing", "architectures", "deviation_std"]).mean(numeric_only=True)


def curves_of(means, paper):
    """Return the curves of the figure.

    Parameters
    ----------
    means : DataFrame
        From ``mean_of_combinations``.
    paper : DataFrame
        ``data/paper/paper_simulation.csv``.

    Returns
    -------
    dict of DataFrame
        By pairing, or ``"paper"``: the columns of ``TITLES`` by standard deviation; the hypervolumes in %.
    """
    curves = {}
    for pairing in PAIRINGS:
        rows = means.loc[pairing, MANY]
        curves[pairing] = rows[[*LOST, "hypervolume_percent"]].assign(
            of_5000_measured_percent=100 * rows["hypervolume"] / means.loc[(pairing, FEWER, 0.0), "hypervolume"],
        )
    # The series of both figures have names of their own.
    series = paper.pivot_table(index="deviation_std", columns="series", values="value")
    theirs = {name: series[label] for name, label in PAPER_SERIES.items()}
    hypervolume = 100 * series[MANY_SERIES]
    theirs["hypervolume_percent"] = hypervolume / series.loc[0.0, MANY_SERIES]
    theirs["of_5000_measured_percent"] = hypervolume / series.loc[0.0, str(FEWER)]
    curves[PAPER] = pd.DataFrame(theirs)
    return curves


def factors(means, published):
    """Return how many times the true pairing's loss the published pairing loses, ours and the published code's own.

    Parameters
    ----------
    means : DataFrame
        From ``mean_of_combinations``.
    published : DataFrame
        ``data/paper/published_simulation.csv``.

    Returns
    -------
    DataFrame
        ``source`` (``ours``; ``code``, on pixel3), ``architectures``, ``deviation_std`` and a column of each loss.
    """
    theirs = published.set_index(["pairing", "architectures", "deviation_std"])
    rows = []
    for source, table, counts in (("ours", means, (FEW, MANY)), ("code", theirs, (MANY,))):
        for count in counts:
            lost = {pairing: table.loc[(pairing, count), LOST] for pairing in PAIRINGS}
            ratio = (lost[REFERENCE] / lost[TRUE]).loc[SHOWN]
            rows.append(ratio.reset_index().assign(source=source, architectures=count))
    return pd.concat(rows, ignore_index=True)[["source", "architectures", "deviation_std", *LOST]]


def hypervolumes(files, simulation, run_seed):
    """Return hypervolumes of all architectures and of fewer, measured and predicted, by device and pairing.

    Parameters
    ----------
    files : iterable of (architectures, targets, accuracy)
        Of each combination.
    simulation : DataFrame
        Rows of ``hwpred.selection.summary.summarise``.
    run_seed : int

    Returns
    -------
    DataFrame
        ``device``, ``pairing``; ``kendall_tau`` of accuracy and latency; ``hypervolume_fewer_measured``, of 5,000
        architectures; ``moved_reference``, what the reference point of all architectures adds to it;
        ``hypervolume_all_<std>``, of all architectures at that standard deviation.
    """
    rows = []
    for combination in files:
        facts = read_metadata(combination[1])
        selectable = read_selectable(*combination)
        cells = simulation[simulation["combination"] == facts["combination"]]
        names = generator_names(run_seed, facts["combination"])
        draws = [draw_architectures(MANY, FEWER, trial, names) for trial in range(cells["trials"].max())]
        for pairing in PAIRINGS:
            accuracy, metric = paired(*selectable, pairing)
            own = cells[cells["pairing"] == pairing].set_index(["architectures", "deviation_std"])["hypervolume"]
            row = {"device": facts["device"], "pairing": pairing, "kendall_tau": kendall_tau(accuracy, metric)}
            row |= {"hypervolume_fewer_measured": own[FEWER, 0.0]}
            row |= {"moved_reference": moved_reference(accuracy, metric, draws)}
            rows.append(row | {f"hypervolume_all_{std:g}": own[MANY, std] for std in (0.0, 0.1, 0.2, 0.5)})
    return pd.DataFrame(rows)


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


@style.sheet()
def plot(curves, means, trials):
    """Draw the curves, a panel a column.

    Parameters
    ----------
    curves : dict
        From ``curves_of``.
    means : DataFrame
        From ``mean_of_combinations``.
    trials : int
        Of the simulation.

    Returns
    -------
    Figure
    """
    tau = means.loc[TRUE, MANY]["kendall_tau"]
    figure = style.new_figure(
        6.4,
        "What does the published code's pairing do to the paper's conclusions?",
        f"Selection from all {MANY:,} architectures of nasbench201 by accuracy and a wrong latency, {trials:,} trials, "
        "mean of pixel3 and raspi4. The published code sorts the latencies before it pairs them with accuracies. "
        + _at_small_std(curves),
        "Verified: the selected are measured and the dominated dropped. "
        f"Std {', '.join(f'{std:g}' for std in SHOWN)}: Kendall's tau {', '.join(f'{tau[std]:.2f}' for std in SHOWN)}. "
        f"Last panel: {MANY:,} and {FEWER:,} have a reference point each; docs/pairing.md says what a common one does.",
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
    style.legend_below(figure, [Line2D([], [], **look) for look in LOOKS.values()], columns=3)
    return figure


def _at_small_std(curves):
    lost = {pairing: curves[pairing].loc[0.2, "mra_all"] for pairing in PAIRINGS}
    return f"At std 0.2 the selected then lose {lost[REFERENCE]:.1f} points of accuracy instead of {lost[TRUE]:.1f}."
