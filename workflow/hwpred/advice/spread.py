"""How far a measurement may lie from its prediction: what the predictor says, held against its held-out errors.

A fit on few rows now and then happens to follow them closely and believes that there is hardly any noise; neither it
nor errors on the same few rows can tell. What other devices are like can. So every standard deviation that a predictor
states is multiplied by a factor ``f``. Its square is a weighted geometric mean: of the mean squared error ``e`` of
held-out rows, in stated variances, and of what the error would be if it were ``PRIOR_ERROR`` standard deviations of the
metric, which counts as much as ``PRIOR_ROWS`` rows (a log-normal prior of the variance):

    f^2 = max(p, e)^w * e^(1 - w),  w = PRIOR_ROWS / (PRIOR_ROWS + rows),  p = (PRIOR_ERROR * std of the metric)^2 / v

where ``v`` is the mean variance that was stated of the held-out rows. Errors count as at most ``MOST_STDS`` of the
stated standard deviations, so that one outlier does not widen all intervals, and ``e`` as at least 1: nothing is made
narrower. A predictor that states no standard deviation gets the same one everywhere, of which the square is f^2 with
``v`` = 1.

Intervals are those of Student's t. Most of few rows are spent on the model itself, so that there is but one degree of
freedom for every ``ROWS_PER_DEGREE`` rows.

The constants were chosen on seven devices of HELP (2080ti_32, samsung_s7, essential_ph_1, pixel2, titanx_32, 1080ti_1,
gold_6226), such that at 11 rows and a level of 95 % the worst of 20 draws covers at least 80 % of all architectures on
each of them; pixel3, titan_rtx_256 and samsung_a50 were kept to judge them by.
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
        prior = prior / (std**2).mean()
        seen = max(float((np.minimum(np.abs(error) / std, MOST_STDS) ** 2).mean()), 1.0)
    else:
        seen = float((error**2).mean())
    share = PRIOR_ROWS / (PRIOR_ROWS + len(error))
    squared = max(prior, seen) ** share * seen ** (1 - share)
    return Spread(stated, float(np.sqrt(squared)), len(value) / ROWS_PER_DEGREE)
