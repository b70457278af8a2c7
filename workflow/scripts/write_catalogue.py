"""Define what was measured, for the key ``catalogues`` of a study."""

from pathlib import Path

import yaml

from hwpred.joblog import start_job_log
from hwpred.structure import has_dead_operations
from hwpred.tables import whole_file

KEYS = ("space", "task", "device", "metric")
DEAD_OPERATIONS = {"onnxruntime": "dropped", "torch": "run"}
"""What each runtime does with operations that do not reach the output."""


def write_catalogue(combinations, output):
    """Write the definitions of combinations whose tables lie beside the output."""
    folder = str(Path(output).parent)
    entries = [
        {key: entry[key] for key in KEYS} | {"source": "measured", "folder": folder} | dead_operations(entry)
        for entry in combinations
    ]
    with whole_file(output) as unfinished:
        unfinished.write_text(yaml.safe_dump({"combinations": entries}, sort_keys=False), encoding="utf-8")


def dead_operations(entry):
    """Return the key ``dead_operations`` where there are any and it is known what the device does with them."""
    # Metrics of the graph are those of what a compiler would execute.
    known = "dropped" if entry["device"] == "graph" else DEAD_OPERATIONS.get(entry.get("runtime"))
    return {"dead_operations": known} if known and has_dead_operations(entry["space"]) else {}


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    write_catalogue(job.params.combinations, job.output[0])
