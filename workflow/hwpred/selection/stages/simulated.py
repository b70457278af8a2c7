"""Select architectures by metrics that deviate from the true ones (Laube, Mutschler and Zell 2022, section 5)."""

import logging

import pandas as pd

from hwpred.selection.reading import accuracy_facts, possible_counts, read_selectable, whole_of
from hwpred.selection.simulation import generator_names, paired, simulate
from hwpred.tables import read_metadata

logger = logging.getLogger(__name__)

KIND = "selection"


def select(architectures, targets, accuracy, simulated, run_seed):
    """Simulate the selection from several numbers of architectures.

    Parameters
    ----------
    architectures, targets, accuracy : path
    simulated : dict
        ``architectures``, numbers to select from; ``deviation_std``, ``trials`` and ``pairing`` of the configuration.
    run_seed : int

    Returns
    -------
    DataFrame, dict
        One row a trial, number of architectures and deviation.
    """
    combination = read_metadata(targets)["combination"]
    # YAML reads true as a boolean, the command line as text.
    pairing = str(simulated["pairing"]).lower()
    worth, metric = paired(*read_selectable(architectures, targets, accuracy), pairing)
    told = accuracy_facts(accuracy)
    options = {
        "stds": simulated["deviation_std"],
        "trials": simulated["trials"],
        "names": generator_names(run_seed, combination),
        "whole": whole_of(told["accuracy_unit"]),
    }
    parts = []
    for count in possible_counts(simulated["architectures"], len(metric), combination):
        parts.append(simulate(worth, metric, architectures=count, **options))
        logger.info("%d trials of %d architectures done", simulated["trials"], count)
    return pd.concat(parts), {"pairing": pairing, "trials": simulated["trials"], **told}
