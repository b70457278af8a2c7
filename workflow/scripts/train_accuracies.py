"""Train one chunk of the distinct networks of NAS-Bench-201 on digits.

Reads the architectures of the space. Writes one row an architecture (the first of its class) and seed; the metadata say
when, and on what, they were trained.
"""

import logging
from datetime import UTC, datetime
from importlib.metadata import version

import pandas as pd
import torch
from tqdm import tqdm

from hwpred.joblog import start_job_log
from hwpred.measurement.class_plan import class_chunk
from hwpred.measurement.digits import train_accuracies
from hwpred.measurement.machine import describe_machine
from hwpred.spaces.nasbench201 import isomorphism_classes
from hwpred.spaces.reading import read_architectures
from hwpred.tables import say_what_made_them, write_table


def train(architectures_file, chunk, chunk_size, output):
    """Train the chunk with that name and write its accuracies."""
    operations = read_architectures(architectures_file, "nasbench201").operations
    representatives = pd.Series(isomorphism_classes(operations)).drop_duplicates().index.to_numpy()
    chosen, seeds = class_chunk(chunk, chunk_size)
    rows = []
    for number, architecture in enumerate(tqdm(representatives[chosen], desc=chunk)):
        accuracies = train_accuracies(operations[[architecture]], seeds)[0]
        rows += [(architecture, seed, accuracy) for seed, accuracy in zip(seeds, accuracies, strict=True)]
        if number % 20 == 0:
            logging.getLogger(__name__).info("%d of %d networks trained", number, len(chosen))
    facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {**describe_machine("torch"), "scikit-learn": version("scikit-learn")},
    }
    write_table(pd.DataFrame(rows, columns=["architecture", "seed", "accuracy"]), output, "trainings", facts)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    torch.set_num_threads(job.threads)
    train(job.input.architectures, job.params.chunk, job.params.chunk_size, job.output.trainings)
