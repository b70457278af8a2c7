"""What TransNAS-Bench-101's macro networks are made of."""

from functools import partial

import numpy as np

from hwpred.spaces.transnas_macro import OPERATIONS, SPACE
from hwpred.spaces.transnas_macro import network as networks
from hwpred.structure.blocks import count, one_hot
from hwpred.structure.graph import chain_contents

_DOUBLES, _HALVES = (2, 4), (3, 4)
"""Modules that double the channels, and that halve the resolution."""


def module_costs(operations):
    """Return what each module costs, relative to a "normal" one at the network's input.

    A module has two residual blocks of two 3x3 convolutions, and a 1x1 convolution as shortcut where the shape changes.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)

    Returns
    -------
    float array of shape (architectures, 6, 3)
        Multiply-accumulates, elements written, and weights; 0 of a missing module.
    """
    present = operations > 0
    wider, smaller = np.isin(operations, _DOUBLES), np.isin(operations, _HALVES)
    given = 2.0 ** np.cumsum(wider, axis=1)
    pixels = 4.0 ** -np.cumsum(smaller, axis=1)
    taken = given / (1 + wider)
    kernels = 9 * (taken * given + 3 * given**2) + (wider | smaller) * taken * given
    costs = np.stack([kernels * pixels, (4 + (wider | smaller)) * given * pixels, kernels], axis=2)
    return costs / [36, 4, 36] * present[..., None]


def contents(operations):
    """Costs of the network and of each module; counts and choices of modules."""
    costs = module_costs(operations)
    modules = (operations > 0).sum(axis=1)[:, None]
    total = np.concatenate([costs.sum(axis=1), modules], axis=1)
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total),
        "drawn/unlike_counts": count(operations, len(OPERATIONS)),
        "drawn/choices": one_hot(operations, SPACE.sizes),
        "modules/part_costs": costs,
    }


derived = partial(chain_contents, SPACE, networks)
best = derived
"""The networks alone tell more than we wrote down (``docs/results/derived_structure.csv``)."""
