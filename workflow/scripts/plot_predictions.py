"""Plot the predictions of one combination after one training size, a panel a predictor.

Predicted against true values, and the distribution of the deviations. Reads the test
predictions of the first seeds, the evaluation for its correlations and the targets for the size
of a standard deviation.
"""

from hwpred.figures.predictions import plot_deviations, plot_scatter, unit_text
from hwpred.figures.reading import read_blocks
from hwpred.figures.style import save
from hwpred.joblog import start_job_log
from hwpred.tables import read_metadata, read_table


def plot(prediction_files, evaluation_file, targets_file, combination, train_size, scatter_files, deviations_files):
    """Draw both figures."""
    told = {"combination": combination}
    predictions, left_out = read_blocks(prediction_files, "predictions")
    scale = unit_text(read_table(targets_file, "targets", told)["value"], read_metadata(targets_file)["unit"])
    evaluation = read_table(evaluation_file, "evaluation", told)
    save(plot_scatter(predictions, evaluation, combination, train_size, scale, left_out), scatter_files)
    save(plot_deviations(predictions, evaluation, combination, train_size, scale, left_out), deviations_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(
        list(job.input.predictions),
        job.input.evaluation,
        job.input.targets,
        job.wildcards.combination,
        job.params.train_size,
        [job.output.scatter, *job.output.scatter_also],
        [job.output.deviations, *job.output.deviations_also],
    )
