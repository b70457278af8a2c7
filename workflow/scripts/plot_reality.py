"""Tabulate and plot whether simulated deviations tell what real predictors cost.

Reads the comparisons of all combinations.
"""

from hwpred.figures.quality import quality_of
from hwpred.figures.reality import plot_reality
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.selection.reality import how_far_off
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(comparison_files, table_file, errors_file, figure_files):
    """Write tables and figure."""
    comparisons = read_tables(comparison_files, "comparison", of_combination)
    write_csv(comparisons, table_file)
    write_csv(how_far_off(comparisons), errors_file)
    quality = quality_of(read_metadata(file) for file in comparison_files)
    save(plot_reality(comparisons, quality), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    draw(
        list(job.input),
        job.output.table,
        job.output.errors,
        [job.output.reality, *job.output.reality_also],
    )
