"""Random forest (scikit-learn)."""

from typing import ClassVar

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from hwpred.predictors.base import Predictor, library_seed
from hwpred.predictors.constraints import COUNT, SHARE, Number


class RandomForest(Predictor):
    """Mean of trees that see all samples and a random share of the features at each split.

    Parameters
    ----------
    n_estimators : int
        Trees.
    max_features : float
        Share of the features that a split looks at.
    min_samples_leaf, min_samples_split : int
        Least number of samples in a leaf, and in a node that is split.
    """

    constraints: ClassVar = {
        "n_estimators": COUNT,
        "max_features": SHARE,
        "min_samples_leaf": COUNT,
        "min_samples_split": Number(least=2, whole=True),
    }

    def __init__(self, n_estimators=116, max_features=0.1706, min_samples_leaf=2, min_samples_split=2):
        self.n_estimators = n_estimators
        self.max_features = max_features
        self.min_samples_leaf = min_samples_leaf
        self.min_samples_split = min_samples_split

    def _fit(self, x, y, rng):
        self.model_ = RandomForestRegressor(
            n_estimators=self.n_estimators,
            max_features=self.max_features,
            min_samples_leaf=self.min_samples_leaf,
            min_samples_split=self.min_samples_split,
            bootstrap=False,
            random_state=library_seed(rng),
        ).fit(x.astype(np.float32), y)

    def predict(self, x):
        """Return predictions of shape (n,)."""
        return self.model_.predict(x.astype(np.float32))
