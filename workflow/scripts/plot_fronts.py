"""Plot which architectures a wrong metric selects, in the first trial of one combination's simulation.

Reads the selection table for what was simulated, and the architectures, targets and accuracies that it was made from.
"""

from hwpred.figures.fronts import plot_fronts
from hwpred.figures.style import save
from hwpred.joblog import start_job_log
from hwpred.selection.reading import read_selectable, whole_of
from hwpred.selection.simulation import example, generator_names, paired
from hwpred.tables import of_combination, read_metadata, read_table


def plot(files, selection_file, run_seed, figure_files):
    """Draw again trial 0 with the most architectures, and plot it."""
    told = of_combination(files[1])
    metadata, simulated = read_metadata(selection_file), read_table(selection_file, "selection", told)
    accuracy, metric = paired(*read_selectable(*files), metadata["pairing"])
    trial = example(
        accuracy,
        metric,
        architectures=int(simulated["architectures"].max()),
        stds=simulated["deviation_std"].unique(),
        names=generator_names(run_seed, metadata["combination"]),
        whole=whole_of(metadata["accuracy_unit"]),
    )
    save(plot_fronts(trial, metadata), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(
        (job.input.architectures, job.input.targets, job.input.accuracy),
        job.input.selection,
        job.params.run_seed,
        [job.output.fronts, *job.output.fronts_also],
    )
