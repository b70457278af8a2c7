"""Say which architectures of a space to measure first, at some numbers of measurements: JSON.

Reads the table of the space's architectures, which says what a space of a person's own is.
"""

import json

from hwpred.answer.plans import plans_of
from hwpred.job import start_job
from hwpred.spaces.reading import read_architectures
from hwpred.tables import whole_file

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
space = read_architectures(job.input.architectures, job.wildcards.space).space
with whole_file(job.output[0]) as unfinished:
    unfinished.write_text(json.dumps(plans_of(space, job.params.sizes), indent=1) + "\n", encoding="utf-8")
