"""Define what was measured, for the key ``catalogues`` of a study."""

from pathlib import Path

import yaml

from hwpred.joblog import start_job_log
from hwpred.tables import whole_file

KEYS = ("space", "task", "device", "metric")


def write_catalogue(combinations, output):
    """Write the definitions of combinations whose tables lie beside the output."""
    folder = str(Path(output).parent)
    entries = [{**{key: entry[key] for key in KEYS}, "source": "measured", "folder": folder} for entry in combinations]
    with whole_file(output) as unfinished:
        unfinished.write_text(yaml.safe_dump({"combinations": entries}, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    write_catalogue(job.params.combinations, job.output[0])
