"""What all search spaces share: operations by position, text, encodings, a table of architectures.

An architecture is a tuple of operation indices, one a position. Many architectures are one int8
array of shape (architectures, positions).
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

ENCODINGS = ("adjacency_one_hot", "path", "graph", "sequence")

START_TOKEN, FIRST_OPERATION_TOKEN = 0, 1
"""Of sequences: one token starts, those of the operations follow."""
LEAST_TOKENS = 12
"""Tokens of a vocabulary, at least. Those that are in no sequence change nothing but what a network draws."""


@dataclass(frozen=True)
class Graph:
    """Architectures as graphs of operation nodes between an input and an output node.

    Parameters
    ----------
    adjacency : array of shape (nodes, nodes)
        1 where the row's node feeds the column's; the same for all architectures of a space.
    features : array of shape (architectures, nodes, labels)
        One-hot; a block with several choices is one-hot in each.
    """

    adjacency: np.ndarray
    features: np.ndarray

    def __len__(self):
        return len(self.features)

    def __getitem__(self, rows):
        """Return the graphs of these architectures (an index array or a slice)."""
        return Graph(self.adjacency, self.features[rows])


@dataclass(frozen=True)
class Sequences:
    """Architectures as sequences of tokens.

    Parameters
    ----------
    tokens : int array of shape (architectures, positions)
    vocabulary : int
        More than each token.
    """

    tokens: np.ndarray
    vocabulary: int

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, rows):
        """Return the sequences of these architectures (an index array or a slice)."""
        return Sequences(self.tokens[rows], self.vocabulary)


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
    declared = False
    """Whether files of a person say what it holds."""
    left_out = MappingProxyType({})
    """Name of an architecture that a person gave and that could not be read -> why."""
    node_positions = 1
    """How many consecutive positions describe one node of the graph."""
    encodings = ENCODINGS
    """Which encodings its architectures have."""
    binary = True
    """Whether the one-hot holds zeros and ones; other spaces describe architectures by numbers there."""
    logarithmic = False
    """Whether metrics differ by orders of magnitude, so that their logarithm is what is predicted."""

    def __str__(self):
        return self.key

    @property
    def module(self):
        """Name of the modules that know the space, in ``hwpred.spaces`` and in ``hwpred.structure``."""
        return "declared" if self.declared else self.key

    @property
    def columns(self):
        """Names of the columns in files that hold one position each."""
        return [f"p{i}" for i in range(self.positions)]

    @property
    def positions(self):
        """Number of positions."""
        return len(self.operations)

    @property
    def sizes(self):
        """Number of operations by position, int array of shape (positions,)."""
        return np.array([len(names) for names in self.operations])

    @property
    def encoded_columns(self):
        """Number of columns of the one-hot."""
        return int(self.sizes.sum())

    def enumerate(self):
        """Return all architectures in index order, int8 of shape (architectures, positions).

        Raises
        ------
        ValueError
            If the space is too large: its architectures are the published sample.
        """
        raise ValueError(f"{self.key} is too large to enumerate; read {self.sample} instead")

    def holds(self, operations):
        """Return which architectures the space has; subclasses know of those that their operations alone admit.

        Parameters
        ----------
        operations : int array of shape (architectures, positions)

        Returns
        -------
        bool array of shape (architectures,)
        """
        operations = np.asarray(operations)
        return ((operations >= 0) & (operations < self.sizes)).all(axis=1)

    def draw(self, number, rng):
        """Draw architectures of the space, all equally likely.

        Parameters
        ----------
        number : int
        rng : numpy.random.Generator

        Returns
        -------
        int array of shape (number, positions)
        """
        drawn = rng.integers(0, self.sizes, (number, self.positions))
        while not (held := self.holds(drawn)).all():
            drawn[~held] = rng.integers(0, self.sizes, ((~held).sum(), self.positions))
        return drawn

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
        """Check that operations fit the space.

        Parameters
        ----------
        operations : sequence of int
            One a position.
        text : str or None
            What they were read from, for the message.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If they are no architecture of the space.
        """
        operations = tuple(int(operation) for operation in operations)
        if len(operations) != self.positions or not self.holds([operations])[0]:
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
        """Encode architectures (Laube, Mutschler and Zell 2022, section 5).

        Parameters
        ----------
        encoding : str
            One of ``ENCODINGS``.
        operations : int array of shape (architectures, positions)

        Returns
        -------
        array, Graph or Sequences
            As the method says that is called like the encoding.

        Raises
        ------
        ValueError
            If the space has no such encoding.
        """
        if encoding not in ENCODINGS:
            raise ValueError(f"unknown encoding {encoding!r}; use one of {', '.join(ENCODINGS)}")
        if encoding not in self.encodings:
            raise ValueError(f"architectures of {self.key} are described by numbers; there is no encoding {encoding!r}")
        return getattr(self, encoding)(np.asarray(operations, dtype=np.intp))

    def adjacency_one_hot(self, operations):
        """One-hot of every position, int8 of shape (architectures, sum of sizes)."""
        blocks = [np.eye(size, dtype=np.int8)[operations[:, i]] for i, size in enumerate(self.sizes)]
        return np.concatenate(blocks, axis=1)

    def path(self, operations):
        """Path encoding; a chain has one path, so this is its one-hot."""
        return self.adjacency_one_hot(operations)

    @property
    def _labels(self):
        """Label of each position's first operation, int array of shape (positions,), and the number of labels.

        The same position in each node shares its labels, as many as the node with the most operations there has.
        """
        width = self.node_positions
        sizes = self.sizes.reshape(-1, width).max(axis=0)
        return np.tile(np.cumsum(sizes) - sizes, self.positions // width), int(sizes.sum())

    def graph(self, operations):
        """Return the ``Graph`` of the architectures: here a chain."""
        nodes = self.positions // self.node_positions
        first, labels = self._labels
        features = np.zeros((len(operations), nodes + 2, labels + 2), dtype=np.int8)
        features[:, 0, 0] = features[:, -1, -1] = 1
        node = 1 + np.arange(self.positions) // self.node_positions
        features[np.arange(len(operations))[:, None], node, 1 + first + operations] = 1
        return Graph(np.eye(nodes + 2, k=1, dtype=np.int8), features)

    def sequence(self, operations):
        """Return the ``Sequences`` of the architectures: a token an operation.

        The edges of the graph are the same in all architectures of a space, so they are not written.
        """
        first, labels = self._labels
        tokens = (FIRST_OPERATION_TOKEN + first + operations).astype(np.int16)
        return Sequences(tokens, max(LEAST_TOKENS, FIRST_OPERATION_TOKEN + labels))


class ArchitectureTable:
    """The architectures that a study knows, in index order.

    Parameters
    ----------
    space : Space
    operations : int array of shape (architectures, positions)
        Kept as int8, or as int16 where a position has more than 128 operations.

    Raises
    ------
    ValueError
        If an architecture is outside the space or occurs twice.
    """

    def __init__(self, space, operations):
        operations = np.asarray(operations)
        if operations.ndim != 2 or operations.shape[1] != space.positions:
            raise ValueError(f"{space.key}: architectures of shape {operations.shape}, expected (n, {space.positions})")
        outside = np.flatnonzero(~space.holds(operations))
        if len(outside):
            raise ValueError(
                f"{space.key}: architecture {outside[0]} is outside the space: {operations[outside[0]].tolist()}"
            )
        self.space = space
        self.operations = operations.astype(np.int8 if space.sizes.max() <= 128 else np.int16)
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
