"""Plot Kendall's tau against the deviations' standard deviation, a point a fit, and their correlation.

Reads the fits of all combinations.
"""

from hwpred.figures.deviation_std import plot_tau_against_deviation
from hwpred.figures.reading import read_blocks
from hwpred.figures.style import save
from hwpred.joblog import start_job_log


def plot(fit_files, figure_files):
    """Draw the figure."""
    fits, left_out = read_blocks(fit_files, "fits")
    save(plot_tau_against_deviation(fits, left_out), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(list(job.input), list(job.output))
