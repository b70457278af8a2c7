"""The interface of all predictors, and the problems that they solve.

scikit-learn's habits hold: hyperparameters in ``__init__``, which does no work; learned state with
a trailing underscore; ``fit`` returns the predictor.
"""

import logging
from dataclasses import dataclass, field
from time import process_time
from typing import ClassVar

import numpy as np

from hwpred.joblog import Progress
from hwpred.spaces import get_space

logger = logging.getLogger(__name__)


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
        The encoding of ``x``, one of ``hwpred.spaces.base.ENCODINGS``; None for a predictor with its own ``encode``.
    needs_binary : bool
        Whether ``x`` must hold zeros and ones: spaces whose architectures are described by numbers are left out.
    problems_at_once : int
        How many problems ``fit_many`` should be given in one call: as many as pay and fit in memory of a processor.
    rows_at_once : int or None
        How many architectures ``predict`` and ``predict_std`` should be given in one call, at most: their graphs must
        fit in memory. None for a predictor that cuts them itself.
    search_settings : dict
        Hyperparameters that the fits of a search get besides, to make them cheaper.
    search_races : bool
        Whether most candidates of a search are given up after one fold (``hwpred.training.search``).
    encoding_hyperparameters : tuple of str
        Those that say how ``encode`` encodes: its arguments, too.
    constraints : dict
        What each hyperparameter may be: its name to a ``Number`` or ``OneOf`` of ``hwpred.predictors.constraints``.
    fit_seconds_ : float
        CPU seconds of this fit; a share of the whole where problems were fitted together.
    """

    encoding = "adjacency_one_hot"
    needs_binary = False
    problems_at_once = 1
    rows_at_once = 2048
    search_settings: ClassVar = {}
    search_races = False
    encoding_hyperparameters: ClassVar = ()
    constraints: ClassVar = {}

    @classmethod
    def at_once(cls):
        """Return ``problems_at_once``, where this process computes."""
        return cls.problems_at_once

    @classmethod
    def search_space(cls):
        """Return the hyperparameters to search, {name: ``Choice`` or the like}, or None."""
        return None

    @classmethod
    def why_left_out(cls, data):
        """Return why the predictor cannot handle a combination, in words that end a sentence, or None if it can.

        Parameters
        ----------
        data : hwpred.training.data.Data
        """
        space = get_space(data.space)
        if cls.encoding not in (None, *space.encodings):
            return f"architectures of {space.key} have no encoding {cls.encoding!r}"
        if cls.needs_binary and not space.binary:
            return f"architectures of {space.key} are described by numbers, and it needs zeros and ones"
        return None

    @classmethod
    def encode(cls, data):
        """Return the architectures of a combination in the predictor's encoding.

        Parameters
        ----------
        data : hwpred.training.data.Data

        Returns
        -------
        array of shape (n, ...), or what can be indexed like one by rows
        """
        return get_space(data.space).encode(cls.encoding, data.operations)

    @classmethod
    def encode_for(cls, data, hyperparameters):
        """Return what ``encode`` does, for fits with these hyperparameters.

        Parameters
        ----------
        data : hwpred.training.data.Data
        hyperparameters : dict
            Those among ``encoding_hyperparameters`` count.

        Returns
        -------
        array of shape (n, ...), or what can be indexed like one by rows
        """
        return cls.encode(data, **{k: v for k, v in hyperparameters.items() if k in cls.encoding_hyperparameters})

    def fit(self, x, y, rng=None):
        """Learn from architectures and their metric.

        Parameters
        ----------
        x : array of shape (n, ...)
            As ``encode`` returns them.
        y : float array of shape (n,)
        rng : numpy.random.Generator or None
            None is enough for predictors that draw nothing.

        Returns
        -------
        Predictor
            Itself.
        """
        start = process_time()
        self._fit(x, y, rng)
        self.fit_seconds_ = process_time() - start
        return self

    def _fit(self, x, y, rng):
        raise NotImplementedError

    def predict(self, x):
        """Return the predicted metric, float array of shape (n,)."""
        raise NotImplementedError

    @classmethod
    def fit_many(cls, problems):
        """Fit all problems; return one fitted predictor each. Families that gain by it fit them together."""
        return [cls(**problem.hyperparameters).fit(problem.x, problem.y, problem.rng) for problem in problems]

    @classmethod
    def predict_many(cls, fitted, xs):
        """Predict with several fitted predictors; families that gain by it predict together.

        Parameters
        ----------
        fitted : list of Predictor
        xs : list of arrays of shape (n, ...)
            What each of them predicts.

        Returns
        -------
        list of float arrays of shape (n,)
        """
        return [predictor.predict(x) for predictor, x in zip(fitted, xs, strict=True)]


class FittedTogether(Predictor):
    """A predictor whose problems are fitted together, as far as they are alike.

    A family has ``_fit_together(models, xs, ys, rngs)``, which fits unfitted predictors of equal hyperparameters.
    """

    def _fit(self, x, y, rng):
        self._fit_together([self], [x], [y], [rng])

    @classmethod
    def fit_many(cls, problems):
        """Fit problems of the same hyperparameters and shape together."""
        models = [cls(**problem.hyperparameters) for problem in problems]
        progress = Progress(len(problems))
        for members in cls._groups(models, problems):
            start = process_time()
            cls._fit_together(
                [models[i] for i in members],
                *([getattr(problems[i], name) for i in members] for name in ("x", "y", "rng")),
            )
            for i in members:
                models[i].fit_seconds_ = (process_time() - start) / len(members)
            if progress.advance(len(members)):
                logger.info("%d of %d problems, about %.0f s left", progress.done, len(problems), progress.left)
        return models

    @classmethod
    def _groups(cls, models, problems):
        """Return the problems that are fitted in one call, lists of their places."""
        return alike(models, [problem.x.shape for problem in problems])


def alike(models, shapes):
    """Group unfitted predictors of one class that can be fitted together.

    Parameters
    ----------
    models : list of Predictor
    shapes : list
        What must be equal besides the hyperparameters, such as the shape of the training set.

    Returns
    -------
    list of lists of int
        Places in ``models``.
    """
    groups = {}
    for i, (model, shape) in enumerate(zip(models, shapes, strict=True)):
        # As text, for hyperparameters that cannot be hashed.
        groups.setdefault((shape, repr(vars(model))), []).append(i)
    return list(groups.values())


def library_seed(rng):
    """Draw an integer seed for a library that takes no numpy generator."""
    return int(rng.integers(2**31 - 1))
