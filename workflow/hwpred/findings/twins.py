"""Do predictors remember? Test cells that are the network of a training cell, beside those that are not.

The 15,625 cells of NAS-Bench-201 are 5,044 different networks, so that many a test cell has a twin among the training
cells: an isomorphic cell, which computes the same. A predictor that remembered would rank those better.
"""

import numpy as np
import pandas as pd

from hwpred.figures.reading import read_blocks
from hwpred.metrics import kendall_tau
from hwpred.predictors.registry import REGISTRY
from hwpred.spaces.nasbench201 import isomorphism_classes
from hwpred.spaces.reading import read_architectures
from hwpred.tables import read_metadata, read_table
from hwpred.training.splits import Split

FEWEST = 50
"""Test cells of either kind without which no tau is told."""
KEY = ["combination", "predictor", "train_size"]


def tabulate(predictions, architectures, targets, run_seed, test_size):
    """Return the table ``twins``: means over seeds of tau of test cells with and without a twin.

    Parameters
    ----------
    predictions : sequence of path
        Of test sets, of runs whose design is random.
    architectures : sequence of path
        The one table of the space.
    targets : sequence of path
        Of the same combinations.
    run_seed, test_size : int
        Of the runs.

    Returns
    -------
    dict of DataFrame
        ``KEY``; ``with_twin_percent``, of the test cells; ``tau_with_twin``, ``tau_without``; ``seeds``.
    """
    table, _ = read_blocks(predictions, "predictions")
    table = table[table["predictor"].map(lambda key: REGISTRY[key].trained)]
    classes = isomorphism_classes(read_architectures(architectures[0], "nasbench201").operations)
    rows_of = {read_metadata(file)["combination"]: read_table(file, "targets")["architecture"] for file in targets}
    rows = []
    for (combination, seed), of_seed in table.groupby(["combination", "seed"], sort=False):
        architecture = rows_of[combination].to_numpy()
        split = Split(len(architecture), test_size, run_seed, combination, seed)
        for (predictor, size), fit in of_seed.groupby(["predictor", "train_size"], sort=False):
            trained = classes[architecture[split.train(size)]]
            twin = np.isin(classes[fit["architecture"]], trained)
            if FEWEST <= twin.sum() <= len(twin) - FEWEST:
                taus = [kendall_tau(*fit.loc[part, ["target", "prediction"]].to_numpy().T) for part in (twin, ~twin)]
                rows.append((combination, predictor, size, seed, 100 * twin.mean(), *taus))
    columns = [*KEY, "seed", "with_twin_percent", "tau_with_twin", "tau_without"]
    means = pd.DataFrame(rows, columns=columns).groupby(KEY, sort=False)
    found = means[["with_twin_percent", "tau_with_twin", "tau_without"]].mean().assign(seeds=means["seed"].nunique())
    return {"twins.csv": found.reset_index()}
