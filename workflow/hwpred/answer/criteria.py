"""What may count when one chooses a predictor, and what the fits say of it at each number of measurements."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pandas as pd

from hwpred.answer.plain import by_label, rounded
from hwpred.answer.ranking import recommend
from hwpred.answer.regret import REGRET_COLUMNS, VERIFIED, regret_rows
from hwpred.answer.sentence import Facts, details, sentence
from hwpred.device_names import place_of

MOST_DOTS = 10
"""Seeds whose single values are shown; means are over all."""
_MEAN_PERCENT = REGRET_COLUMNS.index("mean_percent")


@dataclass(frozen=True)
class Criterion:
    """One way to say how good a predictor is.

    Attributes
    ----------
    name : str
        Before a number; ``{unit}`` stands for that of the metric.
    values : callable
        ``Combination`` and training size -> DataFrame of shape (predictors, seeds).
    larger_is_better : bool
    """

    name: str
    values: Callable
    larger_is_better: bool


def taus(combination, size):
    """Return Kendall's tau of each predictor and seed.

    Parameters
    ----------
    combination : hwpred.answer.reading.Combination
    size : int
        Number of measurements that predictors learnt from.

    Returns
    -------
    DataFrame of shape (predictors, seeds)
    """
    return _by_seed(combination.fits_at(size), "kendall_tau")


def errors(combination, size):
    """Return the mean error of each predictor and seed, in the metric's unit.

    Where the logarithm was learnt, that is only known of seeds that kept their predictions.

    Parameters
    ----------
    combination, size :
        As of ``taus``.

    Returns
    -------
    DataFrame of shape (predictors, seeds)
        Mean absolute errors.
    """
    if combination.scale.logarithmic:
        predictions = combination.predictions_at(size)
        error = (predictions["predicted"] - predictions["true"]).abs()
        return error.groupby([predictions["predictor"], predictions["seed"]]).mean().unstack()
    return _by_seed(combination.fits_at(size), "mae") * combination.scale.std


def regrets(verified, combination, size):
    """Return by how many % the best of the architectures that one verifies is worse, by predictor and seed.

    Among the test architectures of a seed that kept its predictions; at equal accuracy, where accuracies are known.

    Parameters
    ----------
    verified : int
        How many of the most promising architectures are measured, one of ``VERIFIED``.
    combination, size :
        As of ``taus``.

    Returns
    -------
    DataFrame of shape (predictors, seeds)
        Empty if no predictions were kept.
    """
    return _all_regrets(combination, size).get(verified, pd.DataFrame())


@lru_cache(maxsize=32)
def _all_regrets(combination, size):
    predictions = combination.predictions_at(size)
    true, predicted, accuracy = (predictions[name].to_numpy() for name in ("true", "predicted", "accuracy"))
    told = {}
    for key, rows in predictions.groupby(["predictor", "seed"]).indices.items():
        accuracies = None if np.isnan(accuracy[rows]).all() else accuracy[rows]
        better = {"larger_is_better": combination.larger_is_better}
        found = regret_rows(true[rows], predicted[rows], accuracies, VERIFIED, **better)
        told[key] = {row[0]: row[_MEAN_PERCENT] for row in found}
    return {count: pd.Series({key: one[count] for key, one in told.items()}).unstack() for count in VERIFIED if told}


@lru_cache(maxsize=32)
def median_errors(combination, size):
    """Return the median error of each predictor and seed that kept its predictions.

    Parameters
    ----------
    combination, size :
        As of ``taus``.

    Returns
    -------
    error, percent : DataFrame of shape (predictors, seeds)
        Median of the absolute errors in the metric's unit, and in % of the metric.
    """
    predictions = combination.predictions_at(size)
    error = (predictions["predicted"] - predictions["true"]).abs()
    keys = [predictions["predictor"], predictions["seed"]]
    return tuple(one.groupby(keys).median().unstack() for one in (error, 100 * error / predictions["true"].abs()))


CRITERIA = {
    "tau": Criterion("tau", taus, True),
    "error": Criterion("error in {unit}", errors, False),
    **{f"regret_{count}": Criterion("regret in %", partial(regrets, count), False) for count in VERIFIED},
}


class Told:
    """What is said of one combination at each number of measurements, by every criterion.

    Parameters
    ----------
    combination : hwpred.answer.reading.Combination
    predictors : list of str
        The order of what is returned.
    seconds : DataFrame of shape (predictors, sizes)
        What computing costs.
    ceiling, cap : float or None
        Tau that noise allows, and ties to predictions without ties.
    """

    def __init__(self, combination, predictors, seconds, ceiling, cap):
        self._combination, self._predictors, self._seconds = combination, predictors, seconds
        self._limits = {"ceiling": ceiling, "cap": cap}

    def by(self, criterion):
        """Tell who is best at each number of measurements.

        Returns
        -------
        list of dict or None
            One a size, None where there is no value: ``means`` and ``dots`` by predictor; ``limit``, up to which
            differences are chance; ``tied``, places in ``predictors``, the recommended one first, which is the cheapest
            (``by_cost``) or the best of them; ``sentence``, ``details``.
        """
        return [self._at(criterion, size) for size in self._combination.sizes]

    def _at(self, criterion, size):
        values = criterion.values(self._combination, size).dropna(how="all")
        if values.empty:
            return None
        found = recommend(values, self._seconds[size], larger_is_better=criterion.larger_is_better)
        facts = self._facts(criterion, size, found)
        return {
            "means": by_label(self._predictors, found.ranking.table.set_index("predictor")["mean"]),
            "dots": [_dots(values, key) for key in self._predictors],
            "limit": rounded(found.ranking.limit),
            "tied": [self._predictors.index(key) for key in found.tied],
            "by_cost": found.by_cost,
            "sentence": sentence(facts),
            "details": details(facts),
        }

    def _facts(self, criterion, size, found):
        metadata, chosen = self._combination.metadata, found.predictor
        error, percent = (table.mean(axis=1) for table in median_errors(self._combination, size))
        tau = taus(self._combination, size).mean(axis=1).get(chosen)
        return Facts(
            measurements=size,
            **{key: metadata[key] for key in ("task", "metric", "unit")},
            place=place_of(str(metadata["device"])),
            recommendation=found,
            tau=found.expected if chosen and criterion is CRITERIA["tau"] else tau,
            percent=percent.get(chosen),
            error=error.get(chosen),
            criterion=criterion.name.format(unit=metadata["unit"]),
            **self._limits,
        )


def _dots(values, key):
    return [rounded(value) for value in values.loc[key].dropna()[:MOST_DOTS]] if key in values.index else []


def _by_seed(fits, column):
    return fits.pivot(index="predictor", columns="seed", values=column)
