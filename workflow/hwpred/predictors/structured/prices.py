"""What networks that differ by orders of magnitude are expected to cost: amounts of work, each at a price.

Prices are not negative, so that more work never costs less. Where the logarithm of a metric is what is learnt, sums do
not add up in it, but their logarithm is known: it is the mean of a Gaussian process, which learns the rest.

The widths and the error were chosen on two set-ups of timm's networks, amp-nchw-pt210-cu121-rtx3090 and
fp32-nchw-pt221-cpu-i9_10940x-dynamo, as were that prices are of views, and of weights by themselves.
"""

from dataclasses import dataclass

import numpy as np

PRICE_WIDTH = 2.5
"""Standard deviation of a price's logarithm beforehand, around that at which each kind of work costs the same."""
POWER_WIDTH = 0.2
"""Standard deviation of the logarithm of the power beforehand."""
ERROR = 0.25
"""Of what prices expect, in standard deviations of the metric."""
STEPS, LONGEST_STEP, DAMPING = 60, 2.0, (1e-2, 1e-9, 1e8)
"""Of the search: at most so many, no logarithm changes by more, and the damping at first, at least and at last."""


@dataclass(frozen=True)
class Prices:
    """Fitted prices.

    Attributes
    ----------
    logarithms : float array of shape (amounts,)
        Of the prices.
    power : float
        What one unit of the expected logarithm is of the standardised metric; negative if the metric falls with work.
    """

    logarithms: np.ndarray
    power: float

    def expected(self, amounts):
        """Return what is expected of the standardised metric, shape (n,)."""
        return self.power * np.log(amounts @ np.exp(self.logarithms))


def fit_prices(amounts, y, growth=0):
    """Return the most probable prices, by the method of Levenberg and Marquardt.

    Parameters
    ----------
    amounts : float array of shape (n, amounts)
        None is negative, and each network has some.
    y : float array of shape (n,)
        Logarithm of the metric, standardised; the unit of the logarithm is found as well.
    growth : int
        As of ``hwpred.structure.blocks.Structured``; where nobody knows, ``y`` tells.

    Returns
    -------
    Prices
    """
    y = np.asarray(y, dtype=float)
    sizes = np.log(np.maximum(amounts, np.finfo(float).tiny))
    seen = (amounts > 0).any(axis=0)
    size = sizes[:, seen].mean(axis=1)
    sign = float(growth) or (1.0 if y @ (size - size.mean()) >= 0 else -1.0)
    slope = (y.std() or 1.0) / (size.std() or 1.0)
    # All kinds of work alike: each alone would explain so much of the typical network.
    centre = np.median(sign * y[:, None] / slope - sizes, axis=0) - np.log(seen.sum())
    prior = np.append(centre[seen], np.log(slope))
    width = np.append(np.full(seen.sum(), PRICE_WIDTH), POWER_WIDTH)
    found = _most_probable(amounts[:, seen], sign * y, prior, width)
    logarithms = np.full(amounts.shape[1], -np.inf)
    logarithms[seen] = found[:-1]
    return Prices(logarithms, float(sign * np.exp(found[-1])))


def _most_probable(amounts, y, prior, width):
    """Return the logarithms of prices and of the power that maximise likelihood times prior."""

    def evaluate(theta):
        parts = amounts * np.exp(theta[:-1])
        total = parts.sum(axis=1)
        power = np.exp(theta[-1])
        expected = power * np.log(total)
        slopes = np.column_stack([power * parts / total[:, None], expected])
        residual = np.concatenate([(expected - y) / ERROR, (theta - prior) / width])
        return residual, np.vstack([slopes / ERROR, np.diag(1 / width)])

    theta, (damping, least, most) = prior, DAMPING
    residual, slopes = evaluate(theta)
    for _ in range(STEPS):
        normal, gradient = slopes.T @ slopes, slopes.T @ residual
        step = np.linalg.solve(normal + damping * np.diag(normal.diagonal()), -gradient)
        tried = theta + step.clip(-LONGEST_STEP, LONGEST_STEP)
        tried_residual, tried_slopes = evaluate(tried)
        gain = residual @ residual - tried_residual @ tried_residual
        if gain > 0:
            theta, residual, slopes, damping = tried, tried_residual, tried_slopes, max(damping / 5, least)
            if gain < 1e-9 * (residual @ residual):
                break
        elif damping > most:
            break
        else:
            damping *= 5
    return theta
