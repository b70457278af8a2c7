"""Write the metric of one combination, raw and standardised.

Reads the space's architectures and the receipts of the source's files.
"""

from hwpred.job import start_job
from hwpred.sources.building import build_targets

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
build_targets(job.input.architectures, list(job.input.receipts), job.params.request, job.output.targets)
