"""Fits of every predictor on made-up cells, in the arrangement that the command line asks for.

``python arrangements.py OUTPUT SEEDS [SEEDS ...]`` writes the table of fits; each SEEDS, such as "0,1", is one block.
"""

import sys

import numpy as np
import pandas as pd

from hwpred.predictors.registry import REGISTRY
from hwpred.spaces import get_space
from hwpred.tables import write_table
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid

PREDICTORS = [key for key, entry in REGISTRY.items() if entry.trained]
CELLS = 70


def cells():
    """Return 70 cells with an almost additive metric, which two other devices measured about the same."""
    space, rng = get_space("nasbench201"), np.random.default_rng(0)
    operations = space.enumerate()[rng.permutation(space.architectures)[:CELLS]]
    x = space.adjacency_one_hot(operations)
    value = np.exp(0.3 * (x @ rng.normal(size=x.shape[1]) + 0.1 * rng.normal(size=CELLS)))
    target = (value - value.mean()) / value.std()
    others = target[:, None] + rng.normal(size=(CELLS, 2))
    return Data("c", space.key, "smaller", np.arange(CELLS), operations, value, others)


def fits(blocks):
    """Return the fits of all predictors, one call a block of seeds."""
    told = {"run_seed": 1, "train_sizes": [9], "test_size": 40, "hpo_configurations": 1, "hpo_samples": 9}
    told |= {"prediction_seeds": 0, "default_seeds": 0, "design": "random", "hyperparameters": {}, "space_seeds": []}
    data = cells()
    tables = [fit_grid(key, data, Settings(seeds=seeds, **told))[0] for key in PREDICTORS for seeds in blocks]
    return pd.concat(tables).sort_values(["predictor", "train_size", "seed"], ignore_index=True)


if __name__ == "__main__":
    output, *blocks = sys.argv[1:]
    write_table(fits([[int(seed) for seed in block.split(",")] for block in blocks]), output, "fits")
