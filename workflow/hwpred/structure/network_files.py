"""What networks in files are made of: logarithms of what they cost in all, and shares of it by class and part."""

import numpy as np

from hwpred.spaces.operator_counts import MEASURES, PIXELS, VIEWS

SHARE = 0.2
"""Of what a network costs: the difference that counts as one unit."""


def contents(space, operations):
    """Logarithms of totals, on the scale of the reference networks, and shares.

    Parameters
    ----------
    space : hwpred.spaces.network_files.NetworkFiles
    operations : int array of shape (networks, 1)
    """
    networks = operations[:, 0]
    blocks = {}
    for view in _views(space):
        by_class = space.by_class(view, networks)
        blocks[f"{view}/log_totals"] = totals = scaled(
            space, lambda rows, view=view: log_totals(space, view, rows), networks
        )
        blocks[f"{view}/size"] = totals[:, : len(MEASURES)].mean(axis=1, keepdims=True)
        blocks[f"{view}/shares"] = shares(by_class) / SHARE
    blocks["path/part_shares"] = scaled(space, lambda rows: log_path(space, rows), networks)
    levels = range(len(PIXELS) + 2)
    costs = [[space.column(f"pixels/{level}/{measure}", networks) for level in levels] for measure in MEASURES[:2]]
    blocks["pixels/part_shares"] = shares(np.array(costs).transpose(2, 0, 1)) / SHARE
    return blocks


def log_totals(space, view, networks):
    """Return logarithms of multiply-accumulates, bytes, operators and parameters, (networks, 4)."""
    totals = space.by_class(view, networks).sum(axis=2)
    return np.log(np.maximum(np.column_stack([totals, space.column("parameters", networks)]), 1))


def log_path(space, networks):
    """Return logarithms of the share of the longest path in what is executed, (networks, 3)."""
    path = np.stack([space.column(f"path/{measure}", networks) for measure in MEASURES], axis=1)
    return np.log(np.maximum(path, 1) / np.maximum(space.by_class("executed", networks).sum(axis=2), 1))


def shares(costs):
    """Return the share of each class or part in each measure, (networks, measures * classes)."""
    return (costs / np.maximum(costs.sum(axis=2, keepdims=True), 1)).reshape(len(costs), -1)


def scaled(space, function, networks):
    """Return what a function of networks tells, with mean 0 and standard deviation 1 over the reference networks."""
    known = function(np.arange(space.reference))
    spread = known.std(axis=0)
    return (function(networks) - known.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)


def _views(space):
    """Return the views that differ for a reference network."""
    drawn = space.counts[: space.reference]
    has_dead = (space.by_class("live", slice(len(drawn))) != space.by_class("drawn", slice(len(drawn)))).any()
    return [view for view in VIEWS if view != "live" or has_dead]
