"""Make the tables and figures of one finding, with their provenance."""

from hwpred.findings.making import make
from hwpred.job import start_job

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
inputs = {name: list(files) for name, files in job.input.items()}
make(job.params.key, inputs, job.params.settings, job.params.facts)
