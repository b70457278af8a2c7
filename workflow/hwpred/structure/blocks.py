"""Architectures as what they are made of: costs and counts of operations, in blocks of columns."""

from dataclasses import dataclass, replace

import numpy as np

KINDS = (
    "size",
    "amounts",
    "costs",
    "path_costs",
    "kind_costs",
    "log_costs",
    "log_totals",
    "shares",
    "part_shares",
    "counts",
    "weighted_counts",
    "unlike_counts",
    "dead_counts",
    "presence",
    "choices",
    "plain_choices",
    "labels",
    "part_costs",
    "devices",
    "time",
)
"""What the columns of a block tell.

- ``size``: one column, the sum of all costs in their standard deviations.
- ``amounts``: of work, each of which has a price, of networks that differ by orders of magnitude: what they cost in all
  is expected of the metric, whose logarithm is learnt.
- ``costs``: totals of the network, such as its multiply-accumulates; ``log_costs``: their logarithms; ``kind_costs``:
  those of each kind of operator; ``path_costs``: those of the longest path, and how often each operation stands on it.
- ``log_totals``: logarithms of totals of networks that differ by orders of magnitude; ``shares``: what part of a total
  each class of operators has, and ``part_shares``: each part of the network.
- ``counts``: how often each operation occurs, where all positions have the same shape.
- ``weighted_counts``: the same where shapes differ, weighted by what a position costs.
- ``unlike_counts``: not weighted, though shapes differ; of the network or of each part.
- ``dead_counts``: of operations that a compiler may drop, by why it may.
- ``presence``: whether each operation occurs at all: one that does may change what all others cost.
- ``choices``: the one-hot of every position; ``plain_choices``: the same of spaces whose costs are not known as well.
- ``labels``: the choice at each position as a whole number, which positions of the same choices share.
- ``part_costs``: costs of each part of the network.
- ``devices``: the metric as other devices measured it, a column a device.
- ``time``: when an architecture was measured, in any unit, such as its place in the order of measuring. It tells of the
  device, which drifts, and not of the architecture: predictions leave it out.
"""

PARALLEL = "parallel"
"""The view of devices that run branches at the same time: the longest path alone."""
DEAD = "dead"
"""The view of operations that do not carry the input to the output alone; it leads in no hypothesis."""
ALTERNATIVES = ("drawn", "executed", "output", "live", PARALLEL, DEAD, "other")
"""Views of which one says best what a device does.

All operations as drawn, those only that a compiler keeps, those on the longest path, those that a compiler may drop, or
what other devices do.
"""

DEAD_OPERATIONS = {"run": "drawn", "dropped": "live", "partly_dropped": "executed"}
"""What a device may do with operations that do not reach the output: the view that it then runs."""

GROWTH = {"latency": 1, "energy": 1, "memory": 1, "throughput": -1}
"""Metrics of which it is known what they do as networks grow: costs grow as well (1), a throughput falls (-1)."""

DEVICES = "other/devices"
"""The block of what other devices measured; it is not of the space."""
TIME = "order/time"
"""The block of when architectures were measured; it is of the training points alone."""


@dataclass(frozen=True)
class Structured:
    """Architectures in blocks of columns.

    Attributes
    ----------
    blocks : dict
        ``view/kind`` to a float array of shape (architectures, columns). A view says which operations count
        (``ALTERNATIVES``), or of which part of the network.
    stated : str or None
        The alternative view that the device is said to run.
    growth : int
        1 if the metric is known to grow with the size of a network, -1 if it falls, 0 if nobody knows.
    """

    blocks: dict
    stated: str | None = None
    growth: int = 0

    def __len__(self):
        return len(next(iter(self.blocks.values())))

    def __getitem__(self, rows):
        """Return the blocks of these architectures (an index array or a slice)."""
        return replace(self, blocks={name: values[rows] for name, values in self.blocks.items()})

    def measured_at(self, time):
        """Return the same architectures with the time of each one's measurement, float array of shape (n,)."""
        return replace(self, blocks={**self.blocks, TIME: np.asarray(time, dtype=float)[:, None]})

    def in_gaps(self):
        """Return the same, time counted in the median time between two measurements, one after the other."""
        if TIME not in self.blocks:
            return self
        time = self.blocks[TIME][:, 0]
        moments = np.unique(time)
        return self.measured_at((time - moments[0]) / (np.median(np.diff(moments)) if len(moments) > 1 else 1.0))

    @property
    def views(self):
        """Names of the views, without repetition."""
        return list(dict.fromkeys(name.split("/")[0] for name in self.blocks))

    @property
    def has_amounts(self):
        """Whether it is known how much work networks are, on whatever scale the metric adds up."""
        return any(name.endswith("/amounts") for name in self.blocks)

    @property
    def shape(self):
        """Number of architectures and of all columns."""
        return len(self), sum(values.shape[1] for values in self.blocks.values())


def one_hot(codes, sizes):
    """Return the one-hot of every position.

    Parameters
    ----------
    codes : int array of shape (architectures, positions)
    sizes : sequence of int
        How many codes each position may have.

    Returns
    -------
    float array of shape (architectures, sum of sizes)
    """
    return np.concatenate([np.eye(size)[codes[:, i]] for i, size in enumerate(sizes)], axis=1)


def count(codes, size):
    """Count how often each code stands in a row.

    Parameters
    ----------
    codes : int array of shape (architectures, positions)
    size : int
        How many codes there are.

    Returns
    -------
    float array of shape (architectures, size)
    """
    return np.stack([(codes == code).sum(axis=1) for code in range(size)], axis=1).astype(float)


def flat(parts):
    """Join all axes behind the first."""
    return parts.reshape(len(parts), -1)
