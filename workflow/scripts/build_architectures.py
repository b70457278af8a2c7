"""Write the architectures of a space in index order: enumerated, or the published sample.

Reads the receipts of the sample's files, if the space has one, or the file that declares the space, or counts the
operators of the networks that are files of a folder.
"""

import sys

from hwpred.job import start_job
from hwpred.sources.listing import build_architectures

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
told = (job.output.architectures, job.params.declaration)
for reason in build_architectures(job.wildcards.space, list(job.input.get("receipts", [])), *told):
    print(f"left out: {reason}", file=sys.stderr)  # the log has it, too, and is not read while all goes well
