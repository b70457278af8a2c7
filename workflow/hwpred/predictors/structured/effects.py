"""How alike choices are: two that change a metric alike are, and networks of alike choices have alike interactions.

Few measurements cannot tell for each pair of choices how they act together, but they tell what each one does.
"""

import numpy as np

OWN = 0.06
"""Prior variance of what a choice does at one position more than at others, in that of what it does at all of them."""
RIDGE = 2.0
"""Noise of the regression, in variances of what it explains beforehand: effects of rare choices are shrunk."""


def effects_of(labels, y):
    """Return what each choice does to a metric at each position, by ridge regression.

    Parameters
    ----------
    labels : int array of shape (n, positions)
        The choice at each position; positions of the same choices share their labels.
    y : float array of shape (n,)

    Returns
    -------
    float array of shape (positions, labels)
    """
    number, positions = labels.max() + 1, labels.shape[1]
    counts = np.stack([np.bincount(row, minlength=number) for row in labels]).astype(float)
    kernel = counts @ counts.T + OWN * sum(column[:, None] == column for column in labels.T)
    kernel -= kernel.mean(axis=0)
    kernel -= kernel.mean(axis=1, keepdims=True)
    kernel[np.diag_indices(len(y))] += RIDGE * max(kernel.diagonal().mean(), 1e-9)
    weights = np.linalg.solve(kernel, y - y.mean())
    own = [np.bincount(labels[:, place], weights, minlength=number) for place in range(positions)]
    return counts.T @ weights + OWN * np.stack(own)


def coordinates(labels, effects):
    """Return the effect of the choice at each position; of one that was never seen, none.

    Parameters
    ----------
    labels : int array of shape (n, positions)
        As of ``effects_of``.
    effects : float array of shape (positions, labels)

    Returns
    -------
    float array of shape (n, positions)
    """
    labels = labels.astype(np.intp)
    known = labels < effects.shape[1]
    return np.where(known, effects[np.arange(labels.shape[1]), np.where(known, labels, 0)], 0.0)
