"""Say which architectures of a space to measure first, at some numbers of measurements: JSON.

Reads the table of the space's architectures, which says what a space of a person's own is.
"""

import json
from pathlib import Path

from hwpred.answer.plans import plans_of
from hwpred.joblog import start_job_log
from hwpred.spaces.reading import read_architectures
from hwpred.tables import whole_file


def plan_measurements(architectures, space, sizes, plans_file):
    """Write the plans."""
    space = read_architectures(architectures, space).space
    with whole_file(plans_file) as unfinished:
        Path(unfinished).write_text(json.dumps(plans_of(space, sizes), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    plan_measurements(job.input.architectures, job.wildcards.space, job.params.sizes, job.output[0])
