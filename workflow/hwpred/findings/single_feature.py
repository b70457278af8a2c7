"""One number of a network, such as its multiply-accumulates, as all that a predictor sees: a straight line."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hwpred.metrics import kendall_tau, relative_errors
from hwpred.training.splits import split_of


@dataclass(frozen=True)
class Line:
    """A fitted line.

    Attributes
    ----------
    row : dict
        Of the table of fits: what names the fit, and its scores.
    train : int array
        Rows of the data that it learnt from.
    prediction : float array of shape (n,)
        Of all rows of the data, on the scale of the target.
    """

    row: dict
    train: np.ndarray
    prediction: np.ndarray


def fit_lines(name, feature, data, run_seed, seeds, train_sizes, test_size):
    """Fit a line for each seed and size, on the splits of a study.

    Parameters
    ----------
    name : str
        What stands for it in the column ``predictor``.
    feature : float array of shape (n,)
        Of the rows of ``data``, on the scale of its target: a logarithm, where that is one. Rows where it is missing
        are neither learnt from nor tested, and have no prediction.
    data : Data
    run_seed : int
        As of the study.
    seeds : int
        How many there are.
    train_sizes : sequence of int
    test_size : int
        As of the study.

    Yields
    ------
    Line
    """
    known = np.isfinite(feature)
    for seed in range(seeds):
        split = split_of(data, test_size, run_seed, seed)
        for size in train_sizes:
            train, test = (rows[known[rows]] for rows in (split.train(size), split.test))
            prediction = np.polyval(np.polyfit(feature[train], data.target[train], 1), feature)
            key = {"combination": data.combination, "predictor": name, "train_size": size, "seed": seed}
            tau = kendall_tau(data.target[test], prediction[test])
            errors = relative_errors(data.value[test], data.in_unit(prediction[test]))
            yield Line({**key, "kendall_tau": tau, **errors}, train, prediction)


def rows_of(lines):
    """Return the fits of lines as a table."""
    return pd.DataFrame([line.row for line in lines])
