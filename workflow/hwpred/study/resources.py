"""What to reserve for a job: generous guesses, since a scheduler ends a job that exceeds them."""

from functools import cache
from pathlib import Path

import numpy as np

LEAST_MINUTES = 10
QUICK_MINUTES = 15
"""What is reserved at most for a training job that a cluster runs together with others, as one job."""
SECONDS_TO_PREDICT_A_SPACE = 5
"""Of one fit, all architectures of a space."""
USUAL_COLUMNS = 30
"""Columns of a one-hot encoding for which seconds a sample are known; more columns cost more."""


def training_minutes(samples, seconds_per_sample, columns, predicted_spaces):
    """Return the minutes that fits take, search included.

    Parameters
    ----------
    samples : int
        Training samples of all fits together.
    seconds_per_sample : float
    columns : int
        Of the one-hot encoding.
    predicted_spaces : int
        How often a whole space is predicted.

    Returns
    -------
    int
    """
    seconds = samples * seconds_per_sample * max(1, columns / USUAL_COLUMNS)
    return LEAST_MINUTES + int((seconds + predicted_spaces * SECONDS_TO_PREDICT_A_SPACE) / 60)


MEASURED_SIZES = (10, 100, 1_000, 10_000)
MEASURED_CANDIDATES = 20
CORE_SECONDS = {
    "minimlp": ((0.5, 0.3, 0.4, 2.6), 1.7),
    "mlp": ((1.3, 0.9, 0.9, 3.8), 3.6),
    "bananas": ((1.5, 1.4, 1.4, 6.4), 3.6),
    "gcn": ((0.3, 0.4, 1.6, 1.7), 1.2),
    "bonas": ((0.2, 0.2, 1.2, 1.6), 1.2),
    "nao": ((0.4, 0.3, 2.2, 3.0), 0.0),
    "bohamiann": ((0.15, 0.15, 0.15, 0.15), 0.0),
    "gp": ((0.02, 0.03, 0.7, 8.0), 0.0),
    "sparse_gp": ((0.3, 0.3, 0.3, 0.6), 0.0),
    "structured_gp": ((0.3, 0.8, 3.0, 20.0), 0.0),
}
"""Seconds of one core for a fit on ``MEASURED_SIZES`` samples, and for a search among ``MEASURED_CANDIDATES``.

As ``benchmarks/gpu.py`` measured them beside a GPU, which takes a thirtieth of it or less (structured_gp: a fourth).
"""
WORTH_A_GPU = 15
"""Seconds of one core from which on a job is for the GPU: to start there took up to 13 s."""


def pays_on_gpu(predictor, sizes, seeds, candidates):
    """Return whether a GPU does the fits of a job in less time than one core, its start included.

    Parameters
    ----------
    predictor : str
        One that was not measured stays on the processor.
    sizes : sequence of int
        Of training sets.
    seeds : int
        How many there are.
    candidates : int
        Of the search; 1 for no search.

    Returns
    -------
    bool
    """
    if predictor not in CORE_SECONDS:
        return False
    fits, search = CORE_SECONDS[predictor]
    seconds = np.interp(np.log(sizes), np.log(MEASURED_SIZES), fits).sum()
    if candidates > 1:
        seconds += search * len(sizes) * candidates / MEASURED_CANDIDATES
    return bool(seeds * seconds > WORTH_A_GPU)


@cache
def has_gpu():
    """Return whether this machine has an NVIDIA GPU, as its driver says: to import torch would take seconds."""
    return Path("/dev/nvidiactl").exists()
