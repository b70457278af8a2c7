"""Simulated deviations of predicted from true metrics: the paper's mixture, and calibrated errors."""

import numpy as np

WEIGHTS = (0.725, 0.265, 0.01)
NARROW, WIDE, BOUND = 1.0, 3.0, 15.0
"""Standard deviations of the two normal parts, and bound of the uniform one, before the sum is rescaled."""
REPEAT = 15
"""Architectures that share one draw."""


def draw_deviations(count, std, generator):
    """Draw the deviations that one simulated predictor makes (Laube, Mutschler and Zell 2022, section 5).

    A deviation is drawn from N(shift, 1) with probability 0.725, from N(-shift, 3) with 0.265, and from U(-15, 15) with
    0.01; the shift is drawn once, from U(0, 2 std). Then all deviations are scaled by one factor, so that their
    standard deviation is exactly the wanted one. Their mean stays.

    This is what the paper's published code does (``_hw/simulate.py``, ``get_noise``), on which its figures stand. The
    text of the paper says something else: there all three parts grow with the wanted standard deviation, as the shift
    does, so that the shape is always the same. In the code the shape changes: the excess kurtosis falls from about 8
    at a standard deviation of 0.1 to about 6 at 1.

    In the code 15 consecutive architectures share a draw ("less smooth", says its comment), and it applies the draws in
    the random order in which a trial draws its architectures. So those that share a draw have nothing in common, and
    are random here as well, for the simulation and for its comparison with real predictors alike. Two details are
    ours: where the code copies draws from the front, as 15 do not divide the number of architectures, the last draw is
    shared by fewer; and fewer than 30 architectures share in smaller groups, since those of the code would leave a
    single draw, or none, which cannot have a standard deviation.

    Parameters
    ----------
    count : int
        Number of architectures, at least 2.
    std : float
        Wanted standard deviation, in those of the metric.
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (count,)

    Raises
    ------
    ValueError
        If there are fewer than two architectures.
    """
    if count < 2:
        raise ValueError(f"deviations of {count} architectures have no standard deviation; draw them for at least 2")
    sharing = min(REPEAT, count // 2)
    draws = -(-count // sharing)
    shift = generator.uniform(0, 2 * std)
    part = generator.choice(len(WEIGHTS), draws, p=WEIGHTS)
    normal = generator.standard_normal(draws)
    values = np.where(part == 0, shift + NARROW * normal, -shift + WIDE * normal)
    values = np.where(part == 2, generator.uniform(-BOUND, BOUND, draws), values)
    deviations = generator.permutation(np.repeat(values, sharing)[:count])
    return deviations * (std / deviations.std())


def draw_calibrated(metric, tau, generator):
    """Draw the deviations of a predictor that reaches Kendall's ``tau`` and is right in the mean.

    Its errors do not depend on its predictions, so these vary less than the metric: by the factor of their correlation.
    This is that of normal variables with this tau, sin(pi tau / 2) (Greiner 1909). A tau below 0 counts as 0.

    Parameters
    ----------
    metric : array of shape (n,)
        The true one, in any unit.
    tau : float
        Between 0 and 1.
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
