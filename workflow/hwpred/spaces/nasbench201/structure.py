"""What NAS-Bench-201's cells are made of, and which of their operations a compiler keeps."""

import numpy as np

from hwpred.spaces.nasbench201 import EDGES, OPERATIONS, PATHS, cells, live_edges
from hwpred.structure.blocks import DEAD, PARALLEL, count, one_hot

_SKIP, _CONVOLUTIONS = 1, (2, 3)
_COSTS = np.array([[0, 0], [0, 0], [1, 1], [9, 1], [0, 1], [0, 0]])
"""Multiply-accumulates (of a 1x1 convolution's) and computing layers of each operation; the last is a dropped one."""
_COSTLY = _COSTS.any(axis=1)
_SKIP_COST = 1e-3
"""Of a skip, where nothing else tells two paths apart."""


def output_edges(operations):
    """Return which edges lead to the cell's output, "none" among them; shapes as of ``live_edges``."""
    present = np.asarray(operations) != 0
    return _leading(present, np.ones(len(present), dtype=bool), *np.zeros((2, len(present)), dtype=bool))


def executed_edges(operations):
    """Return which edges a TensorFlow Lite network keeps, "none" among them; shapes as of ``live_edges``.

    The rule was read off the latencies on pixel3 and raspi4 that HW-NAS-Bench (Li et al., ICLR 2021) measured for
    cifar10: edges that do not lead to the output are dropped, and all are if nothing passes from the input to the
    output. But a dead end stays, with all that leads to it, if its value is one convolution and no sum, and it is the
    only such end.
    """
    operations = np.asarray(operations)
    present = operations != 0
    convolution = np.isin(operations, _CONVOLUTIONS)
    into_1, into_2, between, _, from_1, from_2 = present.T
    passes = live_edges(operations).any(axis=1)
    dead_1 = convolution[:, 0] & ~between & ~from_1
    # A skip of a node that nothing reaches adds nothing.
    adds = between & ~((operations[:, 2] == _SKIP) & ~into_1)
    alone = np.where(into_2, convolution[:, 1] & ~adds, convolution[:, 2] & (into_1 | passes))
    passed_on = ~into_2 & (operations[:, 2] == _SKIP) & convolution[:, 0] & ~from_1
    dead_2 = ~from_2 & (alone | passed_on)
    return _leading(present, passes, dead_1 & (from_2 | ~into_2), dead_2 & ~dead_1)


def _leading(present, output, first, second):
    """Return which edges enter a node that is wanted: for itself (the arguments), or by a wanted node that it feeds."""
    _, _, between, _, from_1, from_2 = present.T
    second = second | (from_2 & output)
    first = first | (from_1 & output) | (between & second)
    wanted = np.stack([np.ones_like(output), first, second, output], axis=1)
    return wanted[:, [end for _, end in EDGES]]


derived = cells.contents
_VIEWS = {"drawn": None, "executed": executed_edges, "output": output_edges, "live": live_edges}


def contents(operations):
    """Costs, counts and choices of four views: all as drawn, what is executed, leads to the output, is live.

    Of the longest path costs and counts of what costs anything.
    """
    blocks = {}
    for view, kept in _VIEWS.items():
        codes = np.where(kept(operations), operations, len(OPERATIONS)) if kept else operations
        counts = count(codes, len(_COSTS))
        blocks[f"{view}/costs"] = counts @ _COSTS
        blocks[f"{view}/counts"] = counts
        blocks[f"{view}/choices"] = one_hot(codes, [len(_COSTS)] * operations.shape[1])
    counts = longest_path(operations)
    blocks[f"{PARALLEL}/path_costs"] = np.concatenate([counts @ _COSTS, counts[:, _COSTLY]], axis=1)
    return blocks | {f"{DEAD}/dead_counts": dead_operations(operations)}


def dead_operations(operations):
    """Return how often each operation stands on a dead edge, by why it is dead, float of shape (architectures, 3, 4).

    Its value leads nowhere, or nothing of the input reaches it, or both. "none" is no operation.
    """
    operations = np.asarray(operations)
    present = operations != 0
    into_1, into_2, between, _, from_1, from_2 = present.T
    every = np.ones_like(into_1)
    reached = np.stack([every, into_1, into_2 | (between & into_1)], axis=1)[:, [start for start, _ in EDGES]]
    leading = np.stack([from_1 | (between & from_2), from_2, every], axis=1)[:, [end - 1 for _, end in EDGES]]
    places = (reached & ~leading, ~reached & leading, ~reached & ~leading)
    return np.stack([count(np.where(place, operations, 0), len(OPERATIONS))[:, 1:] for place in places], axis=1)


def longest_path(operations):
    """Return how often each operation stands on the path from input to output that costs most, (architectures, 6).

    It costs what its multiply-accumulates do, and each layer as much as a 1x1 convolution's. Skips decide between
    paths that cost the same.
    """
    operations = np.asarray(operations)
    paths = [operations[:, path] for path in PATHS]
    counts = np.stack([np.where((path != 0).all(axis=1, keepdims=True), count(path, len(_COSTS)), 0) for path in paths])
    costs = counts @ (_COSTS.sum(axis=1) + _SKIP_COST * (np.arange(len(_COSTS)) == _SKIP))
    return np.take_along_axis(counts, costs.argmax(axis=0)[None, :, None], axis=0)[0]
