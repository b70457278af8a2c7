"""Architectures as what they are made of: costs and counts of operations, in blocks of columns."""

from dataclasses import dataclass

import numpy as np

KINDS = ("costs", "log_costs", "counts", "choices", "part_costs", "part_counts", "devices")
"""What the columns of a block tell.

- ``costs``: totals of the network, such as its multiply-accumulates; ``log_costs``: their logarithms.
- ``counts``: how often each operation occurs, wherever it stands.
- ``choices``: the one-hot of every position.
- ``part_costs``, ``part_counts``: the same of each part of the network, where the parts differ in shape.
- ``devices``: the metric as other devices measured it, a column a device.
"""

DEVICES = "other/devices"
"""The block of what other devices measured; it is not of the space."""


@dataclass(frozen=True)
class Structured:
    """Architectures in blocks of columns.

    Attributes
    ----------
    blocks : dict
        ``view/kind`` to a float array of shape (architectures, columns). A view says which operations count: all as
        drawn, or those only that a compiler may keep.
    """

    blocks: dict

    def __len__(self):
        return len(next(iter(self.blocks.values())))

    def __getitem__(self, rows):
        """Return the blocks of these architectures (an index array or a slice)."""
        return Structured({name: values[rows] for name, values in self.blocks.items()})

    def only(self, seen):
        """Return the blocks whose name the function ``seen`` admits."""
        return Structured({name: values for name, values in self.blocks.items() if seen(name)})

    @property
    def shape(self):
        """Number of architectures and of all columns."""
        return len(self), sum(values.shape[1] for values in self.blocks.values())


def one_hot(codes, sizes):
    """One-hot of every position, float of shape (architectures, sum of sizes)."""
    return np.concatenate([np.eye(size)[codes[:, i]] for i, size in enumerate(sizes)], axis=1)


def count(codes, size):
    """How often each of ``size`` codes stands in a row, float of shape (architectures, size)."""
    return np.stack([(codes == code).sum(axis=1) for code in range(size)], axis=1).astype(float)


def flat(parts):
    """Join all axes behind the first."""
    return parts.reshape(len(parts), -1)
