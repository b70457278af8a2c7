"""What FBNet's networks are made of."""

from functools import cache, partial

import numpy as np

from hwpred.spaces.fbnet import OPERATIONS, SPACE
from hwpred.spaces.fbnet import network as networks
from hwpred.structure.blocks import count, flat, one_hot
from hwpred.structure.graph import chain_contents
from hwpred.structure.mobile_blocks import mobile_costs

SKIP = OPERATIONS.index("skip")
TASK = "imagenet"


@cache
def layer_costs():
    """Return what each operation costs in each layer, and the layers' stages.

    Returns
    -------
    costs : int array of shape (22, 9, 3)
        As ``mobile_costs`` has them. A skip that changes the shape is a 1x1 convolution.
    operators : int array of shape (22, 9)
        How many operators run one after the other, a shuffle as two: small networks on GPUs take a time an operator.
    stages : int array of shape (22,)
    """
    size = networks.TASKS[TASK].size
    alike = [networks.parts((operation,) * SPACE.positions, TASK) for operation in range(len(OPERATIONS))]
    costs = np.stack([mobile_costs(parts, size)[1:-1] for parts in alike], axis=1)
    layers = [positions for _, positions in networks.STAGES]
    return costs[..., :3], costs[..., 3], np.repeat(np.arange(len(layers)), layers)


def contents(operations):
    """Costs of the network, of each stage and of each layer; counts in all, by costs of the layer and by stage."""
    table, operators, stages = layer_costs()
    positions = np.arange(SPACE.positions)
    layers, run = table[positions, operations], operators[positions, operations].sum(axis=1)
    chosen = np.eye(len(OPERATIONS))[operations]
    total = np.concatenate([layers.sum(axis=1), run[:, None]], axis=1)
    by_stage = [stages == stage for stage in range(len(networks.STAGES))]
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


derived = partial(chain_contents, SPACE, networks)
