"""Spaces of networks that have no operations in common: each is described by numbers, such as its operators' counts."""

import numpy as np

from hwpred.spaces.base import Space


class FeatureSpace(Space):
    """A space whose one position says which network it is; predictors get its ``features`` instead of its one-hot.

    Subclasses give ``names`` and ``features_of_all``.

    Attributes
    ----------
    names : tuple of str
        Of the networks, in index order.
    features_of_all : float32 array of shape (networks, features)
        Each feature standardised over the networks of the space.
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

    @property
    def encoded_columns(self):
        """Number of features."""
        return self.features_of_all.shape[1]

    def enumerate(self):
        """Return all networks, int16 of shape (networks, 1)."""
        return np.arange(self.architectures, dtype=np.int16)[:, None]

    def adjacency_one_hot(self, operations):
        """Return the features in place of a one-hot, float32 of shape (networks, features)."""
        return self.features_of_all[operations[:, 0]]

    def lookup_design(self):
        """Say that there is none."""
        raise ValueError(f"networks of {self.key} have no operations in common, which a lookup table would count")

    def to_text(self, operations):
        """Write the name."""
        return self.names[int(operations[0])]

    def from_text(self, text):
        """Read a name."""
        place = self._places.get(str(text).strip())
        if place is None:
            raise self._unreadable(text)
        return (place,)

    @property
    def _places(self):
        return {name: place for place, name in enumerate(self.names)}
