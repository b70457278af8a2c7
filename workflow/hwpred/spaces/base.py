"""What all search spaces share: operations by position, text, encodings, a table of architectures.

An architecture is a tuple of operation indices, one a position. Many architectures are one int8
array of shape (architectures, positions).
"""

from dataclasses import dataclass

import numpy as np

ENCODINGS = ("adjacency_one_hot", "path", "graph", "sequence")

# Sequence tokens: 0 starts, the operations follow; no space has more than SEQUENCE_TOKENS in all.
START_TOKEN, FIRST_OPERATION_TOKEN, SEQUENCE_TOKENS = 0, 1, 12


@dataclass(frozen=True)
class Graph:
    """Architectures as graphs of operation nodes between an input and an output node.

    ``adjacency`` (nodes, nodes), 1 where the row's node feeds the column's, is the same for all
    architectures of a space; ``features`` (architectures, nodes, labels) is one-hot (a block with
    several choices is one-hot in each).
    """

    adjacency: np.ndarray
    features: np.ndarray

    def __len__(self):
        return len(self.features)

    def __getitem__(self, rows):
        """Return the graphs of these architectures (an index array or a slice)."""
        return Graph(self.adjacency, self.features[rows])


class Space:
    """A search space whose architectures are chains of positions; subclasses add what differs.

    Attributes
    ----------
    key : str
        Name in the configuration.
    architectures : int
        How many architectures a study of the space knows: all, or the published sample.
    operations : tuple of tuples of str
        Names of the operations, by position.
    """

    key: str
    architectures: int
    operations: tuple
    sample = None
    """(source, file) of the published architectures, where the space is too large to enumerate."""
    node_positions = 1
    """How many consecutive positions describe one node of the graph."""

    @property
    def positions(self):
        """Number of positions."""
        return len(self.operations)

    @property
    def sizes(self):
        """Number of operations by position, int array of shape (positions,)."""
        return np.array([len(names) for names in self.operations])

    def enumerate(self):
        """Return all architectures in index order, int8 of shape (architectures, positions).

        Raises
        ------
        ValueError
            If the space is too large: its architectures are the published sample.
        """
        raise ValueError(f"{self.key} is too large to enumerate; read {self.sample} instead")

    def to_text(self, operations):
        """Write one architecture as text: the operation indices, joined by hyphens."""
        return "-".join(str(int(operation)) for operation in operations)

    def from_text(self, text):
        """Read one architecture from ``to_text``'s form.

        Raises
        ------
        ValueError
            If the text is no architecture of this space.
        """
        parts = str(text).strip().split("-")
        if not all(part.isdigit() for part in parts):
            raise self._unreadable(text)
        return self.check([int(part) for part in parts], text)

    def check(self, operations, text=None):
        """Return the operations as a tuple of int, or raise ValueError if they do not fit the space."""
        operations = tuple(int(operation) for operation in operations)
        fits = len(operations) == self.positions and all(
            0 <= operation < size for operation, size in zip(operations, self.sizes, strict=True)
        )
        if not fits:
            raise self._unreadable(operations if text is None else text)
        return operations

    def _unreadable(self, text):
        example = self.to_text((1,) * self.positions)
        return ValueError(f"{text!r} is no architecture of {self.key}; one looks like {example!r}")

    def lookup_design(self):
        """Return the single operation changes that fill a lookup table.

        Returns
        -------
        base : tuple of int
            The architecture whose metric the increments are added to.
        changes : list of (position, operation, reference, changed)
            Increment of ``operation`` at ``position``: metric of architecture ``changed`` minus
            that of ``reference``.

        Raises
        ------
        ValueError
            If the space has no such architectures.
        """
        raise ValueError(
            f"{self.key} is known by a random sample only, which lacks the single operation changes of a lookup table"
        )

    def encode(self, encoding, operations):
        """Return architectures in the named encoding (one of ``ENCODINGS``), protocol section 5."""
        if encoding not in ENCODINGS:
            raise ValueError(f"unknown encoding {encoding!r}; use one of {', '.join(ENCODINGS)}")
        return getattr(self, encoding)(np.asarray(operations, dtype=np.int8))

    def adjacency_one_hot(self, operations):
        """One-hot of every position, int8 of shape (architectures, sum of sizes)."""
        blocks = [np.eye(size, dtype=np.int8)[operations[:, i]] for i, size in enumerate(self.sizes)]
        return np.concatenate(blocks, axis=1)

    def path(self, operations):
        """Path encoding; a chain has one path, so this is its one-hot."""
        return self.adjacency_one_hot(operations)

    def graph(self, operations):
        """Return the ``Graph`` of the architectures: here a chain."""
        width = self.node_positions
        nodes = self.positions // width
        node_sizes = self.sizes[:width]
        labels = int(node_sizes.sum())
        features = np.zeros((len(operations), nodes + 2, labels + 2), dtype=np.int8)
        features[:, 0, 0] = features[:, -1, -1] = 1
        features[:, 1:-1, 1:-1] = self.adjacency_one_hot(operations).reshape(len(operations), nodes, labels)
        return Graph(np.eye(nodes + 2, k=1, dtype=np.int8), features)

    def sequence(self, operations):
        """Tokens of the operations, int8 of shape (architectures, positions).

        The edges of the graph are the same in all architectures of a space, so they are not written.
        """
        width = self.node_positions
        offsets = np.cumsum([0, *self.sizes[: width - 1]])
        return (FIRST_OPERATION_TOKEN + np.tile(offsets, self.positions // width) + operations).astype(np.int8)


class ArchitectureTable:
    """The architectures that a study knows, in index order.

    Parameters
    ----------
    space : Space
    operations : int8 array of shape (architectures, positions)

    Raises
    ------
    ValueError
        If an operation is outside the space or an architecture occurs twice.
    """

    def __init__(self, space, operations):
        operations = np.asarray(operations)
        if operations.ndim != 2 or operations.shape[1] != space.positions:
            raise ValueError(f"{space.key}: architectures of shape {operations.shape}, expected (n, {space.positions})")
        if (operations < 0).any() or (operations >= space.sizes).any():
            row = int(np.argmax(((operations < 0) | (operations >= space.sizes)).any(axis=1)))
            raise ValueError(
                f"{space.key}: architecture {row} has an operation outside the space: {operations[row].tolist()}"
            )
        self.space = space
        self.operations = operations.astype(np.int8)
        self._index = {tuple(row): i for i, row in enumerate(self.operations.tolist())}
        if len(self._index) < len(operations):
            raise ValueError(f"{space.key}: {len(operations) - len(self._index)} architectures occur twice")

    def __len__(self):
        return len(self.operations)

    def index_of(self, operations):
        """Return the index of one architecture (a tuple of int).

        Raises
        ------
        ValueError
            If the table does not hold it.
        """
        found = self._index.get(tuple(operations))
        if found is None:
            raise ValueError(
                f"architecture {self.space.to_text(operations)!r} is not among the {len(self)} of {self.space.key}"
            )
        return found
