"""Spaces of networks that have no operations in common: each is called by its name and described by numbers."""

from functools import cached_property

import numpy as np

from hwpred.spaces.base import Space


class NamedNetworks(Space):
    """A space whose one position says which network it is.

    Subclasses give ``adjacency_one_hot``, which here are features of the networks, and ``encoded_columns``.

    Attributes
    ----------
    names : tuple of str
        Of the networks, in index order.
    """

    encodings = ("adjacency_one_hot", "path")
    binary = False
    logarithmic = True

    @property
    def operations(self):
        """The networks: operations of the only position."""
        return (self.names,)

    @property
    def architectures(self):
        """Number of networks."""
        return len(self.names)

    def enumerate(self):
        """Return all networks, int array of shape (networks, 1)."""
        return np.arange(len(self.names))[:, None]

    def lookup_design(self):
        """Say that there is none."""
        raise ValueError(f"networks of {self.key} have no operations in common, which a lookup table would count")

    def to_text(self, operations):
        """Return the name of a network."""
        return self.names[int(operations[0])]

    def from_text(self, text):
        """Return the network of that name."""
        place = self._places.get(str(text).strip())
        if place is None:
            raise self._unreadable(text)
        return (place,)

    @cached_property
    def _places(self):
        return {name: place for place, name in enumerate(self.names)}
