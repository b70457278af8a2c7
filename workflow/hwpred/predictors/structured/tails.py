"""How far measurements lie from predictions, by what each training point says when it is left out.

A Gaussian process states a standard deviation. How heavy the tails of the errors are, and whether they are wider or
narrower than stated, differs from device to device: measurements that drift or are disturbed have heavy tails, computed
metrics have none. The residuals of training points, each left out (Rasmussen and Williams 2006, 5.4.2), in stated
standard deviations, follow Student's t here. Its degrees of freedom and its width have log-normal priors, and the
posterior mean of both counts: so few points change little.

The hyperparameters have seen the point that is left out, so that residuals are too small, the more so the fewer points
there are: they are multiplied by 1 + 1 / sqrt(n).

The constants were chosen on five devices of config/studies/priors.yaml (2080ti_1, essential_ph_1, titanx_32,
epyc_onnx, and the memory of graphs), over two draws of 11, 25, 55 and 124 training points, and judged on gold_6226,
pixel2 and titan_rtx_256. That residuals are those of predictions in steps (``hwpred.predictors.structured.prediction``)
was put in when, without it, 95 % intervals covered as few as 14 % on eyeriss and fpga, whose metrics have no noise.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, poch, stdtrit

LEVEL = 0.95
"""Of the central interval that the standard deviation is made to fit: it has 1.96 of them on each side."""
WIDTH_DEVIATION = 0.7
"""Standard deviation of the logarithm of the width; its median is what is stated."""
DEGREES, DEGREES_DEVIATION = 5, 0.6
"""Median of the degrees of freedom, and standard deviation of their logarithm."""
_DEGREES = np.array([1.5, 2, 3, 4, 6, 10, 30])
_WIDTHS = np.exp(np.linspace(-4, 3, 141))


@dataclass(frozen=True)
class Tails:
    """Errors in stated standard deviations: Student's t.

    Attributes
    ----------
    width : float
        By which a stated standard deviation is multiplied, so that 1.96 of it on each side cover 95 %.
    degrees : float
        Of freedom.
    """

    width: float
    degrees: float

    def half(self, level):
        """Return half the central interval of that level, in standard deviations that were multiplied by ``width``."""
        return _quantile(self.degrees, level) * ndtri(0.5 + LEVEL / 2) / _quantile(self.degrees, LEVEL)


def tails_of(residuals):
    """Return the ``Tails`` that residuals of left-out training points tell of.

    Parameters
    ----------
    residuals : array of shape (n,)
        In stated standard deviations.
    """
    errors = np.abs(residuals) * (1 + 1 / np.sqrt(len(residuals)))
    # A width is that of the interval of ``LEVEL``; the scale of Student's t follows from it.
    scales = _WIDTHS[:, None] * (ndtri(0.5 + LEVEL / 2) / _quantile(_DEGREES, LEVEL))
    likelihood = (_log_density(errors[:, None, None] / scales, _DEGREES) - np.log(scales)).sum(axis=0)
    prior = (np.log(_WIDTHS)[:, None] / WIDTH_DEVIATION) ** 2 + (np.log(_DEGREES / DEGREES) / DEGREES_DEVIATION) ** 2
    posterior = likelihood - 0.5 * prior
    posterior = np.exp(posterior - posterior.max())
    posterior /= posterior.sum()
    width = np.exp((posterior.sum(axis=1) * np.log(_WIDTHS)).sum())
    return Tails(float(width), float(1 / (posterior.sum(axis=0) / _DEGREES).sum()))


def _quantile(degrees, level):
    return stdtrit(degrees, 0.5 + level / 2)


def _log_density(errors, degrees):
    """Return the logarithm of Student's density, without importing scipy.stats, which takes half a second."""
    normalised = np.log(poch(0.5 * degrees, 0.5)) - 0.5 * (np.log(degrees) + np.log(np.pi))
    return normalised - (degrees + 1) / 2 * np.log1p(errors * errors / degrees)
