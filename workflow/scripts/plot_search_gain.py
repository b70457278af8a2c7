"""Plot and tabulate what hyperparameter searches gained, and what they cost.

Reads the evaluation tables of all combinations.
"""

from hwpred.figures.reading import averaged, capped_note, read_evaluations
from hwpred.figures.search import plot_search_gain, search_table
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log


def plot(evaluation_files, figure_files, table_file):
    """Draw the figure and write the table."""
    evaluations, metadata = read_evaluations(evaluation_files)
    spaces = {combination: entry["space"] for combination, entry in metadata.items()}
    table = search_table({combination: evaluations[combination] for combination in averaged(metadata)}, spaces)
    save(plot_search_gain(table, capped_note(metadata)), figure_files)
    write_csv(table, table_file)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plot(list(job.input), [job.output.figure, *job.output.also], job.output.table)
