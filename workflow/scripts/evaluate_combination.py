"""Summarise all fits of one combination over their seeds.

Reads the fits of every predictor and block of seeds. Writes the tidy table of mean, spread and
quantiles; its metadata are the combination's, with the reason for every predictor that was left out.
"""

import pandas as pd

from hwpred.evaluation import evaluate
from hwpred.joblog import start_job_log
from hwpred.tables import read_metadata, read_table, write_table


def evaluate_combination(fit_files, targets_file, evaluation_file):
    """Read the fits, evaluate them, write the table."""
    fits = pd.concat([read_table(file, "fits") for file in fit_files], ignore_index=True)
    metadata = [read_metadata(file) for file in fit_files]
    skipped = {entry["predictor"]: entry["skipped"] for entry in metadata if entry["skipped"]}
    write_table(
        evaluate(fits), evaluation_file, "evaluation", {**read_metadata(targets_file), "skipped_predictors": skipped}
    )


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    evaluate_combination(job.input.fits, job.input.targets, job.output.evaluation)
