"""Collect the accuracies on digits: the mean over seeds for every architecture, with provenance.

Reads the architectures of the space and all trainings. Writes the table that source ``measured`` reads, and its
description as JSON.
"""

from hwpred.job import start_job
from hwpred.measurement.class_accuracies import collect_accuracies
from hwpred.measurement.output import write_measured
from hwpred.spaces.reading import read_architectures

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
operations = read_architectures(job.input.architectures, "nasbench201").operations
accuracies, facts = collect_accuracies(operations, job.input.trainings)
write_measured(accuracies, {"command": job.params.command, **facts}, job.params.licence, *job.output)
