"""Tabulate and plot what selecting by real predictions is worth, and what verifying adds.

Reads the selections by predictions of all combinations.
"""

from hwpred.figures.predicted_selection import plot_selection, plot_verification, summarise_selections
from hwpred.figures.quality import quality_of
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.tables import of_combination, read_metadata, read_tables


def draw(selection_files, table_file, selection_figures, verification_figures):
    """Write table and figures."""
    summaries = summarise_selections(read_tables(selection_files, "predicted_selection", of_combination))
    quality = quality_of(read_metadata(file) for file in selection_files)
    write_csv(summaries, table_file)
    save(plot_selection(summaries, quality), selection_figures)
    save(plot_verification(summaries, quality), verification_figures)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    draw(
        list(job.input),
        job.output.table,
        [job.output.selection, *job.output.selection_also],
        [job.output.verification, *job.output.verification_also],
    )
