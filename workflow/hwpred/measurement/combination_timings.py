"""The latencies of one combination, from the timings of all its chunks."""

import logging

from hwpred.measurement.collect import collect, read_chunks
from hwpred.measurement.output import different_machines
from hwpred.networks import get_networks
from hwpred.tables import read_metadata

logger = logging.getLogger(__name__)

KEYS = ("runtime", "device_command", "networks", "factory", "dimensions")
"""What a combination says of how its networks run."""


def collect_timings(files, combination, plan, settings):
    """Return one latency an architecture, and what must be known about it.

    Parameters
    ----------
    files : sequence of path
        All chunks of ``timings``.
    combination, plan, settings : dict
        As the configuration has them.

    Returns
    -------
    DataFrame, dict
        As ``hwpred.measurement.output.write_measured`` takes them; the values in ms.
    """
    measured, facts = collect(read_chunks(files))
    if facts["failed"]:
        logger.warning("%d architectures could not be measured and are left out", facts["failed"])
    machines = different_machines(read_metadata(file)["machine"] for file in files)
    told = {
        "unit": "ms",
        "direction": "smaller",
        **facts,
        "batch_size": 1,
        **_input_of(combination),
        "device": [{**machine, "threads": settings["threads"]} for machine in machines],
        "protocol": {**{key: combination[key] for key in KEYS if key in combination}} | {**settings["effort"], **plan},
    }
    return measured, told


def _input_of(combination):
    """Return the key ``input`` where hwpred builds the networks itself; others bring inputs of their own."""
    if "networks" in combination or "factory" in combination:
        return {}
    task = get_networks(combination["space"]).TASKS[combination["task"]]
    return {"input": {"side_pixels": task.size, "images": getattr(task, "images", 1)}}
