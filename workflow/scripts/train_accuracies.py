"""Train one chunk of the distinct networks of NAS-Bench-201 on digits.

Reads the architectures of the space. Writes one row an architecture (the first of its class) and seed.
"""

import torch

from hwpred.job import start_job
from hwpred.measurement.class_training import train_chunk
from hwpred.spaces.reading import read_architectures
from hwpred.tables import of_name, write_table

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
torch.set_num_threads(job.threads)
operations = read_architectures(job.input.architectures, "nasbench201").operations
rows, facts = train_chunk(operations, job.params.chunk, job.params.chunk_size)
write_table(rows, job.output.trainings, "trainings", {**facts, **of_name(job.output.trainings)})
