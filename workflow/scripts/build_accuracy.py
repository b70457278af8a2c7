"""Write the accuracies of a space's architectures on one task.

Reads the space's architectures and the receipts of the source's files.
"""

from hwpred.job import start_job
from hwpred.sources.building import build_accuracy

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
build_accuracy(job.input.architectures, list(job.input.receipts), job.params.request, job.output.accuracy)
