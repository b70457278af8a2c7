"""Ask structured_gp what it found out about one combination.

Reads architectures and targets. Writes one row a size, seed, and what is told.
"""

import numpy as np

from hwpred.explanation import explain
from hwpred.joblog import start_job_log
from hwpred.predictors.devices import use_device
from hwpred.tables import read_metadata, read_table, say_what_made_them, write_table
from hwpred.training.data import read_data

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    use_device(job.params.device)
    data = read_data(
        job.input.architectures,
        job.input.targets,
        dead_operations=job.params.dead_operations,
        combination=job.wildcards.combination,
    )
    metadata, value = read_metadata(job.input.targets), read_table(job.input.targets, "targets")["value"]
    learnt = np.log(value) if metadata.get("target") == "logarithm" else value
    table = explain(data, learnt.std(ddof=0), job.params.settings, learnt.mean())
    write_table(table, job.output[0], "explanation", metadata)
