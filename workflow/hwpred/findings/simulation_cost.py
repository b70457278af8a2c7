"""CPU seconds of one simulated trial with all deviations, by number of architectures, beside the published code's."""

import time

import numpy as np
import pandas as pd

from hwpred.selection.reading import read_selectable
from hwpred.selection.simulation import generator_names, paired, simulate
from hwpred.tables import read_metadata

TRIALS = 1000
PUBLISHED = {100: 0.006, 500: 0.008, 1000: 0.011, 2000: 0.018, 5000: 0.029, 15625: 0.075}
"""Of the published code with pymoo 0.6.2, by number of architectures."""
PINNED = {15625: 14.6}
"""With pymoo 0.4.2.1, the version that it pins."""


def tabulate(architectures, targets, accuracy, run_seed):
    """Time the simulation and return the table ``simulation_cost``.

    Parameters
    ----------
    architectures, targets, accuracy : sequence of path
        Of one combination.
    run_seed : int

    Returns
    -------
    dict of DataFrame
    """
    pairs = paired(*read_selectable(architectures[0], targets[0], accuracy[0]), "true")
    names = generator_names(run_seed, read_metadata(targets[0])["combination"])
    table = pd.DataFrame({"architectures": list(PUBLISHED)})
    table["cpu_seconds"] = [seconds_of_a_trial(*pairs, count, names) for count in PUBLISHED]
    for name, seconds in (("published", PUBLISHED), ("pinned", PINNED)):
        table[f"{name}_cpu_seconds"] = table["architectures"].map(seconds)
        table[f"times_cheaper_than_{name}"] = table[f"{name}_cpu_seconds"] / table["cpu_seconds"]
    return {"simulation_cost.csv": table}


def seconds_of_a_trial(accuracy, metric, architectures, names):
    """Return the CPU seconds of one trial.

    Parameters
    ----------
    accuracy, metric : float arrays of shape (n,)
    architectures : int
        Of a trial.
    names : tuple
        Of the random generators.

    Returns
    -------
    float
    """
    started = time.process_time()
    simulate(accuracy, metric, architectures=architectures, stds=np.arange(11) / 10, trials=TRIALS, names=names)
    return (time.process_time() - started) / TRIALS
