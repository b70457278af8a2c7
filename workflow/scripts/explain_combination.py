"""Ask structured_gp what it found out about one combination.

Reads architectures and targets. Writes one row a size, seed, and what is told.
"""

import numpy as np

from hwpred.explanation import explain
from hwpred.job import start_job
from hwpred.predictors.devices import use_device
from hwpred.tables import read_metadata, read_table, write_table
from hwpred.training.data import read_data

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
use_device(job.params.device)
told = {"dead_operations": job.params.dead_operations, "combination": job.wildcards.combination}
data = read_data(job.input.architectures, job.input.targets, **told)
metadata, value = read_metadata(job.input.targets), read_table(job.input.targets, "targets")["value"]
learnt = np.log(value) if metadata.get("target") == "logarithm" else value
table = explain(data, learnt.std(ddof=0), job.params.settings, learnt.mean())
write_table(table, job.output[0], "explanation", metadata)
