"""Compute one table of a combination about selecting (``hwpred.selection.stages``)."""

from hwpred.job import start_job
from hwpred.selection.stages.making import make

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
make(job.params.stage, dict(job.input.items()), job.params.settings, job.output[0])
