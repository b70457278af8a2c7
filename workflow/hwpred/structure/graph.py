"""What networks are made of as their own operators tell: counted, not written down by hand.

A network is a row of parts, one a position or a block (``hwpred.networks``). Equal parts behind inputs of equal shape
have equal counts, so each is built and counted once, and what thousands of networks have follows by adding up.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hwpred.networks.layer_operators import operators_of_layers
from hwpred.networks.layers import LayerList
from hwpred.spaces.operator_counts import MEASURES
from hwpred.structure.blocks import flat, one_hot


@dataclass(frozen=True)
class Counts:
    """What many networks have, part by part.

    Attributes
    ----------
    parts : int array of shape (networks, parts)
        Which of the distinct parts each is.
    table : float array of shape (distinct parts, kinds, measures)
        What these have of each kind of operator: ``hwpred.spaces.operator_counts.MEASURES``.
    sides : int array of shape (distinct parts,)
        Of their outputs, in pixels: parts of one side are a stage.
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


def chain_contents(space, networks, operations):
    """Return the blocks of networks that are parts in a row; as ``contents`` of the modules that know a space.

    Parameters
    ----------
    space : Space
    networks : module
        Of ``hwpred.networks``, with ``parts``: a stem, one of each position or node, a head.
    operations : int array of shape (architectures, positions)
    """
    counts = chain_counts(networks, operations)
    inner = slice(1, -1)
    return chain_blocks(counts, inner) | choice_blocks(space, operations, counts.by_part()[:, inner])


def chain_counts(networks, operations):
    """Return the ``Counts`` of networks that are parts in a row.

    Parameters
    ----------
    networks : module
        Of ``hwpred.networks``; the input is that of the first of its ``TASKS``.
    operations : int array of shape (architectures, positions)
    """
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
    table = table_of([costs for costs, _ in counted])
    return Counts(np.array(parts), table, np.array([side for _, (_, side) in counted]))


@cache
def count_part(part, channels, side):
    """Return what a part costs behind an input of that shape: {kind of operator: measures}, and its output's shape."""
    layers = LayerList(channels, side)
    shape = layers.shape(part.add(layers, 0))
    return count_layers(layers.network()), shape


def count_layers(network):
    """Return {kind of operator, as ``analyse`` names it: measures} of a network as drawn."""
    costs = {}
    for operator in operators_of_layers(network).operators:
        before = costs.get(operator.name, (0,) * len(MEASURES))
        costs[operator.name] = tuple(map(sum, zip(before, (operator.macs, operator.bytes, 1), strict=True)))
    return costs


def chain_blocks(counts, inner):
    """Return the blocks that counts alone tell.

    Parameters
    ----------
    counts : Counts
    inner : slice
        The parts that differ between networks.
    """
    parts, kinds = counts.by_part(), counts.by_kind()
    total = parts.sum(axis=1)
    moved = counts.table[counts.parts[:, inner], :, MEASURES.index("bytes")]
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total),
        "kinds/part_costs": kinds[:, :, :2],
        "kinds/unlike_counts": kinds[:, :, MEASURES.index("operators")],
        "stages/part_costs": counts.by_stage(),
        "parts/part_costs": parts[:, inner],
        "part_kinds/part_costs": moved.reshape(len(moved), -1, 1),
    }


def choice_blocks(space, operations, costs):
    """Return the choices at each position, and how often each occurs among positions that choose from the same.

    Parameters
    ----------
    space : Space
    operations : int array of shape (architectures, positions)
    costs : float array of shape (architectures, parts, measures)
        Of the part that consecutive positions describe: choices are weighted by what it costs in the mean.
    """
    width = space.node_positions
    weights = costs[:, :, :2].mean(axis=0)
    weights = np.repeat(weights / weights.mean(axis=0), width, axis=0)
    counts, weighted = [], []
    for places in _alike(space):
        chosen = np.stack([operations[:, places] == choice for choice in range(space.sizes[places].max())], axis=2)
        counts.append(chosen.sum(axis=1))
        weighted.append(flat(np.einsum("npc,pm->ncm", chosen, weights[places])))
    return {
        "drawn/unlike_counts": np.concatenate(counts, axis=1).astype(float),
        "drawn/weighted_counts": np.concatenate(weighted, axis=1),
        "drawn/choices": one_hot(operations, space.sizes),
    }


def _alike(space):
    """Return the positions that choose from the same: each place of a node, or all positions of equal operations."""
    if space.node_positions > 1:
        return [list(range(place, space.positions, space.node_positions)) for place in range(space.node_positions)]
    places = {}
    for place, names in enumerate(space.operations):
        places.setdefault(names, []).append(place)
    return list(places.values())


def table_of(costs):
    """Return what parts cost as an array (parts, kinds, measures), kinds in alphabetical order."""
    kinds = sorted(set().union(*costs))
    return np.array([[part.get(kind, (0,) * len(MEASURES)) for kind in kinds] for part in costs], dtype=float)
