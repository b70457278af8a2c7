"""Spaces whose depth switches layers off: each position is a number or word, and some have none beyond the depth."""

from dataclasses import dataclass

import numpy as np

from hwpred.spaces.base import Space

OFF = "off"
"""Name of the operation of a position that is not there. It is the last one, so that others count as everywhere."""


@dataclass(frozen=True)
class Position:
    """One choice of an architecture.

    Attributes
    ----------
    kind : str
        What is chosen, such as ``"heads"``; positions of one kind share their labels in graphs and sequences.
    values : tuple of int
        What can be chosen, ascending.
    depth : int or None
        The position that switches this one; None for one that is always there.
    least : int
        The smallest operation of ``depth`` with which this position is there.
    """

    kind: str
    values: tuple
    depth: int | None = None
    least: int = 0


class ConditionalSpace(Space):
    """A space of ``Position``; an architecture has the operation ``OFF`` exactly where its depth says so.

    Parameters
    ----------
    choices : sequence of Position
    """

    def __init__(self, choices):
        self.choices = tuple(choices)
        self.operations = tuple(
            (*map(str, choice.values), *((OFF,) if choice.depth is not None else ())) for choice in self.choices
        )

    def holds(self, operations):
        """Return which architectures the space has: those whose positions are off beyond the depth and nowhere else."""
        operations = np.asarray(operations)
        off = operations == [len(choice.values) for choice in self.choices]
        return super().holds(operations) & (off == self._beyond_depth(operations)).all(axis=1)

    def draw(self, number, rng):
        """Draw that many architectures as their benchmarks did, int array of shape (number, positions).

        All values of a position are equally likely, the depth's too. Of all architectures, most have the largest depth.
        """
        values = np.array([len(choice.values) for choice in self.choices])
        drawn = rng.integers(0, values, (number, self.positions))
        return np.where(self._beyond_depth(drawn), values, drawn)

    def _beyond_depth(self, operations):
        depths = [0 if choice.depth is None else choice.depth for choice in self.choices]
        # What is always there is so from operation 0 of any position on.
        return operations[:, depths] < [choice.least for choice in self.choices]

    def from_values(self, values):
        """Return the operations of an architecture, given each position's value; None where it is off.

        Raises
        ------
        ValueError
            If a value is none of its position's.
        """
        operations = []
        for choice, value in zip(self.choices, values, strict=True):
            if value is not None and value not in choice.values:
                raise ValueError(f"{self.key} has no {choice.kind} {value!r}; use one of {choice.values}")
            operations.append(len(choice.values) if value is None else choice.values.index(value))
        return tuple(operations)

    def to_values(self, operations):
        """Return the value of each position, None where it is off: ``from_values`` the other way round."""
        return [
            None if operation == len(choice.values) else choice.values[operation]
            for choice, operation in zip(self.choices, operations, strict=True)
        ]

    @property
    def _labels(self):
        """As of ``Space``: each kind of position has labels of its own, which all positions of the kind share."""
        sizes = {}
        for choice, names in zip(self.choices, self.operations, strict=True):
            sizes[choice.kind] = max(sizes.get(choice.kind, 0), len(names))
        ends = np.cumsum(list(sizes.values()))
        first = dict(zip(sizes, ends - list(sizes.values()), strict=True))
        return np.array([first[choice.kind] for choice in self.choices]), int(ends[-1])
