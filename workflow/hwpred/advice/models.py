"""Any predictor of hwpred as a model of one device: it knows the encoding and the scale of the metric."""

import copy

import numpy as np
from threadpoolctl import threadpool_limits

from hwpred.errors import InputError
from hwpred.predictors.registry import REGISTRY, get_predictor
from hwpred.scale import Scale
from hwpred.seeding import generator
from hwpred.spaces import get_space
from hwpred.structure import has_structure, structured
from hwpred.structure.blocks import DEAD_OPERATIONS

STRUCTURED, UNSTRUCTURED = "structured_gp", "gp"
LOOKUP = "lookup"


def predictor_for(space):
    """Return the key of the predictor that is taken where none is named."""
    return STRUCTURED if has_structure(space) else UNSTRUCTURED


def one_thread():
    """Limit the libraries that compute to one thread, as a study's jobs are, for the block of a ``with``.

    Matrices of some hundred rows are too small for more: threads that wait for each other take four times the CPU
    seconds, longer by the clock where the machine does anything else, and the last bits then depend on the cores.
    """
    return threadpool_limits(1)


class Model:
    """A predictor, its encoding, and the standardisation of the metric, or of its logarithm where the space says so.

    Parameters
    ----------
    space : str or Space
    key : str
        Of the predictor.
    hyperparameters : dict, optional
        Others than the predictor's defaults.
    dead_operations : str, optional
        What the device does with them, if that is known: a key of ``hwpred.structure.blocks.DEAD_OPERATIONS``.
    metric : str, optional
        Name of the metric, if it is known: what ``hwpred.structure.blocks.GROWTH`` tells of it.

    Attributes
    ----------
    predictor_ : Predictor, or what predicts like one
    mean_, scale_ : float
        Of the training rows' metric, or of its logarithm where ``logarithmic``.
    """

    def __init__(self, space, key, hyperparameters=None, dead_operations=None, metric=None):
        if key not in REGISTRY:
            raise InputError(f"unknown predictor {key!r}; use auto or one of {', '.join(REGISTRY)}")
        if dead_operations is not None and dead_operations not in list(DEAD_OPERATIONS):
            raise InputError(f"dead_operations is {dead_operations!r}; use one of {', '.join(DEAD_OPERATIONS)}")
        self.space, self.key = space, key
        self.hyperparameters = dict(hyperparameters or {})
        self.dead_operations = dead_operations
        self.metric = metric
        if self.hyperparameters:
            self._check_hyperparameters()

    def _check_hyperparameters(self):
        from hwpred.predictors.constraints import check_hyperparameters

        try:
            check_hyperparameters(self.key, self.hyperparameters)
        except ValueError as error:
            raise InputError(str(error)) from error

    @property
    def logarithmic(self):
        """Whether the predictor learns the logarithm of the metric, as the space says."""
        return get_space(self.space).logarithmic

    def over(self, space):
        """Return the same model in a space that holds more architectures, each of the known ones in its place."""
        model = copy.copy(self)
        model.space = space
        return model

    def fit(self, operations, value, time=None):
        """Learn from all rows.

        Parameters
        ----------
        operations : int array of shape (n, positions)
            Architectures that were measured.
        value : float array of shape (n,)
            The metric of each, in its unit; positive where its logarithm is learnt.
        time : float array of shape (n,), optional
            When each was measured, which ``structured_gp`` tells apart from what architectures cost.

        Returns
        -------
        Model
            A fitted copy; this one stays as it is.
        """
        return self.fit_many([(operations, value, time)])[0]

    def fit_many(self, sets):
        """Return a fitted copy for each training set (operations, value, time or None).

        Predictors that gain by it fit together.
        """
        from hwpred.predictors.base import Problem

        models, problems = [], []
        for operations, value, time in sets:
            model = Model(self.space, self.key, self.hyperparameters, self.dead_operations, self.metric)
            learnt = np.log(value) if self.logarithmic else value
            model.mean_, model.scale_ = float(learnt.mean()), float(learnt.std()) or 1.0
            models.append(model)
            arguments = self.hyperparameters | ({"space": self.space} if self.key == LOOKUP else {})
            rng = generator("advice", str(self.space), self.key)
            x = self.encode(operations)
            if time is not None and self.key == STRUCTURED:
                x = x.measured_at(time)
            problems.append(Problem(x, (learnt - model.mean_) / model.scale_, rng, arguments))
        predictor = get_predictor(self.key)  # whose libraries are loaded now, so that they can be limited
        with one_thread():
            fitted = predictor.fit_many(problems)
        for model, predictor in zip(models, fitted, strict=True):
            model.predictor_ = predictor
        return models

    def drift_percent(self, value):
        """Return how far the device was from its rest when ``value`` was measured: standard deviation, in % of it.

        Parameters
        ----------
        value : float array of shape (n,)
            What the model learnt from.

        Returns
        -------
        float or None
            None where the predictor does not tell.
        """
        if self.key != STRUCTURED:
            return None
        return 100 * float(np.std(self.slope(value) * self.predictor_.drift() / value))

    def why_not(self, operations):
        """Return why the predictor cannot learn from these rows, in words that end a sentence, or None if it can."""
        return get_predictor(self.key).why_left_out(self._data(operations))

    def encode(self, operations):
        """Return architectures in the predictor's encoding."""
        if self.key == STRUCTURED:
            return structured(self.space, operations, self.dead_operations, metric=self.metric)
        return get_predictor(self.key).encode(self._data(operations))

    def _data(self, operations):
        from hwpred.training.data import Data

        rows = np.arange(len(operations))
        known = {"dead_operations": self.dead_operations, "metric": self.metric}
        return Data("the device", self.space, "smaller", rows, operations, rows, **known)

    def predict_with_std(self, operations):
        """Return the predicted metric, and the standard deviation of a measurement (NaN if not known), both (n,)."""
        if not len(operations):
            return np.empty(0), np.empty(0)
        x, predictor = self.encode(operations), self.predictor_
        with one_thread():
            if hasattr(predictor, "predict_with_std"):
                value, std = predictor.predict_with_std(x)
            else:
                value = predictor.predict(x)
                std = predictor.predict_std(x) if hasattr(predictor, "predict_std") else np.full(len(value), np.nan)
        value = self._in_unit(value)
        return value, self.slope(value) * np.asarray(std, dtype=float)

    def slope(self, value):
        """Return the change of the metric, where it is ``value``, by that of what the predictor learns."""
        return self.scale_ * (value if self.logarithmic else 1.0)

    def _in_unit(self, standardised):
        return Scale(self.mean_, self.scale_, self.logarithmic).in_unit(standardised)
