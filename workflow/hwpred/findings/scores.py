"""How well predictors do in words of an engineer: means over seeds of tau, errors in %, and coverage."""

import numpy as np
import pandas as pd

from hwpred.findings.fits import read_fits

SCORES = ("kendall_tau", "median_error_percent", "within_10_percent", "coverage_95")
SHARES = ["within_10_percent", "coverage_95"]
"""Of them, those that fits tell as shares of 1 and tables in percent."""
KEY = ["combination", "predictor", "train_size"]


def mean_scores(fits):
    """Return the means over seeds: columns ``KEY``, ``seeds`` and ``SCORES``, ``SHARES`` in percent.

    Parameters
    ----------
    fits : DataFrame
        ``KEY``, ``seed`` and those of ``SCORES`` that are known.
    """
    fits = fits.assign(**{name: np.nan for name in SCORES if name not in fits})
    means = fits.groupby(KEY, sort=False).agg(seeds=("seed", "nunique"), **{name: (name, "mean") for name in SCORES})
    means[SHARES] *= 100
    return means.reset_index()


def scores_of(files, *others):
    """Return ``mean_scores`` of files of fits, and of tables of further fits.

    Parameters
    ----------
    files : sequence of path
        Tables of fits.
    *others : DataFrame
        Further fits.

    Returns
    -------
    DataFrame
    """
    return mean_scores(pd.concat([read_fits(files), *others], ignore_index=True))


def tabulate(fits, name):
    """Return the scores of these fits as the table of that name.

    Parameters
    ----------
    fits : sequence of path
    name : str
        Of the table's file.

    Returns
    -------
    dict of DataFrame
    """
    return {name: scores_of(fits)}
