"""The simulated selection beside the paper's and its published code's, with that code's pairing and with the true one.

Run, after the two commands in config/pairing.yaml and the select_all of config/open.yaml:

    python docs/simulation.py docs/results results/pairing results/true_pairing results/open

Writes ``simulation.csv``, the means of all these runs, and prints how far they are from the paper's curves and from
what the published code gives on pixel3 with the accuracies of cifar100 (100 trials; data/paper/README.md).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.figures.summary_tables import write_csv

PROJECT = Path(__file__).parents[1]
PIXEL3 = "nasbench201-cifar10-pixel3-latency"
NUMBERS = ["kendall_tau", "mra_all", "mra_pareto", "hypervolume", "hypervolume_retained"]
PAPER_SERIES = {"all selected architectures": "mra_all", "pareto-set of the selected architectures": "mra_pareto"}
PAPER_TAU = {0.0: 1.0, 0.2: 0.88, 0.4: 0.78, 0.6: 0.69, 0.8: 0.62, 1.0: 0.57}
"""The paper's second axis."""


def beside_published_code(ours):
    """Return our pixel3 means minus those of the published code."""
    theirs = pd.read_csv(PROJECT / "data/paper/published_simulation.csv", dtype={"pairing": str})
    keys = ["pairing", "architectures", "deviation_std"]
    pixel3 = ours[ours["combination"] == PIXEL3].set_index(keys)[NUMBERS]
    return (pixel3 - theirs.set_index(keys)[NUMBERS]).dropna()


def beside_paper(ours):
    """Return our mean over the combinations minus the paper's curves, at all architectures."""
    paper = pd.read_csv(PROJECT / "data/paper/paper_simulation.csv")
    mean = ours[ours["architectures"] == ours["architectures"].max()].groupby("deviation_std")[NUMBERS].mean()
    curves = {
        name: paper[paper["series"] == series].set_index("deviation_std")["value"]
        for series, name in PAPER_SERIES.items()
    }
    hypervolume = paper[paper["series"] == "15625"].set_index("deviation_std")["value"]
    curves["hypervolume_retained"] = hypervolume / hypervolume.iloc[0]
    curves["kendall_tau"] = pd.Series(PAPER_TAU)
    return pd.DataFrame({name: mean[name] - curve for name, curve in curves.items()})


def at_tau(ours, wanted):
    """Return the mean reductions at a tau, all architectures, by linear interpolation between the deviations."""
    largest = ours[ours["architectures"] == ours.groupby("combination")["architectures"].transform("max")]
    mean = largest.groupby("deviation_std")[NUMBERS].mean().sort_values("kendall_tau")
    return {name: np.interp(wanted, mean["kendall_tau"], mean[name]) for name in PAPER_SERIES.values()}


def hypervolumes(ours):
    """Return mean hypervolumes on nasbench201 by number of architectures and deviation, with the mean tau above."""
    cells = ours[ours["combination"].str.startswith("nasbench201")]
    means = cells.pivot_table(index="architectures", columns="deviation_std", values="hypervolume")
    tau = cells.groupby("deviation_std")["kendall_tau"].mean()
    return pd.concat([tau.to_frame("tau").T, means])


def main(output, *runs):
    """Write the table and print the comparisons."""
    tables = {run: pd.read_csv(Path(run) / "tables/simulation.csv", dtype={"pairing": str}) for run in runs}
    write_csv(
        pd.concat([table.assign(run=Path(run).name) for run, table in tables.items()]), Path(output) / "simulation.csv"
    )
    pairing, true_pairing = (tables[run] for run in runs[:2])
    both = pd.concat([pairing, true_pairing])
    print("Ours minus the published code's, pixel3:\n", beside_published_code(both).round(3).to_string())
    print("\nOurs minus the paper's curves, pairing as in its code:\n", beside_paper(pairing).round(3).to_string())
    print("\nOurs minus the paper's curves, true pairing:\n", beside_paper(true_pairing).round(3).to_string())

    for run, table in tables.items():
        for tau in (0.9, 0.8):
            losses = {name: round(float(loss), 2) for name, loss in at_tau(table, tau).items()}
            print(f"\n{run}, {table['combination'].nunique()} combinations, at tau {tau}: {losses}")
    print("\nHypervolume, nasbench201 of", runs[2], "\n", hypervolumes(tables[runs[2]]).round(3).to_string())


if __name__ == "__main__":
    main(*sys.argv[1:])
