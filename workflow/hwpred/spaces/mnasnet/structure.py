"""What MnasNet's networks are made of, as Accel-NASBench builds them."""

from functools import cache, partial

import numpy as np

from hwpred.spaces.mnasnet import BLOCKS, CHOICES, SPACE
from hwpred.spaces.mnasnet import network as networks
from hwpred.structure.blocks import flat, one_hot
from hwpred.structure.graph import chain_contents
from hwpred.structure.mobile_blocks import mobile_costs

TASK = "imagenet"
STEM = (networks.STEM_CHANNELS, 112, 112)
"""Shape of what enters the first block: its elements are the unit of those that kernels work on."""
LAYER_KINDS = len(CHOICES["e"]) * len(CHOICES["k"]) * len(CHOICES["se"])


@cache
def block_table():
    """Return ``mobile_blocks.COSTS`` of each block by its choices, int array of shape (7, 3, 2, 4, 2, costs)."""
    sizes = [len(values) for values in CHOICES.values()]
    size = networks.TASKS[TASK].size
    rows = [mobile_costs(networks.parts(choices * BLOCKS, TASK), size)[1:-1] for choices in np.ndindex(*sizes)]
    return np.stack(rows, axis=1).reshape(BLOCKS, *sizes, -1)


def block_costs(choices):
    """Return what the blocks of architectures cost.

    Parameters
    ----------
    choices : int array of shape (architectures, 7, 4)
        Places in ``CHOICES``.

    Returns
    -------
    int array of shape (architectures, 7, costs)
        ``mobile_blocks.COSTS``.
    """
    return block_table()[np.arange(BLOCKS), *np.moveaxis(choices, 2, 0)]


_BLOCK_SIZES = np.array(
    [channels * side**2 for (channels, _), side in zip(networks.STAGES, (112, 56, 28, 14, 14, 7, 7), strict=True)]
)
_BLOCK_SIZES = _BLOCK_SIZES / _BLOCK_SIZES.max()
"""Elements of each block's output, relative to the largest."""


def contents(operations):
    """Costs of the network and of each block; counts of first and of further layers by what they are made of."""
    choices = operations.reshape(len(operations), BLOCKS, len(CHOICES))
    expansion, kernel, layers, excite = (np.array(values)[choices[..., i]] for i, values in enumerate(CHOICES.values()))
    costs = block_costs(choices)
    costs, (depthwise, expanded) = costs[..., :3], np.moveaxis(costs[..., 4:], 2, 0) / np.prod(STEM)
    total = np.concatenate([costs.sum(axis=1), layers.sum(axis=1)[:, None]], axis=1)
    kind = (choices[..., 0] * len(CHOICES["k"]) + choices[..., 1]) * len(CHOICES["se"]) + choices[..., 3]
    made = np.eye(LAYER_KINDS)[kind]
    made = np.concatenate([made, made * (layers - 1)[..., None]], axis=2)
    marks = np.stack([np.ones_like(kernel), kernel == 5, excite, expansion == 4, expansion == 6], axis=2)
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total),
        "drawn/unlike_counts": made.sum(axis=1),
        "drawn/weighted_counts": np.einsum("nbk,b->nk", made, _BLOCK_SIZES),
        "drawn/choices": one_hot(operations, SPACE.sizes),
        "marks/unlike_counts": (marks * layers[..., None]).sum(axis=1),
        # What kernels and squeeze-and-excitation cost grows with the channels on which they work.
        "depthwise/weighted_counts": np.einsum("nb,nbk->nk", depthwise, marks[..., :3]),
        "expanded/weighted_counts": expanded.sum(axis=1, keepdims=True),
        "blocks/part_costs": costs,
        "blocks/unlike_counts": flat(made),
        "block_marks/unlike_counts": flat(marks * layers[..., None]),
    }


derived = partial(chain_contents, SPACE, networks)
