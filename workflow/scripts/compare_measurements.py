"""Compare fresh timings of some architectures with measured values: is this machine like that one?

Reads a chunk of timings and the measured table of each combination. Writes one row a combination.
"""

import pandas as pd

from hwpred.job import start_job
from hwpred.measurement.comparison import compare
from hwpred.writing import write_csv

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
compared = zip(job.params.names, ([file] for file in job.input.timings), job.input.measured, strict=True)
write_csv(pd.DataFrame([compare(*files) for files in compared]), job.output.table)
