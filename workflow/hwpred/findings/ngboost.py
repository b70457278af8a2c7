"""Our NGBoost beside the library's: Kendall's tau and CPU seconds of a fit on the same splits.

Needs ngboost, which `make benchmark` installs in a folder of its own.
"""

from time import process_time

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor

from hwpred.metrics import kendall_tau
from hwpred.predictors.base import Problem
from hwpred.predictors.classical.ngb import NGBoost
from hwpred.training.data import read_data
from hwpred.training.splits import Split

SIZES, SEEDS, TEST_SIZE = (55, 276, 1366), range(5), 500


def tabulate(architectures, targets):
    """Time both and return the table ``compare_ngboost``.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each combination, in one order.

    Returns
    -------
    dict of DataFrame
    """
    rows = [row for pair in zip(architectures, targets, strict=True) for row in compare(read_data(*pair))]
    return {"compare_ngboost.csv": pd.DataFrame(rows)}


def compare(data):
    """Return a row a training size and implementation: mean and standard deviation of tau, CPU seconds of a fit."""
    x, y = NGBoost.encode(data), data.target
    splits = [Split(len(y), TEST_SIZE, 0, data.combination, seed) for seed in SEEDS]
    rows = []
    for size in SIZES:
        problems = [Problem(x[s.train(size)], y[s.train(size)], np.random.default_rng(1)) for s in splits]
        for name, predict in (("hwpred", _ours), ("library", _library)):
            started = process_time()
            predictions = predict(problems, [x[split.test] for split in splits])
            seconds = (process_time() - started) / len(SEEDS)
            taus = [kendall_tau(y[split.test], p) for split, p in zip(splits, predictions, strict=True)]
            row = {"combination": data.combination, "train_size": size, "implementation": name}
            row |= {"kendall_tau_mean": np.mean(taus), "kendall_tau_std": np.std(taus, ddof=1)}
            rows.append(row | {"seeds": len(SEEDS), "cpu_seconds": seconds})
    return rows


def _ours(problems, tests):
    return NGBoost.predict_many(NGBoost.fit_many(problems), tests)


def _library(problems, tests):
    """Predict by the library with the protocol's hyperparameters."""
    # Imported here: the other findings do without it.
    from ngboost import NGBRegressor

    predictions = []
    for problem, x in zip(problems, tests, strict=True):
        tree = DecisionTreeRegressor(criterion="friedman_mse", max_depth=6, max_features=0.792)
        settings = {"n_estimators": 505, "learning_rate": 0.0813, "minibatch_frac": 0.5, "verbose": False}
        model = NGBRegressor(Base=tree, random_state=int(problem.rng.integers(2**31)), **settings)
        predictions.append(model.fit(problem.x.astype(float), problem.y).predict(x.astype(float)))
    return predictions
