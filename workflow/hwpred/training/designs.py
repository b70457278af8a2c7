"""Which architectures to measure for training, in which order: ``random`` as in the paper, or chosen.

A design orders the training pool of a split. As at random, training sets are prefixes: a larger one holds the smaller.
"""

from dataclasses import replace

import numpy as np

from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.hypotheses import NOISE
from hwpred.predictors.structured.kernel import make_components
from hwpred.structure import structured

DESIGNED = 151
"""Architectures that are chosen; what follows is random."""
CANDIDATES = 2_000
"""Architectures, at random, that there are to choose from: more are not much further apart."""
FIRST = 5
"""Measurements before ``active`` fits what it chooses by."""


def designed(design, data, pool, rng):
    """Order a training pool by a design.

    Parameters
    ----------
    design : str
        A key of ``DESIGNS``.
    data : Data
    pool : int array of shape (n,)
        Rows of ``data``, in random order.
    rng : numpy.random.Generator

    Returns
    -------
    int array of shape (n,)
        The same rows: those that the design chose, then the others.
    """
    candidates = pool[:CANDIDATES]
    chosen = candidates[DESIGNS[design](data, candidates, min(DESIGNED, len(candidates)), rng)]
    return np.concatenate([chosen, pool[~np.isin(pool, chosen)]])


def maximin(data, candidates, number, rng):
    """Choose architectures that differ from all chosen before in as many positions as possible, the first at random.

    Parameters
    ----------
    data : Data
    candidates : int array of shape (c,)
        Rows of ``data``.
    number : int
    rng : numpy.random.Generator

    Returns
    -------
    int array of shape (number,)
        Places among the candidates.
    """
    operations = data.operations[candidates]
    chosen = [int(rng.integers(len(candidates)))]
    nearest = np.full(len(candidates), np.inf)
    while len(chosen) < number:
        nearest = np.minimum(nearest, (operations != operations[chosen[-1]]).sum(axis=1))
        nearest[chosen[-1]] = -1
        chosen.append(int(nearest.argmax()))
    return np.array(chosen)


def d_optimal(data, candidates, number, rng):
    """Choose what ``structured_gp`` is least sure of before it has seen a measurement.

    Taken one by one, that maximises the determinant of the covariance of the measurements (Krause et al., JMLR 2008).

    Parameters
    ----------
    data, candidates, number, rng
        As of ``maximin``; nothing is random.

    Returns
    -------
    int array of shape (number,)
        Places among the candidates.
    """
    x = structured(data.space, data.operations[candidates], data.dead_operations)
    return least_sure(x, _prior(x), NOISE, [], number)


def active(data, candidates, number, rng):
    """Choose what ``structured_gp``, fitted anew whenever the measurements have doubled, is least sure of.

    Parameters
    ----------
    data, candidates, number, rng
        As of ``maximin``.

    Returns
    -------
    int array of shape (number,)
        Places among the candidates.
    """
    x = structured(data.space, data.operations[candidates], data.dead_operations, metric=data.metric)
    chosen = least_sure(x, _prior(x), NOISE, [], min(FIRST, number))
    while len(chosen) < number:
        model = StructuredGaussianProcess().fit(x[chosen], data.target[candidates[chosen]], rng)
        noise = float(model.probabilities_ @ [hypothesis.noise_ for hypothesis in model.hypotheses_])
        fitted = [hypothesis.components_ for hypothesis in model.hypotheses_]
        chosen = least_sure(x, mixed(fitted, model.probabilities_), noise, chosen, min(2 * len(chosen), number))
    return chosen


DESIGNS = {"maximin": maximin, "d_optimal": d_optimal, "active": active}


def least_sure(x, components, noise, chosen, number):
    """Choose architectures one by one, each where a Gaussian process is least sure given those before.

    Parameters
    ----------
    x : Structured
    components : list of hwpred.predictors.structured.component.Component
        Of its kernel.
    noise : float
        Variance of a measurement.
    chosen : sequence of int
        Rows of ``x`` that are chosen already.
    number : int
        How many there shall be with them.

    Returns
    -------
    int array of shape (number,)
    """
    variance = sum(component.diagonal(x.blocks[component.block]) for component in components)
    free = np.ones(len(x), dtype=bool)
    known = np.empty((number, len(x)))
    rows = list(chosen)
    for step in range(number):
        if step == len(rows):
            rows.append(int(np.where(free, variance, -np.inf).argmax()))
        row = rows[step]
        free[row] = False
        covariance = sum(
            component.kernel(x.blocks[component.block][[row]], x.blocks[component.block])[0] for component in components
        )
        known[step] = (covariance - known[:step, row] @ known[:step]) / np.sqrt(variance[row] + noise)
        variance = variance - known[step] ** 2
    return np.array(rows)


def mixed(components, probabilities):
    """Return the components of the covariance of a mixture: those of each hypothesis, weighted by its probability.

    Those that differ in their weight only are one.

    Parameters
    ----------
    components : sequence of lists of Component
        Of each hypothesis, ``hwpred.predictors.structured.component.Component``.
    probabilities : sequence of float
        Of the hypotheses.

    Returns
    -------
    list of Component
    """
    merged = {}
    for own, probability in zip(components, probabilities, strict=True):
        for component in own:
            key = component.name, component.smooth and component.length
            if key not in merged:
                merged[key] = replace(component, weight=0.0)
            merged[key].weight += probability * component.weight
    return list(merged.values())


def _prior(x):
    views = StructuredGaussianProcess().leading_views(x)
    return mixed([make_components(x, leading) for leading in views], views.values())
