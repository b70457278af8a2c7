"""What bounds predictors: how well a perfect prediction ranks measurements that have noise.

Where a table has several measurements of one network under different indices, these tell how much measurements differ,
without any predictor. In NAS-Bench-201 a cell in which no edge joins the two inner nodes is the same network if these
are swapped: 1,500 pairs, each measured twice.
"""

import math

import numpy as np
import scipy  # loads its modules when they are used

from hwpred.metrics import average_ranks, kendall_tau, tau_cap
from hwpred.seeding import generator
from hwpred.spaces.nasbench201 import isomorphism_classes

FEWEST = 300
"""Pairs without which no ceiling is told."""
NEAR = 20
"""Pairs on each side, in the order of the metric, among which an architecture's noise is drawn."""
COPIED = 0.1
"""Share of equal values among isomorphic cells beyond that of pairs from which on values are taken to be copies."""
_INNER_EDGE, _SWAPPED = 2, (1, 0, 2, 3, 5, 4)


def known_ceilings(space, operations, value):
    """Return what bounds tau on a combination, for the metadata of its evaluation.

    Parameters
    ----------
    space, operations, value
        As in ``ceiling_of_repeats``.

    Returns
    -------
    dict
        ``tau_cap``, the largest tau that the ties of the metric allow, None if nothing can be ranked; ``repeats`` with
        ``tau`` and ``pairs``, where measurements of one network under several indices are known.
    """
    cap = tau_cap(value)
    repeats = ceiling_of_repeats(space, operations, value)
    told = {"repeats": dict(zip(("tau", "pairs"), repeats, strict=True))} if repeats else {}
    return {"tau_cap": None if math.isnan(cap) else cap, **told}


def ceiling_of_repeats(space, operations, value, measure=kendall_tau, run_seed=0):
    """Return how well a perfect prediction ranks these measurements, and from how many pairs that is known.

    Values become normal scores, so that neither units nor outliers matter. Of two measurements of one network, one is
    taken to be right and the other disturbed by their difference: were both disturbed a little, tau would be lower by
    up to 0.03, so that this is a bound. Scores, shrunk by what is noise in them, stand for the truth. Noise is drawn
    for each from the pairs around it, since it depends on how long measurements take.

    Parameters
    ----------
    space : str
    operations : int array of shape (n, positions)
        Architectures that were measured.
    value : float array of shape (n,)
        The metric.
    measure : callable
        Of target and prediction, such as ``hwpred.metrics.spearman``.
    run_seed : int
        Of the draws of noise.

    Returns
    -------
    (float, int) or None
        None in spaces whose networks do not repeat, with fewer than ``FEWEST`` pairs, and where values of isomorphic
        cells are copies of one measurement, since a predictor that saw the copy knows its noise.
    """
    if str(space) != "nasbench201":
        return None
    pairs = swapped_cells(operations)
    if len(pairs) < FEWEST or are_copies(operations, value, pairs):
        return None
    scores = scipy.special.ndtri((average_ranks(value) - 0.5) / len(value))
    noise = _noise(scores, pairs, generator(run_seed, "ceiling"))
    truth = scores * np.sqrt(max(1 - (noise**2).mean() / scores.var(), 0.0))
    return measure(truth + noise, truth), len(pairs)


def swapped_cells(operations):
    """Return the rows of cells of NAS-Bench-201 that are each other with inner nodes swapped, int array (pairs, 2)."""
    rows = {cell: row for row, cell in enumerate(map(tuple, operations.tolist()))}
    swapped = [rows.get(cell, -1) for cell in map(tuple, operations[:, _SWAPPED].tolist())]
    pairs = np.stack([np.arange(len(operations)), swapped], axis=1)
    return pairs[(operations[:, _INNER_EDGE] == 0) & (pairs[:, 0] < pairs[:, 1])]


def are_copies(operations, value, pairs):
    """Say whether values of isomorphic cells are equal more often than those of two measurements of one network.

    Parameters
    ----------
    operations : int array of shape (n, positions)
    value : float array of shape (n,)
        The metric.
    pairs : int array of shape (pairs, 2)
        As of ``swapped_cells``.

    Returns
    -------
    bool
    """
    classes = isomorphism_classes(operations)
    order = np.argsort(classes, kind="stable")
    alike = np.diff(classes[order]) == 0
    equal = np.diff(value[order]) == 0
    return equal[alike].mean() > (value[pairs[:, 0]] == value[pairs[:, 1]]).mean() + COPIED


def _noise(scores, pairs, rng):
    """Draw the noise of a measurement for each score from the differences of the pairs around it."""
    means = scores[pairs].mean(axis=1)
    order = np.argsort(means, kind="stable")
    difference = np.diff(scores[pairs], axis=1)[:, 0][order]
    place = np.searchsorted(means[order], scores) + rng.integers(-NEAR, NEAR, len(scores))
    return difference[place.clip(0, len(difference) - 1)] * rng.choice([-1, 0, 0, 1], len(scores))
