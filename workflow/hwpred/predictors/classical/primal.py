"""Support vector regression with a linear kernel, solved for its weights.

libsvm solves for one coefficient a sample, and a linear kernel takes it up to 30 steps for each. There are only as many
weights as features. Newton's method finds them once the corners of the loss are rounded (Bo, Wang and Jiao, Recursive
finite Newton algorithm for support vector regression in the primal, Neural Computation 19, 2007).
"""

import logging

import numpy as np
import scipy  # loads its modules when they are used

logger = logging.getLogger(__name__)

MOST_STEPS = 1000
"""Of Newton's method, for corners of one width; ten are usual."""
PRECISION = 1e-9
"""How far the gradient may be from 0, as a share of what it would be if all samples pulled the same way."""
SHORTEST = 1e-9
"""Share of a step; each is halved until it lowers the loss."""


def fit_linear(x, y, C, epsilon, tolerance):
    """Return the dual coefficients and the intercept of a support vector regression with a linear kernel.

    A corner is a parabola, ``tolerance`` wide. Samples whose errors lie in one have coefficients between 0 and ``C``,
    and all others have 0 or ``C``. So the conditions of the exact problem hold within ``tolerance``, which is all that
    libsvm asks for, too. The first corners are as wide as the range of ``y``, and each time they get ten times
    narrower.

    Parameters
    ----------
    x : float array of shape (n, features)
    y : float array of shape (n,)
    C : float
        Penalty of errors.
    epsilon : float
        Errors up to it cost nothing.
    tolerance : float
        scikit-learn's ``tol``, in units of ``y``.

    Returns
    -------
    coefficients : float array of shape (n,)
        0 for samples that are no support vectors. The weights are ``x.T @ coefficients``.
    intercept : float
    """
    x = np.column_stack([x, np.ones(len(x))])
    penalty = np.append(np.ones(x.shape[1] - 1), 0.0)
    weights = np.append(np.zeros(x.shape[1] - 1), np.median(y))
    width = max(np.ptp(y), tolerance)
    while True:
        weights, coefficients = _minimise(x, y, penalty, C, epsilon, width, weights)
        if width <= tolerance:
            return coefficients, weights[-1]
        width = max(width / 10, tolerance)


def _minimise(x, y, penalty, C, epsilon, width, weights):
    """Return the best weights for corners of one width, from some on, and the coefficients of the samples."""

    def at(weights):
        error = y - x @ weights
        excess = np.abs(error) - epsilon
        within = np.clip(excess, 0, width)
        loss = penalty @ weights**2 / 2 + C / width * (within @ (excess - within / 2))
        return loss, C / width * np.copysign(within, error), (within > 0) & (within < width)

    loss, coefficients, curved = at(weights)
    precision = PRECISION * C * np.linalg.norm(x)
    for _ in range(MOST_STEPS):
        gradient = penalty * weights - x.T @ coefficients
        if np.abs(gradient).max() <= precision:
            return weights, coefficients
        curvature = np.diag(penalty) + C / width * (x[curved].T @ x[curved])
        if not curved.any():
            curvature[-1, -1] = C / width * len(y)  # of the intercept: as if all samples were in corners
        step = -scipy.linalg.solve(curvature, gradient, assume_a="pos", check_finite=False)
        share, promised = 1.0, -gradient @ step
        there = at(weights + step)
        while there[0] > loss - 1e-4 * share * promised and share > SHORTEST:
            share /= 2
            there = at(weights + share * step)
        if there[0] >= loss:
            return weights, coefficients  # rounding allows nothing better
        weights, (loss, coefficients, curved) = weights + share * step, there
    logger.warning("a linear kernel did not converge in %d steps", MOST_STEPS)
    return weights, coefficients
