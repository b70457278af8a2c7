"""What networks are made of as their own operators tell: counted, not written down by hand.

A network is a row of parts, one a position or a block (``hwpred.networks``). Equal parts behind inputs of equal shape
have equal counts, so each is built and counted once, and what thousands of networks have follows by adding up.

Operators count as drawn: bytes that remain after a compiler has folded and fused predict no better (vck190 on MnasNet,
gold_6240 on FBNet). With parameters eleven measurements on gold_6240 reached more (four seeds).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hwpred.networks.analysis import FLOAT_BYTES, elements_of, kind_of, layer_costs
from hwpred.networks.layers import LayerList
from hwpred.structure import typical
from hwpred.structure.blocks import flat, one_hot

MEASURES = ("macs", "bytes", "operators", "parameters")
"""Multiply-accumulates; bytes of the activations that operators read and write; how many run; trained numbers."""
NOTHING = (0,) * len(MEASURES)


@dataclass(frozen=True)
class Counts:
    """What many networks have, part by part.

    Attributes
    ----------
    parts : int array of shape (networks, parts)
        Which of the distinct parts each is.
    table : float array of shape (distinct parts, kinds, measures)
        ``MEASURES`` of each kind of operator in these.
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

    Returns
    -------
    dict
        As ``Structured.blocks``, costs as they are.
    """
    # Columns and weights are those of typical architectures, whatever the others that are asked about at once.
    known = typical(space)
    rows = np.concatenate([known, operations]).astype(np.int64)
    counts, inner = chain_counts(networks, rows), slice(1, -1)
    costs = counts.by_part()[: len(known), inner]
    blocks = chain_blocks(counts, inner) | choice_blocks(space, rows, costs)
    return {name: values[len(known) :] for name, values in blocks.items()}


def chain_counts(networks, operations):
    """Return the ``Counts`` of networks that are parts in a row.

    Parameters
    ----------
    networks : module
        Of ``hwpred.networks``; the input is that of the first of its ``TASKS``.
    operations : int array of shape (architectures, positions)

    Returns
    -------
    Counts
    """
    task = next(iter(networks.TASKS))
    start = (3, networks.TASKS[task].size)
    return count_chains((start, networks.parts(row, task)) for row in np.asarray(operations).tolist())


@cache
def count_part(part, channels, side):
    """Count what a part has behind an input of that shape.

    Parameters
    ----------
    part : hwpred.networks.layers.Part
    channels, side : int
        Shape of the input, its side in pixels.

    Returns
    -------
    costs : dict
        Kind of operator -> ``MEASURES``.
    shape : tuple of int
        Channels and side of the output.
    """
    layers = LayerList(channels, side)
    shape = layers.shape(part.add(layers, 0))
    return count_layers(layers.network()), shape


def count_chains(chains, count=count_part):
    """Return the ``Counts`` of networks that are parts in a row, all of the same number.

    Parameters
    ----------
    chains : iterable of (shape of the input, parts)
        The shape is (channels, side); a part that a network lacks may add nothing.
    count : callable
        What to count of a part, (part, channels, side) -> ({kind of operator: measures}, shape of the output).

    Returns
    -------
    Counts
    """
    places, counted, parts = {}, [], []
    for shape, chain in chains:
        own = []
        for part in chain:
            place = places.setdefault((part, shape), len(places))
            if place == len(counted):
                counted.append(count(part, *shape))
            own.append(place)
            shape = counted[place][1]
        parts.append(own)
    table = table_of([costs for costs, _ in counted])
    return Counts(np.array(parts), table, np.array([side for _, (_, side) in counted]))


def count_layers(network):
    """Return {kind of operator, as ``analyse`` counts them: measures} of a network as drawn."""
    elements, costs = elements_of(network), {}
    for index, layer in enumerate(network.layers[1:], 1):
        if layer.kind == "concatenate":  # moves nothing
            continue
        macs, parameters, _, _ = layer_costs(network, index, elements)
        moved = FLOAT_BYTES * (elements[index] + sum(elements[i] for i in layer.inputs))
        costs[kind_of(layer)] = added(costs.get(kind_of(layer), NOTHING), (macs, moved, 1, parameters))
    return costs


def added(left, right, times=1):
    """Add two tuples of measures.

    Parameters
    ----------
    left, right : tuples of numbers
    times : int
        How often the second one is added.

    Returns
    -------
    tuple of numbers
    """
    return tuple(one + times * other for one, other in zip(left, right, strict=True))


def chain_blocks(counts, inner):
    """Return the blocks that counts alone tell.

    Parameters
    ----------
    counts : Counts
    inner : slice
        The parts that differ between networks.

    Returns
    -------
    dict
        As ``Structured.blocks``, costs as they are.
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
    costs : float array of shape (typical architectures, parts, measures)
        Of the part that consecutive positions describe: choices are weighted by what it costs in the mean.

    Returns
    -------
    dict
        As ``Structured.blocks``.
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
    nothing = np.zeros_like(next(measures for part in costs for measures in part.values()))
    return np.array([[part.get(kind, nothing) for kind in kinds] for part in costs], dtype=float)
