"""What NAS-Bench-201's networks are made of as their own operators tell: sums over the edges and nodes of cells."""

from functools import cache

import numpy as np

from hwpred.spaces.nasbench201 import EDGES, OPERATIONS, live_edges
from hwpred.spaces.nasbench201 import network as networks
from hwpred.structure.blocks import count, one_hot
from hwpred.structure.graph import MEASURES, NOTHING, Counts, added, count_layers, count_part, table_of


def contents(operations):
    """Costs, counts and choices of cells as drawn and of what is live, and the longest path's share of the latter."""
    blocks = {}
    dropped = len(OPERATIONS)
    live = live_edges(operations)
    for view, kept, codes in (
        ("drawn", operations != networks.NONE, operations),
        ("live", live, np.where(live, operations, dropped)),
    ):
        counts = cell_counts(operations, kept)
        blocks[f"{view}/costs"] = counts.by_part().sum(axis=1)
        blocks[f"{view}/counts"] = count(codes, dropped + 1)
        blocks[f"{view}/choices"] = one_hot(codes, [dropped + 1] * operations.shape[1])
    shared = counts.by_part()[:, -1]
    return blocks | {"path/part_shares": np.log((longest_path(counts) + shared) / blocks["live/costs"])}


def cell_counts(operations, kept):
    """Return the ``Counts`` of NAS-Bench-201's networks, without building any but one.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)
    kept : bool array of the same shape
        Which edges there are.

    Returns
    -------
    Counts
        Parts: the six edges in all cells, the three nodes behind their inputs, what all networks share.
    """
    starts, ends = np.array(EDGES).T
    nodes = range(1, max(ends) + 1)
    terms = np.stack([kept[:, ends == node].sum(axis=1) for node in nodes], axis=1)
    read = np.stack([kept[:, starts == node].any(axis=1) | (node == max(ends)) for node in nodes], axis=1)
    # A node at which one edge ends is that edge; one at which none ends is zeros, if anything reads it.
    terms = np.where((terms > 0) | read, terms, 1)
    table = _cell_table()
    shared = np.full((len(operations), 1), len(table) - 1)
    return Counts(
        np.concatenate([np.where(kept, operations, 0), len(OPERATIONS) + terms, shared], axis=1),
        table,
        np.ones(len(table)),
    )


@cache
def _cell_table():
    """Return what costs the operation of an edge, a node at which 0 to 3 edges end, and the network of empty cells."""
    task, settings = next(iter(networks.TASKS.items()))
    parts = [*map(networks.edge_part, range(len(OPERATIONS))), *map(networks.node_part, range(networks.NODES))]
    costs = [count_layers(networks.build(networks.EMPTY, task))]
    of_parts = [{} for _ in parts]
    for stage in range(networks.STAGES):
        shape = settings.channels * 2**stage, settings.size // 2**stage
        for part, own in zip(parts, of_parts, strict=True):
            for kind, measures in count_part(part, *shape)[0].items():
                own[kind] = added(own.get(kind, NOTHING), measures, times=settings.cells)
    return table_of([*of_parts, *costs])


def longest_path(counts):
    """Return the most that one way through live edges costs in each measure, (architectures, measures)."""
    costs, kept = counts.by_part(), counts.parts[:, : len(EDGES)] > 0
    reached = [np.zeros((len(costs), len(MEASURES)))]
    for node in range(1, max(EDGES)[1] + 1):
        ways = [
            np.where(kept[:, [place]], reached[start] + costs[:, place], 0)
            for place, (start, end) in enumerate(EDGES)
            if end == node
        ]
        reached.append(np.max(ways, axis=0) + costs[:, len(EDGES) + node - 1])
    return reached[-1]
