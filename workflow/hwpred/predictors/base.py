"""The interface of all predictors, and the problems that they solve.

scikit-learn's habits hold: hyperparameters in ``__init__``, which does no work; learned state with
a trailing underscore; ``fit`` returns the predictor.
"""

from dataclasses import dataclass, field
from time import process_time
from typing import ClassVar

import numpy as np


@dataclass(frozen=True)
class Problem:
    """One training set with its hyperparameters and its generator.

    Seeds, folds of a cross-validation and candidates of a search are all problems. A problem's
    result depends on nothing else, whatever it was fitted together with.

    Attributes
    ----------
    x : array of shape (n, ...)
        Architectures in the predictor's encoding.
    y : float array of shape (n,)
    rng : numpy.random.Generator
    hyperparameters : dict
        Arguments of the predictor's constructor.
    """

    x: np.ndarray
    y: np.ndarray
    rng: np.random.Generator
    hyperparameters: dict = field(default_factory=dict)


class Predictor:
    """Predicts a hardware metric from encoded architectures.

    Attributes
    ----------
    encoding : str
        The encoding of ``x``, one of ``hwpred.spaces.base.ENCODINGS``.
    problems_at_once : int
        How many problems ``fit_many`` should be given in one call: as many as pay and fit in memory.
    search_settings : dict
        Hyperparameters that the fits of a search get besides, to make them cheaper.
    on_torch : bool
        Whether it computes with torch, and so can on a GPU.
    fit_seconds_ : float
        CPU seconds of this fit; a share of the whole where problems were fitted together.
    """

    encoding = "adjacency_one_hot"
    problems_at_once = 1
    search_settings: ClassVar = {}
    on_torch = False

    @classmethod
    def search_space(cls):
        """Return the hyperparameters to search, {name: ``Choice`` or the like}, or None."""
        return None

    def fit(self, x, y, rng):
        """Learn from architectures ``x`` and their metric ``y`` of shape (n,); return self."""
        raise NotImplementedError

    def predict(self, x):
        """Return the predicted metric, float array of shape (n,)."""
        raise NotImplementedError

    @classmethod
    def fit_many(cls, problems):
        """Fit all problems; return one fitted predictor each. Families that gain by it fit them together."""
        fitted = []
        for problem in problems:
            start = process_time()
            predictor = cls(**problem.hyperparameters).fit(problem.x, problem.y, problem.rng)
            predictor.fit_seconds_ = process_time() - start
            fitted.append(predictor)
        return fitted

    @classmethod
    def predict_many(cls, fitted, xs):
        """Predict ``xs[i]`` with ``fitted[i]``; return one float array each."""
        return [predictor.predict(x) for predictor, x in zip(fitted, xs, strict=True)]


def library_seed(rng):
    """Draw an integer seed for a library that takes no numpy generator."""
    return int(rng.integers(2**31 - 1))
