"""How far a measurement may lie from its prediction: what the predictor says, held against its held-out errors.

A measurement that is disturbed takes longer, hardly ever less, so that errors are of two sizes: those of measurements
below their prediction, and those of measurements above. Each side has half of the probability, a Student's t of its own
width (a two-piece distribution), and a factor ``f`` by which the standard deviation that the predictor states is
multiplied.

A fit on few rows now and then happens to follow them closely and believes that there is hardly any noise; neither it
nor errors on the same few rows can tell. What other devices are like can. So the square of ``f`` is a weighted
geometric mean: of ``e``, twice the mean over held-out rows of the squared error on that side, in stated variances, and
of what it would be if the error were ``PRIOR_ERROR`` standard deviations of the metric, which counts as much as
``PRIOR_ROWS`` rows (a log-normal prior of the variance), where half of the rows tell about a side:

    f^2 = max(p, e, 1)^w * e^(1 - w),  w = PRIOR_ROWS / (PRIOR_ROWS + rows / 2),  p = (PRIOR_ERROR * std)^2 / v

where ``std`` is that of the metric and ``v`` the mean variance that was stated of the held-out rows: before any of them
is seen, no side is narrower than what is stated. Errors count as at most ``MOST_STDS`` of the stated standard
deviations, so that one outlier does not widen all intervals, and ``e`` as at least ``LEAST``, since half of few rows
cannot tell that a side is narrower still. For a predictor that states no standard deviation the root mean square of its
held-out errors stands for it, the same everywhere.

Most of few rows are spent on the model itself, so that there is but one degree of freedom for every ``ROWS_PER_DEGREE``
rows; and measurements have heavy tails, so that there are at most ``MOST_DEGREES``.

The constants were chosen on four devices of HELP (raspi4, 1080ti_32, 2080ti_32, samsung_s7), over 10 or 20 draws of 11,
25 and 60 rows: such that 95 % intervals cover 95 % of all architectures or a little more in the mean, and at 11 rows at
least 80 % in the worst draw, at nearly the least interval score (Gneiting and Raftery, JASA 2007, section 6.2). How far
errors below a prediction reach was looked at on pixel2 and essential_ph_1, too. No constant was chosen on the devices
of docs/own_device.md. But the 1 in the formula was put there when, without it, intervals covered 69 % in one draw of
11 rows on one of them (pixel3); on the four devices it lifts the worst draw from 80 to 82 %.

Where metrics differ by orders of magnitude (``Space.logarithmic``), all of this is about their logarithms: standard
deviations are shares of the prediction, and an interval ends at multiples of it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

PRIOR_ROWS, PRIOR_ERROR = 20, 0.2
MOST_STDS, LEAST = 4, 0.25
ROWS_PER_DEGREE, MOST_DEGREES = 3, 10
_MOST_LOGARITHM = 50
"""Of the factor between a prediction and the end of its interval."""


@dataclass(frozen=True)
class Spread:
    """The distribution of what is measured, around what is predicted, which is its median.

    Attributes
    ----------
    stated : bool
        Whether the predictor itself states a standard deviation; otherwise it comes from cross-validation.
    down, up : float
        The factors of what is stated, below and above the prediction; or else the standard deviations themselves, in
        the metric's unit (of its logarithm, where ``logarithmic``).
    degrees : float
        Of freedom of Student's t.
    logarithmic : bool
        Whether logarithms are distributed so; a standard deviation is that of the logarithm times the prediction.
    """

    stated: bool
    down: float
    up: float
    degrees: float
    logarithmic: bool = False

    @property
    def scale(self):
        """The root mean square of both factors."""
        return float(np.hypot(self.down, self.up) / np.sqrt(2))

    def widened(self, value, std):
        """Return the standard deviation of a measurement.

        Parameters
        ----------
        value : float array of shape (n,)
            Predictions, in the metric's unit.
        std : float array of shape (n,)
            What the predictor states, in the metric's unit; NaN if it states nothing.

        Returns
        -------
        float array of shape (n,)
            In the metric's unit.
        """
        if self.stated:
            return self.scale * np.asarray(std)
        return self.scale * (np.asarray(value) if self.logarithmic else np.ones(len(std)))

    def bounds(self, value, std, level):
        """Return both ends of the central interval in which a measurement lies with a probability.

        Parameters
        ----------
        value, std : float arrays of shape (n,)
            Prediction, and standard deviation as ``widened`` returns it, in the metric's unit.
        level : float
            The probability, such as 0.95.

        Returns
        -------
        lower, upper : float arrays of shape (n,)
        """
        half = stdtrit(self.degrees, 0.5 + level / 2) * std / self.scale
        if self.logarithmic:
            down, up = (np.minimum(side * half / value, _MOST_LOGARITHM) for side in (self.down, self.up))
            return value * np.exp(-down), value * np.exp(up)
        # Whatever is measured is positive.
        return np.maximum(value - self.down * half, 0.0), value + self.up * half

    def below(self, limit, value, std):
        """Return the probability that a measurement is at most ``limit``.

        Parameters
        ----------
        limit : float
            In the metric's unit.
        value, std : float arrays of shape (n,)
            As of ``bounds``.

        Returns
        -------
        float array of shape (n,)
        """
        distance = np.log(limit / value) * value if self.logarithmic else np.asarray(limit - value, dtype=float)
        side = np.where(distance < 0, self.down, self.up) / self.scale
        return stdtr(self.degrees, distance / np.maximum(side * std, np.finfo(float).tiny))


def spread_from(value, prediction, std, logarithmic=False):
    """Return the ``Spread`` that held-out errors call for.

    Parameters
    ----------
    value, prediction, std : float arrays of shape (n,)
        Metric, and what was predicted of held-out rows; NaN for rows that were not, and ``std`` for a predictor that
        states none.
    logarithmic : bool
        As of ``Spread``.

    Returns
    -------
    Spread
    """
    told = ~np.isnan(prediction)
    if logarithmic:
        value, prediction, std = np.log(value), np.log(prediction), std / prediction
    error, std = value[told] - prediction[told], std[told]
    stated = not np.isnan(std).any()
    unit = 1.0
    if not stated:
        unit = max(float(np.sqrt((error**2).mean())), 1e-9 * value.std())
        std = np.full(len(error), unit)
    # Of a device without noise, a fit may state none.
    std = np.maximum(std, 1e-9 * value.std())
    prior = (PRIOR_ERROR * value.std()) ** 2 / (std**2).mean()
    share = PRIOR_ROWS / (PRIOR_ROWS + len(error) / 2)
    squares = np.minimum(np.abs(error) / std, MOST_STDS) ** 2
    factors = []
    for side in (error < 0, error > 0):
        seen = max(2 * float((squares * side).mean()), LEAST)
        factors.append(unit * float(np.sqrt(max(prior, seen, 1.0) ** share * seen ** (1 - share))))
    return Spread(stated, *factors, min(len(value) / ROWS_PER_DEGREE, MOST_DEGREES), logarithmic)
