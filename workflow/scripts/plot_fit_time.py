"""Plot what fits, searches and predictions cost in CPU time, against training size.

Reads the evaluation tables of all combinations.
"""

from hwpred.figures.reading import left_out_of, read_evaluations
from hwpred.figures.style import save
from hwpred.figures.times import plot_fit_time
from hwpred.joblog import start_job_log


def plot(evaluation_files, figure_files):
    """Draw the figure."""
    evaluations, metadata = read_evaluations(evaluation_files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    save(plot_fit_time(evaluations, spaces, left_out_of(metadata)), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(list(job.input), list(job.output))
