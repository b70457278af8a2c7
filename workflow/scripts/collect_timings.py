"""Collect the timings of a combination: drift corrected, passes compared, provenance beside the values.

Reads the chunks. Writes the table that source ``measured`` reads and its description as JSON.
"""

import logging

from hwpred.joblog import start_job_log
from hwpred.measurement.collect import collect, read_chunks
from hwpred.measurement.output import different_machines, write_measured
from hwpred.networks import get_networks
from hwpred.tables import read_metadata, say_what_made_them

KEYS = ("runtime", "device_command", "networks", "factory", "dimensions")
"""What a combination says of how its networks run."""


def collect_timings(files, combination, plan, settings, command, licence, table_file, facts_file):
    """Write table and facts."""
    measured, facts = collect(read_chunks(files))
    if facts["failed"]:
        logging.getLogger(__name__).warning("%d architectures could not be measured and are left out", facts["failed"])
    machines = different_machines(read_metadata(file)["machine"] for file in files)
    facts = {
        "unit": "ms",
        "direction": "smaller",
        "command": command,
        **facts,
        "batch_size": 1,
        **input_of(combination),
        "device": [{**machine, "threads": settings["threads"]} for machine in machines],
        "protocol": {**{key: combination[key] for key in KEYS if key in combination}} | {**settings["effort"], **plan},
    }
    write_measured(measured, facts, licence, table_file, facts_file)


def input_of(combination):
    """Return the key ``input`` where hwpred builds the networks itself; others bring inputs of their own."""
    if "networks" in combination or "factory" in combination:
        return {}
    task = get_networks(combination["space"]).TASKS[combination["task"]]
    return {"input": {"side_pixels": task.size, "images": getattr(task, "images", 1)}}


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    collect_timings(
        list(job.input.timings),
        job.params.combination,
        job.params.plan,
        job.params.settings,
        job.params.command,
        job.params.licence,
        job.output.measured,
        job.output.facts,
    )
