"""What FBNet's networks are made of."""

from functools import cache, partial

import numpy as np

from hwpred.spaces.fbnet import OPERATIONS, SPACE
from hwpred.structure.blocks import count, flat, one_hot
from hwpred.structure.graph import chain_contents
from hwpred.structure.mobile_blocks import bottleneck_costs

SKIP = OPERATIONS.index("skip")
_KERNEL, _EXPANSION = np.array([3, 3, 3, 3, 5, 5, 5, 5]), np.array([1, 1, 3, 6, 1, 1, 3, 6])
_GROUPS = np.array([1, 2, 1, 1, 1, 2, 1, 1])
BLOCK_OPERATORS, SHUFFLE_OPERATORS, CONVOLUTION_OPERATORS = 8, 2, 3
"""Operators that run one after the other: three convolutions with normalisations and two activations; what shuffles the
channels of groups; a convolution with its normalisation and activation. Small networks on GPUs take a time an operator.
"""
INPUT = (16, 112)
"""Channels, and side in pixels, of what enters the first layer: a stem has halved an image of 224x224."""
STAGES = ((16, 1, 1), (24, 4, 2), (32, 4, 2), (64, 4, 2), (112, 4, 1), (184, 4, 2), (352, 1, 1))
"""Channels, layers and stride of the first layer of each stage (the paper's Table 1)."""


@cache
def layer_costs():
    """Return what each operation costs in each layer, and the layers' stages.

    Returns
    -------
    costs : int array of shape (22, 9, 3)
        As ``bottleneck_costs`` has them. A skip that changes the shape is a 1x1 convolution.
    operators : int array of shape (22, 9)
        How many operators run.
    stages : int array of shape (22,)
    """
    costs, operators, stages = [], [], []
    of_blocks = BLOCK_OPERATORS + SHUFFLE_OPERATORS * (_GROUPS > 1)
    taken, before = INPUT
    for stage, (given, layers, stride) in enumerate(STAGES):
        for layer in range(layers):
            after = before // stride if layer == 0 else before
            blocks = bottleneck_costs((taken, given), (before, after), _KERNEL, _EXPANSION, groups=_GROUPS)
            weights, elements = taken * given, given * after**2
            changes = (taken, before) != (given, after)
            skip = [weights * after**2, elements, weights + 2 * given] if changes else [0, 0, 0]
            costs.append([*blocks, skip])
            operators.append([*of_blocks, CONVOLUTION_OPERATORS * changes])
            stages.append(stage)
            taken, before = given, after
    return np.array(costs), np.array(operators), np.array(stages)


def contents(operations):
    """Costs of the network, of each stage and of each layer; counts in all, by costs of the layer and by stage."""
    table, operators, stages = layer_costs()
    positions = np.arange(SPACE.positions)
    layers, run = table[positions, operations], operators[positions, operations].sum(axis=1)
    chosen = np.eye(len(OPERATIONS))[operations]
    total = np.concatenate([layers.sum(axis=1), run[:, None]], axis=1)
    by_stage = [stages == stage for stage in range(len(STAGES))]
    # Behind the first, all layers of a stage have the same shape.
    alike = [np.flatnonzero(members)[1:] for members in by_stage if members.sum() > 1]
    weight = table[:, :, :2].mean(axis=1)
    weighted = np.einsum("nlo,lw->nwo", chosen, weight / weight.mean(axis=0))
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total.clip(min=1)),  # a network of skips only has no blocks
        "drawn/unlike_counts": count(operations, len(OPERATIONS)),
        "drawn/weighted_counts": flat(weighted),
        "drawn/choices": one_hot(operations, SPACE.sizes),
        "stages/part_costs": np.stack([layers[:, members].sum(axis=1) for members in by_stage], axis=1),
        "layers/part_costs": layers,
        "stages/unlike_counts": flat(np.stack([chosen[:, members].sum(axis=1) for members in alike], axis=1)),
    }


derived = partial(chain_contents, "fbnet")
