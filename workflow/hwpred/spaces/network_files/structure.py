"""What networks of any kind are made of: amounts of work, logarithms of them, and shares by class and part.

Spaces of such networks are ``hwpred.spaces.counted.CountedNetworks``; of some the operators as drawn are counted alone.
"""

import numpy as np

from hwpred.spaces.operator_counts import MEASURES, PIXELS

WEIGHT_BYTES = 4
"""Of a parameter, which most networks have in float32."""
SHARE = 0.2
"""Of what a network costs: the difference that counts as one unit."""


def contents(space, operations):
    """Amounts of work; logarithms of totals, on the scale of the reference networks; and shares.

    Parameters
    ----------
    space : hwpred.spaces.counted.CountedNetworks
    operations : int array of shape (networks, 1)

    Returns
    -------
    dict
        As ``Structured.blocks``.
    """
    networks = operations[:, 0]
    blocks = {}
    for view in space.views:
        blocks[f"{view}/amounts"] = amounts(space, view, networks)
        blocks[f"{view}/log_totals"] = scaled(space, lambda rows, view=view: log_totals(space, view, rows), networks)
        blocks[f"{view}/shares"] = shares(space.by_class(view, networks)) / SHARE
    if space.has_parts:
        blocks["path/part_shares"] = scaled(space, lambda rows: log_path(space, rows), networks)
        levels = range(len(PIXELS) + 2)
        costs = [[space.column(f"pixels/{level}/{measure}", networks) for level in levels] for measure in MEASURES[:2]]
        blocks["pixels/part_shares"] = shares(np.array(costs).transpose(2, 0, 1)) / SHARE
    return blocks


def amounts(space, view, networks):
    """Return how much work networks are: multiply-accumulates, bytes but for weights, operators, and weights.

    Weights stand by themselves: a batch of images reads them once.

    Parameters
    ----------
    space : hwpred.spaces.counted.CountedNetworks
    view : str
        One of ``hwpred.spaces.operator_counts.VIEWS``.
    networks : int array of shape (networks,)

    Returns
    -------
    float array of shape (networks, 4)
    """
    macs, moved, operators = space.by_class(view, networks).sum(axis=2).T
    weights = space.column("parameters", networks)
    return np.column_stack([macs, np.maximum(moved - WEIGHT_BYTES * weights, 0), operators, weights])


def log_totals(space, view, networks):
    """Return logarithms of multiply-accumulates, bytes, operators and parameters.

    Parameters
    ----------
    space : hwpred.spaces.counted.CountedNetworks
    view : str
        One of ``hwpred.spaces.operator_counts.VIEWS``.
    networks : int array of shape (networks,)

    Returns
    -------
    float array of shape (networks, 4)
    """
    totals = space.by_class(view, networks).sum(axis=2)
    return np.log(np.maximum(np.column_stack([totals, space.column("parameters", networks)]), 1))


def log_path(space, networks):
    """Return logarithms of the share of the longest path in what is executed.

    Parameters
    ----------
    space : hwpred.spaces.counted.CountedNetworks
    networks : int array of shape (networks,)

    Returns
    -------
    float array of shape (networks, 3)
    """
    path = np.stack([space.column(f"path/{measure}", networks) for measure in MEASURES], axis=1)
    return np.log(np.maximum(path, 1) / np.maximum(space.by_class("executed", networks).sum(axis=2), 1))


def shares(costs):
    """Return the share of each class or part in each measure, (networks, measures * classes)."""
    return (costs / np.maximum(costs.sum(axis=2, keepdims=True), 1)).reshape(len(costs), -1)


def scaled(space, function, networks):
    """Return what a function tells of networks, with mean 0 and standard deviation 1 over the reference networks.

    Parameters
    ----------
    space : hwpred.spaces.counted.CountedNetworks
    function : callable
        From places of networks (k,) to a float array of shape (k, columns).
    networks : int array of shape (networks,)

    Returns
    -------
    float array of shape (networks, columns)
    """
    known = function(np.arange(space.reference))
    spread = known.std(axis=0)
    return (function(networks) - known.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
