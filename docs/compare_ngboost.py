"""Our NGBoost beside the library's: Kendall's tau and CPU seconds of a fit on the same splits.

Needs ``pip install ngboost`` beside hwpred, in an environment of its own (it asks for older versions of
scikit-learn and pandas than the workflow installs). Run:
python docs/compare_ngboost.py results/table3 nasbench201-cifar10-pixel3-latency
"""

import sys
from time import process_time

import numpy as np
from ngboost import NGBRegressor
from sklearn.tree import DecisionTreeRegressor

from hwpred.metrics import kendall_tau
from hwpred.predictors.base import Problem
from hwpred.predictors.ngb import NGBoost
from hwpred.spaces import get_space
from hwpred.tables import read_metadata, read_table
from hwpred.training.splits import Split

SIZES, SEEDS, TEST_SIZE = (55, 276, 1366), range(5), 500


def library(problem, x):
    """Fit the library's NGBoost with the protocol's hyperparameters and predict ``x``."""
    tree = DecisionTreeRegressor(criterion="friedman_mse", max_depth=6, max_features=0.792)
    settings = {"n_estimators": 505, "learning_rate": 0.0813, "minibatch_frac": 0.5, "verbose": False}
    model = NGBRegressor(Base=tree, random_state=int(problem.rng.integers(2**31)), **settings)
    return model.fit(problem.x.astype(float), problem.y).predict(x.astype(float))


def compare(run, combination):
    """Print one line a training size."""
    targets = f"{run}/data/targets/{combination}.parquet"
    space = get_space(read_metadata(targets)["space"])
    architectures = read_table(f"{run}/data/{space.key}/architectures.parquet", "architectures")
    targets = read_table(targets, "targets")
    operations = architectures[[f"p{i}" for i in range(space.positions)]].to_numpy()[targets["architecture"]]
    x, y = space.adjacency_one_hot(operations), targets["target"].to_numpy()
    splits = [Split(len(y), TEST_SIZE, 0, combination, seed) for seed in SEEDS]
    for size in SIZES:
        problems = [Problem(x[s.train(size)], y[s.train(size)], np.random.default_rng(1)) for s in splits]
        start = process_time()
        ours = NGBoost.predict_many(NGBoost.fit_many(problems), [x[split.test] for split in splits])
        ours_seconds, start = process_time() - start, process_time()
        theirs = [library(problem, x[split.test]) for problem, split in zip(problems, splits, strict=True)]
        theirs_seconds = process_time() - start
        for name, predictions, seconds in (("ours", ours, ours_seconds), ("library", theirs, theirs_seconds)):
            taus = [kendall_tau(y[split.test], p) for split, p in zip(splits, predictions, strict=True)]
            print(
                f"{size:5} {name:8} tau {np.mean(taus):.3f} +- {np.std(taus):.3f}, {seconds / len(SEEDS):.2f} s a fit"
            )


if __name__ == "__main__":
    compare(*sys.argv[1:])
