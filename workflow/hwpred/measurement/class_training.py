"""Train the distinct networks of NAS-Bench-201 on digits, chunk by chunk."""

import logging
from datetime import UTC, datetime
from importlib.metadata import version

import pandas as pd
from tqdm import tqdm

from hwpred.measurement.class_plan import class_chunk
from hwpred.measurement.digits import train_accuracies
from hwpred.measurement.machine import describe_machine
from hwpred.spaces.nasbench201 import isomorphism_classes

logger = logging.getLogger(__name__)


def train_chunk(operations, chunk, chunk_size):
    """Train one chunk of networks, the first architecture of each class.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)
        All cells of NAS-Bench-201.
    chunk : str
        Name of the chunk (``hwpred.measurement.class_plan``).
    chunk_size : int

    Returns
    -------
    DataFrame, dict
        One row an architecture and seed, with the accuracy in %; when, and on what, they were trained.
    """
    representatives = pd.Series(isomorphism_classes(operations)).drop_duplicates().index.to_numpy()
    chosen, seeds = class_chunk(chunk, chunk_size)
    rows = []
    for number, architecture in enumerate(tqdm(representatives[chosen], desc=chunk)):
        accuracies = train_accuracies(operations[[architecture]], seeds)[0]
        rows += [(architecture, seed, accuracy) for seed, accuracy in zip(seeds, accuracies, strict=True)]
        if number % 20 == 0:
            logger.info("%d of %d networks trained", number, len(chosen))
    facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {**describe_machine("torch"), "scikit-learn": version("scikit-learn")},
    }
    return pd.DataFrame(rows, columns=["architecture", "seed", "accuracy"]), facts
