"""What structured_gp, transfer_gp and designs reach, beside the best of the eighteen and beside HELP.

Run: python docs/structured.py results docs

after the runs that docs/structured.md names. Writes into docs/results

- ``structured.csv``: tau of structured_gp by combination and training size, and of the best of the eighteen there
  (``docs/results/best_of_eighteen.csv``, by docs/best_of_eighteen.py); of cells once more without being told what the
  device does with dead operations (column ``dead_operations``, in ``transfer.csv``, too);
- ``transfer.csv``: Spearman's correlation and tau of structured_gp and transfer_gp on HELP's test devices, what the
  second gains with the same training sets, and HELP's own Spearman after ten measurements (Lee et al., NeurIPS 2021,
  Table 3);
- ``designs.csv``: tau by design of the training set.

and the figures ``structured.png`` and ``designs.png`` into docs/figures. Prints the means that docs/structured.md
states.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.figures import style
from hwpred.figures.summary_tables import write_csv
from hwpred.tables import read_metadata, read_table

DESIGNS = ("random", "maximin", "d_optimal", "active")
TAUS = ["kendall_tau_mean", "best_of_eighteen", "gain"]
HELP = {"titan_rtx_256": 0.987, "gold_6226": 0.989, "pixel2": 0.802, "raspi4": 0.890, "eyeriss": 0.940, "fpga": 0.985}
HELP_SAMPLES = 10


def read_fits(run):
    """Return the fits of a run, with ``combination``."""
    files = sorted(Path(run).glob("fits/*/*/*.parquet"))
    tables = [read_table(file, "fits").assign(combination=read_metadata(file)["combination"]) for file in files]
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def summary(fits, *measures):
    """Return mean and standard deviation over seeds of each predictor, combination and training size."""
    by = fits.groupby(["predictor", "combination", "train_size"], sort=False)
    columns = {f"{measure}_{name}": (measure, name) for measure in measures for name in ("mean", "std")}
    return by.agg(**columns, seeds=("seed", "nunique")).reset_index()


def structured_table(told, untold, best):
    """Return the rows of ``structured.csv``: of fits that know what the device does with dead operations, and not."""
    tables = [
        summary(fits[fits["predictor"] == "structured_gp"], "kendall_tau", "fit_seconds").assign(dead_operations=known)
        for known, fits in (("told", told), ("untold", untold))
    ]
    table = pd.concat(tables, ignore_index=True).merge(best, on=["combination", "train_size"], how="left")
    return table.drop(columns="fit_seconds_std").assign(gain=table["kendall_tau_mean"] - table["best_of_eighteen"])


def transfer_table(told, untold):
    """Return the rows of ``transfer.csv``: of fits that know what the device does with dead operations, and not."""
    tables = [
        summary(fits, "spearman", "kendall_tau").merge(transfer_gain(fits), how="left").assign(dead_operations=known)
        for known, fits in (("told", told), ("untold", untold))
    ]
    table = pd.concat(tables, ignore_index=True)
    device = table["combination"].str.split("-").str[2]
    return table.assign(help_spearman=device.map(HELP).where(table["train_size"] == HELP_SAMPLES))


def transfer_gain(fits):
    """Return tau of transfer_gp minus that of structured_gp with the same training sets: mean and standard error."""
    wide = fits.pivot(index=["combination", "train_size", "seed"], columns="predictor", values="kendall_tau")
    gains = (wide["transfer_gp"] - wide["structured_gp"]).groupby(["combination", "train_size"])
    return gains.agg(gain="mean", gain_error="sem").reset_index().assign(predictor="transfer_gp")


def designs_table(results):
    """Return the rows of ``designs.csv``."""
    tables = [
        summary(read_fits(Path(results, f"designs_{design}")), "kendall_tau").assign(design=design)
        for design in DESIGNS
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["design", *table.columns.drop("design")]]


def space_of(table):
    """Return the space of each row."""
    return table["combination"].str.split("-").str[0]


@style.sheet()
def plot_structured(table):
    """Draw tau of structured_gp and of the best of the eighteen, mean over combinations, a panel a space."""
    table = table.dropna(subset=["best_of_eighteen"])
    spaces = list(dict.fromkeys(space_of(table)))
    figure = style.new_figure(
        3.7,
        "How many measurements does knowing the structure save?",
        "Kendall's tau, mean over the open combinations of a space; structured GP: "
        f"{style.seeds_text(table['seeds'])}, the best of the eighteen at each size: 3 or 10 seeds, with search",
    )
    panels = style.grid_of_axes(figure, len(spaces), len(spaces))
    for axes, space in zip(panels, spaces, strict=True):
        rows = table[space_of(table) == space]
        told, untold = (rows[rows["dead_operations"] == known] for known in ("told", "untold"))
        means = told.groupby("train_size")[["kendall_tau_mean", "best_of_eighteen"]].mean()
        axes.plot(
            means.index, means["kendall_tau_mean"], label="structured GP", **style.look_of("structured_gp").line()
        )
        if len(untold):
            axes.plot(
                untold.groupby("train_size")["kendall_tau_mean"].mean(),
                color=style.look_of("structured_gp").color,
                linestyle=":",
                label="untold of dead operations",
            )
        axes.plot(means.index, means["best_of_eighteen"], color="black", label="best of the eighteen")
        axes.set(title=f"{space}, {style.combinations_text(rows['combination'].nunique())}")
        style.train_size_axis(axes, means.index)
    panels[0].set_ylabel("Kendall's tau")
    panels[-1].legend(loc="lower right")
    return figure


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
        for design, colour in zip(gains.columns, style.SPACE_COLOURS, strict=False):
            axes.plot(means["train_size"], means[design], color=colour, marker="o", markersize=3, label=design)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set(title=style.label_of(predictor), xscale="log", xlabel="training size")
    panels[0].set_ylabel("gain in Kendall's tau")
    panels[-1].legend()
    return figure


def report(structured, transfer, designs):
    """Print the means that docs/structured.md states."""
    for name, rows in structured.groupby([space_of(structured), "dead_operations"], sort=False):
        known = rows.dropna(subset=["best_of_eighteen"])
        means = known.groupby("train_size")[TAUS].mean()
        means["worst_gain"] = known.groupby("train_size")["gain"].min()
        print(f"{' '.join(name)}, {known['combination'].nunique()} combinations\n{means.round(3).to_string()}\n")
    cells = structured[structured["combination"].str.startswith("nasbench201")]
    without_lookup = cells[~cells["combination"].str.contains("eyeriss|fpga")]
    means = without_lookup.groupby(["dead_operations", "train_size"])[TAUS].mean()
    print(f"nasbench201 without eyeriss and fpga\n{means.round(3).to_string()}\n")
    print(f"HELP's test, mean Spearman (HELP: {np.mean(list(HELP.values())):.3f} at {HELP_SAMPLES})")
    columns = ["dead_operations", "predictor"]
    print(transfer.pivot_table(index="train_size", columns=columns, values="spearman_mean").round(3).to_string())
    rows = transfer[transfer["train_size"] == HELP_SAMPLES]
    print(rows.pivot_table(index="combination", columns=columns, values="spearman_mean").round(3).to_string(), "\n")
    print("transfer_gp minus structured_gp, and standard errors")
    wide = transfer.pivot_table(
        index=["dead_operations", "combination"], columns="train_size", values=["gain", "gain_error"]
    )
    print(wide.round(3).to_string(), "\n")
    print("Designs, mean tau")
    place = designs.groupby(["design", "predictor", "combination"])["train_size"].rank().astype(int)
    print(
        designs.assign(place=place)
        .pivot_table(index=["predictor", "place"], columns="design", values="kendall_tau_mean")
        .round(3)
        .to_string()
    )


def main(results, docs):
    """Write tables and figures of the runs below ``results`` into the folder ``docs``."""
    results, docs = Path(results), Path(docs)
    best = pd.read_csv(docs / "results/best_of_eighteen.csv")
    told = pd.concat([read_fits(results / run) for run in ("structured", "structured_large")])
    structured = structured_table(told, read_fits(results / "structured_untold"), best)
    transfer = transfer_table(read_fits(results / "transfer"), read_fits(results / "transfer_untold"))
    designs = designs_table(results)
    for name, table in {"structured": structured, "transfer": transfer, "designs": designs}.items():
        write_csv(table, docs / f"results/{name}.csv")
    style.save(plot_structured(structured), [docs / "figures/structured.png"])
    style.save(plot_designs(designs), [docs / "figures/designs.png"])
    report(structured, transfer, designs)


if __name__ == "__main__":
    main(*sys.argv[1:])
