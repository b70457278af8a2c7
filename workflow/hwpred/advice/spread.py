"""How far a measurement may lie from its prediction: what the predictor says, held against its held-out errors.

A fit on few rows now and then happens to follow them closely and believes that there is hardly any noise; neither it
nor errors on the same few rows can tell. What other devices are like can. So every standard deviation that a predictor
states is multiplied by a factor ``f``. Its square is the mean squared error of held-out rows, in stated variances,
together with ``PRIOR_ROWS`` imagined rows whose error is ``PRIOR_ERROR`` standard deviations of the metric (the mean of
a scaled inverse chi-squared posterior, Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.6):

    f^2 = (PRIOR_ROWS * (PRIOR_ERROR * std of the metric)^2 / v + sum of z^2) / (PRIOR_ROWS + rows),  at least 1

where ``v`` is the mean variance that was stated of the held-out rows, and ``z`` their errors in stated standard
deviations, each at most ``MOST_STDS``, so that one outlier does not widen all intervals. With more rows the imagined
ones count less. A predictor that states no standard deviation gets the same one everywhere: the root of the mean
squared error of held-out and imagined rows.

Intervals are those of Student's t. Most of few rows are spent on the model itself, so that there is but one degree of
freedom for every ``ROWS_PER_DEGREE`` rows.

The constants were chosen on devices of HELP that docs/device.md does not judge by (2080ti_32, samsung_s7,
essential_ph_1), such that at 11 rows and a level of 95 % the worst of 20 draws covers at least 85 % of all
architectures.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

PRIOR_ROWS, PRIOR_ERROR = 10, 0.2
MOST_STDS = 3
ROWS_PER_DEGREE = 3


@dataclass(frozen=True)
class Spread:
    """The distribution of what is measured, around what is predicted.

    Attributes
    ----------
    stated : bool
        Whether the predictor itself states a standard deviation; otherwise it comes from cross-validation.
    scale : float
        The factor of what is stated; or else the standard deviation itself, in the metric's unit.
    degrees : float
        Of freedom of Student's t.
    """

    stated: bool
    scale: float
    degrees: float

    def widened(self, std):
        """Return the standard deviation of a measurement, from what the predictor states (NaN if nothing)."""
        return self.scale * (np.asarray(std) if self.stated else np.ones(len(std)))

    def half_width(self, std, level):
        """Return half the width of the central interval of that level; ``std`` as ``widened`` returns it."""
        return stdtrit(self.degrees, 0.5 + level / 2) * std

    def below(self, limit, value, std):
        """Return the probability that a measurement is at most ``limit``."""
        return stdtr(self.degrees, (limit - value) / np.maximum(std, np.finfo(float).tiny))


def spread_from(value, prediction, std):
    """Return the ``Spread`` that held-out errors call for.

    Parameters
    ----------
    value, prediction, std : float arrays of shape (n,)
        Metric, and what was predicted of held-out rows; NaN for rows that were not, and ``std`` for a predictor that
        states none.
    """
    told = ~np.isnan(prediction)
    error, std = value[told] - prediction[told], std[told]
    stated = not np.isnan(std).any()
    prior = (PRIOR_ERROR * value.std()) ** 2
    if stated:
        # Of a device without noise, a fit may state none.
        std = np.maximum(std, 1e-9 * value.std())
        prior, squared = prior / (std**2).mean(), np.minimum(np.abs(error) / std, MOST_STDS) ** 2
    else:
        squared = error**2
    mean = (PRIOR_ROWS * prior + squared.sum()) / (PRIOR_ROWS + len(error))
    return Spread(stated, float(np.sqrt(max(mean, 1.0) if stated else mean)), len(value) / ROWS_PER_DEGREE)
