"""Tabulate and plot what structured_gp found out about one combination.

Reads its explanation.
"""

from hwpred.figures.explanation import plot_explanation
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.tables import of_combination, read_metadata, read_table

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    metadata = read_metadata(job.input[0], "explanation", of_combination(job.input[0]))
    explanation = read_table(job.input[0], "explanation")
    told = explanation[explanation["kind"] != "coverage"]
    table = told.groupby(["kind", "part", "train_size"], sort=False)["value"].agg(["mean", "std"]).reset_index()
    write_csv(table, job.output.table)
    save(plot_explanation(explanation, metadata), [job.output.explanation, *job.output.explanation_also])
