"""Gradient boosted trees by XGBoost."""

from typing import ClassVar

import numpy as np

from hwpred.predictors.base import Predictor, library_seed
from hwpred.predictors.constraints import COUNT, NOT_NEGATIVE, POSITIVE, Number


class XGBoost(Predictor):
    """Trees grown on the gradient of the squared error; one thread, so that numbers do not depend on cores.

    Parameters
    ----------
    rounds : int
        Trees.
    max_depth : int
        Of a tree; 0 for no limit.
    learning_rate : float
    min_child_weight : float
        Least number of samples in a leaf.
    """

    constraints: ClassVar = {
        "rounds": COUNT,
        "max_depth": Number(least=0, whole=True),
        "learning_rate": POSITIVE,
        "min_child_weight": NOT_NEGATIVE,
    }

    def __init__(self, rounds=500, max_depth=6, learning_rate=0.3, min_child_weight=1.0):
        self.rounds = rounds
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_child_weight = min_child_weight

    @classmethod
    def fit_many(cls, problems):
        """Fit one after another. To load the library is no part of a fit's time."""
        import xgboost  # noqa: F401

        return super().fit_many(problems)

    def _fit(self, x, y, rng):
        import xgboost  # takes seconds, which whoever asks for the hyperparameters alone shall not spend

        settings = {
            "objective": "reg:squarederror",
            "max_depth": self.max_depth,
            "learning_rate": self.learning_rate,
            "min_child_weight": self.min_child_weight,
            "nthread": 1,
            "seed": library_seed(rng),
            "verbosity": 0,
        }
        data = xgboost.DMatrix(x.astype(np.float32), label=y, nthread=1)
        self.model_ = xgboost.train(settings, data, num_boost_round=self.rounds)

    def predict(self, x):
        """Return predictions of shape (n,)."""
        import xgboost

        return self.model_.predict(xgboost.DMatrix(x.astype(np.float32), nthread=1)).astype(np.float64)
