"""Put the evaluations of all combinations into one table that a program or a person can read.

Reads the evaluation tables; writes CSV, a row a combination, predictor and training size.
"""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import all_evaluations, write_csv
from hwpred.joblog import start_job_log


def tabulate(evaluation_files, csv_file):
    """Write the table."""
    evaluations, _ = read_evaluations(evaluation_files)
    write_csv(all_evaluations(evaluations), csv_file)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    tabulate(list(job.input), job.output.csv)
