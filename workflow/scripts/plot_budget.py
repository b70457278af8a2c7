"""Plot and tabulate what to spend a time budget on, for one combination.

Reads the table of offers. Writes the best split of each budget by strategy and predictor, the advice (with how many
ways cannot be told from the best), and the figure.
"""

import pandas as pd

from hwpred.answer.spending import ADVICE_COLUMNS, advise
from hwpred.figures.budget import plot_budget
from hwpred.figures.quality import quality_of
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.selection.budget import best_by_budget, budgets
from hwpred.tables import of_combination, read_metadata, read_table


def draw(offers_file, best_file, advice_file, figure_files):
    """Write tables and figure."""
    metadata = read_metadata(offers_file)
    seconds, architectures = metadata["seconds_per_measurement"], metadata["selectable"]
    quality = quality_of([metadata])
    offered = read_table(offers_file, "offers", of_combination(offers_file))
    minutes = budgets(seconds, architectures) if seconds else []
    best, leading = best_by_budget(offered, minutes), best_by_budget(offered, minutes, by=["strategy"])
    advised = pd.DataFrame(columns=ADVICE_COLUMNS)
    if seconds:
        advised = advise(offered, architectures, seconds, minutes, quality)
    for rows, file in ((best, best_file), (advised, advice_file)):
        write_csv(rows.assign(combination=metadata["combination"], seconds_per_measurement=seconds), file)
    save(plot_budget(best, leading, advised, metadata["combination"], seconds, quality), figure_files)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    draw(job.input.offers, job.output.best, job.output.advice, [job.output.budget, *job.output.budget_also])
