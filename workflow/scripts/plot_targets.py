"""Plot how the metrics are distributed.

Reads the target tables of all combinations.
"""

from hwpred.figures.style import save
from hwpred.figures.targets import plot_targets
from hwpred.joblog import start_job_log
from hwpred.tables import of_combination, read_metadata, read_table


def plot(target_files, figure_files):
    """Draw the figure."""
    metadata = {entry["combination"]: entry for entry in map(read_metadata, target_files)}
    tables = [read_table(path, "targets", of_combination(path)) for path in target_files]
    save(plot_targets(dict(zip(metadata, tables, strict=True)), metadata), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(list(job.input), list(job.output))
