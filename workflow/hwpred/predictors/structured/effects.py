"""How alike choices are: two that change a metric alike are, and networks of alike choices have alike interactions.

Few measurements cannot tell for each pair of choices how they act together, but they tell what each one does. One kind
of interaction has so few parameters that they tell it, too: some choices make the program wait for all that stands
before them. It runs ahead of a GPU, and work that it does not wait for is missing in the latency.
"""

import numpy as np
from scipy import linalg

OWN = 0.06
"""Prior variance of what a choice does at one position more than at others, in that of what it does at all of them."""
RIDGE = 2.0
"""Noise of the regression, in variances of what it explains beforehand: effects of rare choices are shrunk."""
EVIDENCE_NOISE = 0.3
"""The same of the regressions by which choices that wait are found; with ``LEAST_GAIN`` chosen as ``waiting`` says."""
LEAST_GAIN = 3.0
"""By which the logarithm of the evidence has to grow with one more choice that waits: 20 times as probable."""


def waiting(labels, y):
    """Find the choices that make a device wait for what stands before them: ``awaited`` then explains more.

    One by one, while the evidence of a ridge regression on how often each choice occurs, awaited or not, grows by
    ``LEAST_GAIN``. Chosen on latencies of photo, citeseer, cs, pubmed and computers in NAS-Bench-Graph: of 250
    measurements it finds the same three choices, gat, gcn and cheb, in 38 of 40 draws of the first four datasets, and
    none otherwise; of 25 it finds none in 43 of 50. Of sums of effects and noise it finds none.

    Parameters
    ----------
    labels : int array of shape (n, positions)
        As of ``effects_of``, in the order in which a network runs.
    y : float array of shape (n,)

    Returns
    -------
    bool array of shape (labels,)
    """
    waits = np.zeros(labels.max() + 1, dtype=bool)
    y = y - y.mean()
    if not y.any():
        return waits

    def with_one_more(choice):
        more = waits.copy()
        more[choice] = True
        return _evidence(awaited(labels, more), y, 2 * len(waits))

    possible, known = set(np.unique(labels[:, 1:]).tolist()), _evidence(awaited(labels, waits), y, 2 * len(waits))
    while possible:
        gains = {choice: with_one_more(choice) - known for choice in sorted(possible)}
        best = max(gains, key=gains.get)
        if gains[best] < LEAST_GAIN:
            break
        waits[best] = True
        possible.remove(best)
        known += gains[best]
    return waits


def awaited(labels, waits):
    """Return labels that tell, too, whether a choice that waits stands behind: twice as many, the odd ones if it does.

    Parameters
    ----------
    labels : array of shape (n, positions)
    waits : bool array
        Of each label; of others it is unknown whether they wait, and they count as if they do not.

    Returns
    -------
    int array of shape (n, positions)
    """
    labels = labels.astype(np.intp)
    here = np.append(waits, False)[np.minimum(labels, len(waits))]
    behind = np.zeros_like(here)
    behind[:, :-1] = np.logical_or.accumulate(here[:, :0:-1], axis=1)[:, ::-1]
    return 2 * labels + behind


def _evidence(labels, y, number):
    """Return the logarithm of the evidence of a ridge regression on counts of labels, up to a constant."""
    counts = np.stack([np.bincount(row, minlength=number) for row in labels]).astype(float)
    counts -= counts.mean(axis=0)
    counts /= np.sqrt(EVIDENCE_NOISE * max((counts**2).sum(axis=1).mean(), 1e-9))
    factor = linalg.cholesky(np.eye(number) + counts.T @ counts, lower=True, check_finite=False)
    explained = linalg.solve_triangular(factor, counts.T @ y, lower=True, check_finite=False)
    return -len(y) / 2 * np.log(y @ y - explained @ explained) - np.log(factor.diagonal()).sum()


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
