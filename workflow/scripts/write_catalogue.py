"""Define what was measured, for the key ``catalogues`` of a study."""

from pathlib import Path

import yaml

from hwpred.job import start_job
from hwpred.measurement.catalogue import definitions
from hwpred.tables import whole_file

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
entries = definitions(job.params.combinations, str(Path(job.output[0]).parent))
with whole_file(job.output[0]) as unfinished:
    unfinished.write_text(yaml.safe_dump({"combinations": entries}, sort_keys=False), encoding="utf-8")
