"""Gradient boosted trees by LightGBM."""

from typing import ClassVar

import lightgbm
import numpy as np

from hwpred.predictors.base import Predictor, library_seed
from hwpred.predictors.constraints import COUNT, POSITIVE, SHARE, Number


class LightGBM(Predictor):
    """Trees grown leaf by leaf, on 90 % of the features and 80 % of the samples (drawn anew every 5 rounds).

    A leaf holds ``min_child_samples``, or a tenth of a training set where that is less: five in each leaf
    leave nothing to split in five samples and little in twenty.

    Parameters
    ----------
    rounds : int
        Trees.
    num_leaves : int
        Of a tree, at most.
    learning_rate : float
    min_child_samples : int
        Least number of samples in a leaf.
    feature_fraction, bagging_fraction : float
        Shares of the features and of the samples that a tree sees.
    bagging_freq : int
        Rounds after which samples are drawn anew; 0 for all samples always.
    """

    constraints: ClassVar = {
        "rounds": COUNT,
        "num_leaves": Number(least=2, whole=True),
        "learning_rate": POSITIVE,
        "min_child_samples": COUNT,
        "feature_fraction": SHARE,
        "bagging_fraction": SHARE,
        "bagging_freq": Number(least=0, whole=True),
    }

    def __init__(
        self,
        rounds=500,
        num_leaves=31,
        learning_rate=0.05,
        min_child_samples=5,
        feature_fraction=0.9,
        bagging_fraction=0.8,
        bagging_freq=5,
    ):
        self.rounds = rounds
        self.num_leaves = num_leaves
        self.learning_rate = learning_rate
        self.min_child_samples = min_child_samples
        self.feature_fraction = feature_fraction
        self.bagging_fraction = bagging_fraction
        self.bagging_freq = bagging_freq

    def _fit(self, x, y, rng):
        tenth = -(-len(y) // 10)
        settings = {
            "objective": "regression",
            "num_leaves": self.num_leaves,
            "learning_rate": self.learning_rate,
            "min_child_samples": min(self.min_child_samples, tenth),
            "feature_fraction": self.feature_fraction,
            "bagging_fraction": self.bagging_fraction,
            "bagging_freq": self.bagging_freq,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "enable_bundle": False,  # columns of one choice in one histogram: the same trees, slower
            "seed": library_seed(rng),
            "verbosity": -1,
        }
        data = lightgbm.Dataset(x.astype(np.float32), label=y, params=settings)
        # Otherwise, the model is written as text and read again, which takes as long as growing many of the trees.
        self.model_ = lightgbm.train(settings, data, num_boost_round=self.rounds, keep_training_booster=True)

    def predict(self, x):
        """Return predictions of shape (n,)."""
        return self.model_.predict(x.astype(np.float32), num_threads=1)
