"""Summarise all fits of one combination over their seeds.

Reads the fits of every predictor and block of seeds, the targets, and the architectures. Writes the tidy table of mean,
spread and quantiles; its metadata are the combination's, with the reason for every predictor that was left out, the
largest tau that the ties of the metric allow, and what repeated measurements allow, where there are any (``repeats``).
"""

import math

import pandas as pd

from hwpred.ceilings import ceiling_of_repeats
from hwpred.evaluation import evaluate
from hwpred.joblog import start_job_log
from hwpred.metrics import tau_cap
from hwpred.selection.reading import read_operations
from hwpred.tables import of_combination, of_predictor, read_metadata, read_table, say_what_made_them, write_table


def evaluate_combination(fit_files, targets_file, architectures_file, evaluation_file):
    """Read the fits, evaluate them, write the table."""
    fits = pd.concat([read_table(file, "fits", of_predictor(file)) for file in fit_files], ignore_index=True)
    told = [read_metadata(file) for file in fit_files]
    skipped = {entry["predictor"]: entry["skipped"] for entry in told if entry["skipped"]}
    metadata = read_metadata(targets_file, "targets", of_combination(targets_file))
    targets = read_table(targets_file, "targets")
    cap = tau_cap(targets["value"])
    operations = read_operations(architectures_file, targets["architecture"], metadata["space"])
    repeats = ceiling_of_repeats(metadata["space"], operations, targets["value"].to_numpy())
    facts = {"skipped_predictors": skipped, "tau_cap": None if math.isnan(cap) else cap}
    facts |= {"repeats": {"tau": repeats[0], "pairs": repeats[1]}} if repeats else {}
    write_table(evaluate(fits), evaluation_file, "evaluation", {**metadata, **facts})


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    evaluate_combination(job.input.fits, job.input.targets, job.input.architectures, job.output.evaluation)
