"""Which architectures a wrong metric selects, in the first trial of one combination's simulation."""

from dataclasses import replace

from hwpred.figures.fronts import plot_fronts
from hwpred.scale import Scale
from hwpred.selection.reading import read_selectable, whole_of
from hwpred.selection.simulation import example, generator_names, paired
from hwpred.tables import of_combination, read_metadata, read_table


def draw(architectures, targets, accuracy, selection, run_seed):
    """Draw trial 0 with the most architectures once more, as the selection table says.

    Parameters
    ----------
    architectures, targets, accuracy, selection : sequence of path
        One table each.
    run_seed : int
        Of the study, from which the deviations are drawn.

    Returns
    -------
    dict
        Name of the figure -> figure.
    """
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
    sign = 1 if metadata["direction"] == "smaller" else -1
    scale = Scale.of_targets(read_table(files[1], "targets", of_combination(files[1])), read_metadata(files[1]))
    in_unit = sign * scale.in_unit(sign * trial.metric)
    return {"selection_fronts": plot_fronts(replace(trial, metric=in_unit), metadata)}
