"""What once-for-all's networks are made of: the layers of their positions, for images of many sizes."""

from hwpred.spaces.ofa import KERNELS, SPACE, STAGES
from hwpred.spaces.ofa.network import parts
from hwpred.structure.conditional import blocks_of, kind_costs
from hwpred.structure.graph import count_part

KINDS = (
    *("conv_1x1", "conv_3x3", *(f"depthwise_{kernel}x{kernel}" for kernel in KERNELS), "batch_norm", "relu", "add"),
    *("squeeze", "sigmoid", "multiply", "global_pool", "linear"),
)


def contents(operations):
    """Return costs in all and by kind of layer, and counts of choices."""
    chains = map(_chain, map(SPACE.to_values, operations.tolist()))
    return blocks_of(SPACE, operations, kind_costs(chains, count_part, KINDS))


def _chain(values):
    resolution, *of_stages = values
    each = len(of_stages) // STAGES
    stages = [of_stages[start : start + each] for start in range(0, len(of_stages), each)]
    layers = [[tuple(stage[i : i + 2]) for i in range(1, 1 + 2 * stage[0], 2)] for stage in stages]
    return (3, resolution), parts(layers)
