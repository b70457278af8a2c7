"""Which architectures a wrong metric selects, in the first trial of one combination's simulation."""

from hwpred.figures.fronts import plot_fronts
from hwpred.selection.reading import read_selectable, whole_of
from hwpred.selection.simulation import example, generator_names, paired
from hwpred.tables import of_combination, read_metadata, read_table


def draw(architectures, targets, accuracy, selection, run_seed):
    """Return the figure: trial 0 with the most architectures, drawn again as the selection table says."""
    files, (selection,) = (*architectures, *targets, *accuracy), selection
    metadata = read_metadata(selection)
    simulated = read_table(selection, "selection", of_combination(files[1]))
    accuracy, metric = paired(*read_selectable(*files), metadata["pairing"])
    trial = example(
        accuracy,
        metric,
        architectures=int(simulated["architectures"].max()),
        stds=simulated["deviation_std"].unique(),
        names=generator_names(run_seed, metadata["combination"]),
        whole=whole_of(metadata["accuracy_unit"]),
    )
    return {"selection_fronts": plot_fronts(trial, metadata)}
