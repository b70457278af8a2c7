"""Tabulate and plot how often a limit is broken by what is chosen by predictions, and what keeping it costs.

Reads the selections under limits of all combinations.
"""

from hwpred.figures.limits import plot_limits, table_of
from hwpred.figures.quality import quality_of
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(selection_files, table_file, figures):
    """Write table and figures."""
    table = table_of(read_tables(selection_files, "limited_selection", of_combination))
    write_csv(table, table_file)
    save(plot_limits(table, quality_of(read_metadata(file) for file in selection_files)), figures)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    draw(list(job.input), job.output.table, [job.output.limits, *job.output.limits_also])
