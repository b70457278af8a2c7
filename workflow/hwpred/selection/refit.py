"""Predictions of a whole space by the fits of a study, made once more with the hyperparameters that they recorded."""

import json

import numpy as np
import pandas as pd

from hwpred.predictors import REGISTRY, get_predictor
from hwpred.predictors.base import Problem
from hwpred.seeding import generator
from hwpred.training.data import encode
from hwpred.training.splits import split_of

ROWS_AT_ONCE = 2048
"""Architectures predicted in one call: their kernels and graphs must fit in memory."""


class Refitter:
    """Fits a predictor on rows of one combination and predicts all of its architectures.

    Parameters
    ----------
    predictor : str
        Key of the registry.
    data : hwpred.training.grid.Data
    run_seed : int
    """

    def __init__(self, predictor, data, run_seed):
        self.cls = get_predictor(predictor)
        self.encoded = encode(data, self.cls.encoding)
        self._names = (run_seed, data.combination, predictor)
        self._target = data.target

    def predict(self, tasks):
        """Return one float32 array of shape (n,) for each task.

        Parameters
        ----------
        tasks : list of tuples
            ``rows`` to train on, hyperparameters, and the names that tell the task's generator from others: those of
            the study's fits are (seed, train_size).
        """
        problems = [
            Problem(self.encoded[rows], self._target[rows], generator(*self._names, *names), hyperparameters)
            for rows, hyperparameters, names in tasks
        ]
        for start in range(0, len(problems), self.cls.problems_at_once):
            for fitted in self.cls.fit_many(problems[start : start + self.cls.problems_at_once]):
                yield self._predict(fitted)

    def _predict(self, fitted):
        slices = np.split(np.arange(len(self._target)), range(ROWS_AT_ONCE, len(self._target), ROWS_AT_ONCE))
        parts = [self.cls.predict_many([fitted], [self.encoded[rows]])[0] for rows in slices]
        return np.concatenate(parts).astype(np.float32)


def predict_space(predictor, data, fits, *, run_seed, test_size, seeds, hyperparameters, design="random"):
    """Predict every architecture with each fit of the first seeds.

    Parameters
    ----------
    predictor : str
    data : hwpred.training.grid.Data
    fits : DataFrame
        The fits of the study, one row each.
    run_seed, test_size : int
        Those of the study.
    seeds : int
        How many seeds.
    hyperparameters : dict
        Those of the configuration, for a predictor that is not trained.
    design : str
        That of the study.

    Returns
    -------
    DataFrame
        Columns as ``hwpred.tables.COLUMNS`` has them: ``measured`` tells the architectures that the predictor learned
        from.
    """
    fits = fits[fits["seed"] < seeds]
    if fits.empty:  # the study left the predictor out
        return _empty()
    if not REGISTRY[predictor].trained:
        return _predict_untrained(predictor, data, fits, hyperparameters)
    tasks, splits = [], {}
    for fit in fits.itertuples():
        if fit.seed not in splits:
            splits[fit.seed] = split_of(data, test_size, run_seed, fit.seed, design)
        tasks.append(
            (splits[fit.seed].train(fit.train_size), json.loads(fit.hyperparameters), (fit.seed, fit.train_size))
        )
    predictions = Refitter(predictor, data, run_seed).predict(tasks)
    frames = [
        _frame(data, fit.train_size, fit.seed, rows, prediction)
        for fit, (rows, _, _), prediction in zip(fits.itertuples(), tasks, predictions, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)


def _predict_untrained(predictor, data, fits, hyperparameters):
    """Fit a predictor that chooses what to measure."""
    cls = get_predictor(predictor)
    encoded = encode(data, cls.encoding)
    wanted = set(map(tuple, cls.measured(data.space).tolist()))
    rows = np.array([i for i, row in enumerate(map(tuple, data.operations.tolist())) if row in wanted])
    fitted = cls(space=data.space, **hyperparameters).fit(encoded[rows], data.target[rows])
    fit = fits.iloc[0]
    return _frame(data, fit["train_size"], fit["seed"], rows, fitted.predict(encoded).astype(np.float32))


def _frame(data, train_size, seed, rows, prediction):
    measured = np.zeros(len(prediction), dtype=bool)
    measured[rows] = True
    columns = {"train_size": train_size, "seed": seed, "architecture": data.architecture, "measured": measured}
    return pd.DataFrame({**columns, "prediction": prediction})


def _empty():
    return pd.DataFrame(columns=["train_size", "seed", "architecture", "measured", "prediction"])
