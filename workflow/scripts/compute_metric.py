"""Compute a metric of the executed graph for every architecture of a space.

Reads the architectures of the space. Writes the table that source ``measured`` reads, and its description as JSON.
"""

from hwpred.job import start_job
from hwpred.measurement.graph_metrics import compute_metric
from hwpred.measurement.output import write_measured
from hwpred.spaces.reading import read_architectures

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
operations = read_architectures(job.input.architectures, job.params.combination["space"]).operations
computed, facts = compute_metric(operations, job.params.combination)
write_measured(computed, {"command": job.params.command, **facts}, job.params.licence, *job.output)
