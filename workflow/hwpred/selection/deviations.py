"""Deviations of predicted from true metrics, as predictors make them (Laube, Mutschler and Zell 2022, section 5)."""

import numpy as np

WEIGHTS = (0.725, 0.265, 0.01)
NARROW, WIDE, BOUND = 1.0, 3.0, 15.0
"""Standard deviations of the two normal parts, and bound of the uniform one."""
REPEAT = 15
"""Consecutive architectures that share one draw: predictors err alike on alike networks."""


def draw_deviations(count, stds, generator):
    """Draw deviations for architectures in the space's order.

    Parameters
    ----------
    count : int
    stds : sequence of float
        Standard deviations wanted, in those of the target; reached exactly.
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (stds, count)
        A mixture: N(shift, 1), N(-shift, 3) and U(-15, 15), the shift from U(0, 2 std), one for each row.
    """
    stds = np.asarray(stds, dtype=float)
    draws = -(-count // REPEAT)
    shape = (len(stds), draws)
    shift = generator.uniform(0, 1, (len(stds), 1)) * 2 * stds[:, None]
    part = generator.choice(len(WEIGHTS), shape, p=WEIGHTS)
    normal = generator.standard_normal(shape)
    values = np.where(part == 0, shift + NARROW * normal, -shift + WIDE * normal)
    values = np.where(part == 2, generator.uniform(-BOUND, BOUND, shape), values)
    repeated = np.repeat(values, REPEAT, axis=1)[:, :count]
    spread = repeated.std(axis=1, keepdims=True)
    # Up to fifteen architectures share one draw, which cannot vary; rounding would give it a spread.
    varies = np.ptp(repeated, axis=1, keepdims=True) > 0
    return repeated * np.divide(stds[:, None], spread, out=np.zeros_like(spread), where=varies)


def draw_calibrated(metric, tau, generator):
    """Draw the deviations of a predictor that reaches Kendall's ``tau`` and is right in the mean.

    Its errors do not depend on its predictions, so these vary less than the metric: by the factor of their correlation.
    This is that of normal variables with this tau, sin(pi tau / 2) (Greiner 1909). A tau below 0 counts as 0.

    Parameters
    ----------
    metric : array of shape (n,)
    tau : float
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (n,)
    """
    # Predictions without any correlation would be equal, and all architectures be selected.
    correlation = np.sin(np.pi / 2 * max(tau, 1e-6))
    noise = metric.std() * generator.standard_normal(len(metric))
    share = correlation**2
    return (share - 1) * (metric - metric.mean()) + np.sqrt(share * (1 - share)) * noise
