"""Summarise all fits of one combination over their seeds.

Reads the fits of every predictor and block of seeds, and the targets. Writes the tidy table of mean, spread and
quantiles; its metadata are the combination's, with the reason for every predictor that was left out, and the largest
tau that the ties of the metric allow.
"""

import math

import pandas as pd

from hwpred.evaluation import evaluate
from hwpred.joblog import start_job_log
from hwpred.metrics import tau_cap
from hwpred.tables import of_combination, of_predictor, read_metadata, read_table, say_what_made_them, write_table


def evaluate_combination(fit_files, targets_file, evaluation_file):
    """Read the fits, evaluate them, write the table."""
    fits = pd.concat([read_table(file, "fits", of_predictor(file)) for file in fit_files], ignore_index=True)
    told = [read_metadata(file) for file in fit_files]
    skipped = {entry["predictor"]: entry["skipped"] for entry in told if entry["skipped"]}
    metadata = read_metadata(targets_file, "targets", of_combination(targets_file))
    cap = tau_cap(read_table(targets_file, "targets", of_combination(targets_file))["value"])
    facts = {"skipped_predictors": skipped, "tau_cap": None if math.isnan(cap) else cap}
    write_table(evaluate(fits), evaluation_file, "evaluation", {**metadata, **facts})


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    evaluate_combination(job.input.fits, job.input.targets, job.output.evaluation)
