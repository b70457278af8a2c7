"""Random forest of scikit-learn's trees.

The numbers are those of its ``RandomForestRegressor``, whose work around each tree costs more than a small tree.
"""

from typing import ClassVar

import numpy as np
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import check_random_state

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
        x, y = x.astype(np.float32), np.asarray(y, dtype=np.float64)
        seeds = check_random_state(library_seed(rng)).randint(np.iinfo(np.int32).max, size=self.n_estimators)
        settings = {name: getattr(self, name) for name in ("max_features", "min_samples_leaf", "min_samples_split")}
        # ``constraints`` hold already: checking them again for each tree takes longer than growing a small one.
        with config_context(skip_parameter_validation=True):
            self.trees_ = [
                DecisionTreeRegressor(**settings, random_state=seed).fit(x, y, check_input=False) for seed in seeds
            ]

    def predict(self, x):
        """Return predictions of shape (n,)."""
        x = x.astype(np.float32)
        return sum(tree.predict(x, check_input=False) for tree in self.trees_) / self.n_estimators
