"""Summarise all fits of one combination over their seeds.

Reads the fits of every predictor and block of seeds, the targets, and the architectures. Writes the tidy table of mean,
spread and quantiles; its metadata are the combination's, with the reason for every predictor that was left out, the
largest tau that the ties of the metric allow, and what repeated measurements allow, where there are any (``repeats``).
"""

from hwpred.ceilings import known_ceilings
from hwpred.evaluation import evaluate
from hwpred.job import start_job
from hwpred.spaces.reading import read_architectures
from hwpred.tables import of_combination, of_predictor, read_metadata, read_table, read_tables, write_table

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
told = [read_metadata(file) for file in job.input.fits]
skipped = {"skipped_predictors": {entry["predictor"]: entry["skipped"] for entry in told if entry["skipped"]}}
metadata = read_metadata(job.input.targets, "targets", of_combination(job.input.targets))
targets = read_table(job.input.targets, "targets")
operations = read_architectures(job.input.architectures, metadata["space"]).operations[targets["architecture"]]
facts = {**metadata, **skipped, **known_ceilings(metadata["space"], operations, targets["value"].to_numpy())}
evaluation = evaluate(read_tables(job.input.fits, "fits", of_predictor))
write_table(evaluation, job.output.evaluation, "evaluation", facts)
