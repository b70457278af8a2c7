"""What networks are made of as their own operators tell, counted and not written down by hand.

A network is a row of parts, one a position or a block (``hwpred.networks``). Equal parts that read inputs of equal shape
have equal counts, so each is built and counted once, and what thousands of networks are made of follows by adding up.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hwpred.networks import get_networks
from hwpred.networks.layer_operators import operators_of_layers
from hwpred.networks.layers import LayerList
from hwpred.spaces import get_space
from hwpred.spaces.operator_counts import MEASURES
from hwpred.structure.blocks import count, flat, one_hot


@dataclass(frozen=True)
class Counts:
    """What many networks have, part by part, on one view of them.

    Attributes
    ----------
    parts : int array of shape (networks, parts)
        Which of the distinct parts each is.
    table : float array of shape (distinct parts, kinds, measures)
        What these have of each kind of operator: ``hwpred.spaces.operator_counts.MEASURES``.
    sides : int array of shape (distinct parts,)
        Of their outputs, in pixels (or tokens): the parts of one side are a stage.
    """

    parts: np.ndarray
    table: np.ndarray
    sides: np.ndarray

    def by_part(self):
        """Return what each part costs, float array of shape (networks, parts, measures)."""
        return self.table.sum(axis=1)[self.parts]

    def by_kind(self):
        """Return what each kind of operator costs, float array of shape (networks, kinds, measures)."""
        return sum(self.table[column] for column in self.parts.T)

    def by_stage(self):
        """Return what the parts of each side cost, float array of shape (networks, sides, measures)."""
        costs, sides = self.by_part(), self.sides[self.parts]
        return np.stack([(costs * (sides == side)[:, :, None]).sum(axis=1) for side in np.unique(sides)[::-1]], axis=1)


def chain_counts(space, operations):
    """Return the ``Counts`` of networks as drawn, of a space whose networks are parts in a row.

    Parameters
    ----------
    space : str
    operations : int array of shape (architectures, positions)
        The input is that of the first of the networks' ``TASKS``.
    """
    networks = get_networks(space)
    task = next(iter(networks.TASKS))
    places, counted, parts = {}, [], []
    for row in np.asarray(operations).tolist():
        shape, own = (3, networks.TASKS[task].size), []
        for part in networks.parts(row, task):
            place = places.setdefault((part, shape), len(places))
            if place == len(counted):
                counted.append(count_part(part, *shape))
            own.append(place)
            shape = counted[place][1]
        parts.append(own)
    kinds = sorted(set().union(*(costs for costs, _ in counted)))
    nothing = (0,) * len(MEASURES)
    table = np.array([[costs.get(kind, nothing) for kind in kinds] for costs, _ in counted], dtype=float)
    return Counts(np.array(parts), table, np.array([side for _, (_, side) in counted]))


@cache
def count_part(part, channels, side):
    """Return what a part costs behind an input of that shape: {kind of operator: measures}, and its output's shape."""
    layers = LayerList(channels, side)
    shape = layers.shape(part.add(layers, 0))
    costs = {}
    for operator in operators_of_layers(layers.network()).operators:
        before = costs.get(operator.name, (0, 0, 0))
        costs[operator.name] = tuple(map(sum, zip(before, (operator.macs, operator.bytes, 1), strict=True)))
    return costs, shape


def chain_blocks(counts, ends=(1, -1)):
    """Return the blocks that counts alone tell, without choices.

    Parameters
    ----------
    counts : Counts
    ends : pair of int
        The parts that belong to positions: those from the first on, to before the second.
    """
    parts, total = counts.by_part(), counts.by_part().sum(axis=1)
    kinds, inner = counts.by_kind(), counts.table[counts.parts[:, slice(*ends)]]
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total),
        "kinds/part_costs": kinds[:, :, :2],
        "kinds/unlike_counts": kinds[:, :, 2],
        "stages/part_costs": counts.by_stage(),
        "parts/part_costs": parts[:, slice(*ends)],
        "part_kinds/part_costs": inner[..., 1].reshape(len(inner), -1, 1),
    }
