"""Tabulate the simulated selection and plot what wrong metrics cost.

Reads the selection tables of all combinations, and the paper's values if they are given.
"""

import pandas as pd

from hwpred.figures.quality import quality_of
from hwpred.figures.simulation import plot_by_combination, plot_hypervolume, plot_reduction
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.selection.summary import summarise
from hwpred.tables import of_combination, read_metadata, read_table


def read_summaries(files):
    """Return the means over trials of all combinations, and what they select by, a ``Quality``."""
    parts, metadata_of_all = [], []
    for file in files:
        metadata = read_metadata(file)
        simulated = read_table(file, "selection", of_combination(file))
        parts.append(summarise(simulated, metadata["combination"], metadata["pairing"]))
        metadata_of_all.append(metadata)
    return pd.concat(parts, ignore_index=True), quality_of(metadata_of_all)


def plot(selection_files, paper_file, table_file, reduction_files, hypervolume_files, by_combination_files):
    """Write table and figures; ``paper_file`` may be None."""
    summaries, quality = read_summaries(selection_files)
    paper = pd.read_csv(paper_file) if paper_file else None
    write_csv(summaries, table_file)
    save(plot_reduction(summaries, paper, quality), reduction_files)
    save(plot_hypervolume(summaries, paper), hypervolume_files)
    save(plot_by_combination(summaries, quality), by_combination_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(
        list(job.input.selections),
        job.input.paper[0] if job.input.paper else None,
        job.output.table,
        [job.output.reduction, *job.output.reduction_also],
        [job.output.hypervolume, *job.output.hypervolume_also],
        [job.output.by_combination, *job.output.by_combination_also],
    )
