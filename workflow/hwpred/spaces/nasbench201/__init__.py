"""NAS-Bench-201 (Dong and Yang, ICLR 2020): a cell of four nodes, five operations on each of six edges."""

import itertools
import random
import re

import numpy as np

from hwpred.spaces.base import Graph, Space

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""(from node, to node) of each position, in the order of the benchmark's strings."""
PATHS = ((3,), (0, 4), (1, 5), (0, 2, 5))
"""Positions on the four paths from the cell's input to its output."""
DISTINCT_CELLS = 5_044
"""Number of ``isomorphism_classes``."""
_CONVOLUTIONS = (2, 3)


def live_edges(operations):
    """Return which edges carry something of the cell's input to its output.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)

    Returns
    -------
    bool array of shape (architectures, 6)
        False for "none", for edges from a node that nothing reaches, and for edges to one that leads nowhere.
    """
    present = np.asarray(operations) != 0
    live = np.zeros_like(present)
    for path in PATHS:
        live[:, path] |= present[:, path].all(axis=1, keepdims=True)
    return live


def canonical_form(operations):
    """Return what a cell computes as text; equal for cells that differ only in how they are drawn.

    A node's value is a sum of terms. "none" and dead edges leave no term, a skip passes its source's terms on, pooling
    (linear) goes to each term, and a convolution is one term, named since two of them differ in their weights but one
    may be used twice.

    Parameters
    ----------
    operations : sequence of 6 int

    Returns
    -------
    str
        Terms joined by +, such as ``0+3a(0)``: the input and a 3x3 convolution of it. Empty if nothing passes.
    """
    kept = [int(o) if live else 0 for o, live in zip(operations, live_edges([operations])[0], strict=True)]
    nodes = _node_terms(kept, [""] * len(EDGES))
    alike = {}
    for edge, ((start, _), operation) in enumerate(zip(EDGES, kept, strict=True)):
        if operation in _CONVOLUTIONS:
            alike.setdefault((operation, "+".join(nodes[start])), []).append(edge)
    forms = []
    for orders in itertools.product(*(itertools.permutations(edges) for edges in alike.values())):
        names = [""] * len(EDGES)
        for order in orders:
            for name, edge in zip("abcdef", order, strict=False):
                names[edge] = name
        forms.append("+".join(_node_terms(kept, names)[-1]))
    return min(forms)


def _node_terms(operations, names):
    """Sorted terms of each of the four nodes, given the name of each edge's convolution."""
    terms = [["0"], [], [], []]
    for (start, end), operation, name in sorted(zip(EDGES, operations, names, strict=True)):
        source = sorted(terms[start])
        if OPERATIONS[operation] == "skip_connect":
            terms[end] += source
        elif operation in _CONVOLUTIONS:
            terms[end].append(f"{operation}{name}({'+'.join(source)})")
        elif operation:
            terms[end] += [f"{operation}({term})" for term in source]
    return [sorted(node) for node in terms]


def isomorphism_classes(operations):
    """Return the class of each architecture, int array; classes are numbered by their first architecture."""
    classes = {}
    return np.array([classes.setdefault(canonical_form(cell), len(classes)) for cell in operations], dtype=np.int32)


class NasBench201(Space):
    """15,625 cells, indexed as the benchmark does."""

    key = "nasbench201"
    architectures = 15_625
    operations = (OPERATIONS,) * len(EDGES)

    def enumerate(self):
        """Return all cells in the benchmark's order.

        Its authors shuffled the cells, in lexicographic order before, with Python's generator
        seeded by 88 (NAS-Bench-201's ``generate_meta_info``); so the order needs no file.
        """
        cells = list(itertools.product(range(len(OPERATIONS)), repeat=len(EDGES)))
        random.Random(88).shuffle(cells)
        return np.array(cells, dtype=np.int8)

    def to_text(self, operations):
        """Write a cell as the benchmark does: ``|op~0|+|op~0|op~1|+|op~0|op~1|op~2|``."""
        words = [f"{OPERATIONS[o]}~{start}" for o, (start, _) in zip(operations, EDGES, strict=True)]
        return "+".join(f"|{'|'.join(words[a:b])}|" for a, b in ((0, 1), (1, 3), (3, 6)))

    def from_text(self, text):
        """Read a cell from the benchmark's text."""
        names = re.findall(r"\|?([a-z0-9_]+)~\d", str(text))
        if len(names) != len(EDGES) or not set(names) <= set(OPERATIONS):
            raise self._unreadable(text)
        cell = tuple(OPERATIONS.index(name) for name in names)
        if self.to_text(cell) != str(text).strip():
            raise self._unreadable(text)
        return cell

    def lookup_design(self):
        """Base all-none; every operation on every edge alone: 25 measurements."""
        base = (0,) * self.positions
        changes = []
        for position, operation in itertools.product(range(self.positions), range(1, len(OPERATIONS))):
            changed = (*base[:position], operation, *base[position + 1 :])
            changes.append((position, operation, base, changed))
        return base, changes

    def path(self, operations):
        """Multi-hot over the 5 + 25 + 125 operation sequences of the four paths, int8 of shape (n, 155)."""
        encoded = np.zeros((len(operations), 5 + 25 + 125), dtype=np.int8)
        offsets = {1: 0, 2: 5, 3: 30}
        for positions in PATHS:
            column = np.zeros(len(operations), dtype=int)
            for position in positions:
                column = column * 5 + operations[:, position]
            encoded[np.arange(len(operations)), offsets[len(positions)] + column] = 1
        return encoded

    def graph(self, operations):
        """Operation nodes in string order between input and output; an edge where one's end is another's start."""
        nodes = [(-1, 0), *EDGES, (3, 4)]
        adjacency = np.array([[end == start for start, _ in nodes] for _, end in nodes], dtype=np.int8)
        features = np.zeros((len(operations), len(nodes), len(OPERATIONS) + 2), dtype=np.int8)
        features[:, 0, 0] = features[:, -1, -1] = 1
        features[:, 1:-1, 1:-1] = np.eye(len(OPERATIONS), dtype=np.int8)[operations]
        return Graph(adjacency, features)


SPACE = NasBench201()
