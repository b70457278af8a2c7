"""Draw the figures and write the tables of one family (``hwpred.drawing.registry``)."""

from hwpred.drawing.making import draw
from hwpred.job import start_job

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
inputs = {name: list(files) for name, files in job.input.items()}
outputs = {name: list(files) for name, files in job.output.items()}
draw(job.params.family, inputs, job.params.settings, outputs, job.params.words)
