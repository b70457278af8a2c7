"""What MnasNet's networks are made of, as Accel-NASBench builds them."""

from functools import partial

import numpy as np

from hwpred.spaces.mnasnet import BLOCKS, CHOICES, SPACE
from hwpred.structure.blocks import flat, one_hot
from hwpred.structure.graph import chain_contents
from hwpred.structure.mobile_blocks import bottleneck_costs

INPUT = (32, 112)
"""Channels, and side in pixels, of what enters the first block: a stem has halved an image of 224x224."""
STAGES = ((16, 1), (24, 2), (40, 2), (80, 2), (112, 1), (192, 2), (320, 1))
"""Channels of each block and stride of its first layer: with these all published numbers of parameters come out."""
LAYER_KINDS = len(CHOICES["e"]) * len(CHOICES["k"]) * len(CHOICES["se"])


def block_costs(expansion, kernel, layers, excite):
    """Return the costs of blocks.

    Parameters
    ----------
    expansion, kernel, layers, excite : int arrays of shape (architectures, 7)

    Returns
    -------
    int array of shape (architectures, 7, 3)
        As ``bottleneck_costs`` has them.
    """
    costs = []
    taken, before = INPUT
    for block, (given, stride) in enumerate(STAGES):
        after = before // stride
        widths, excites = expansion[:, block], excite[:, block]
        first, further = (
            bottleneck_costs(
                (channels, given), (size, after), kernel[:, block], widths, expands=widths > 1, excite=excites
            )
            for channels, size in ((taken, before), (given, after))
        )
        costs.append(first + (layers[:, block, None] - 1) * further)
        taken, before = given, after
    return np.stack(costs, axis=1)


def middle_elements(expansion, layers):
    """Return what the layers of blocks write between their 1x1 convolutions, where they have the most channels.

    Parameters
    ----------
    expansion, layers : int arrays of shape (architectures, 7)

    Returns
    -------
    depthwise, expanded : int arrays of shape (architectures, 7)
        Elements that the depthwise convolutions write, and the 1x1 convolutions in front of them.
    """
    depthwise, expanded = [], []
    taken, before = INPUT
    for block, (given, stride) in enumerate(STAGES):
        after = before // stride
        first, further = taken * expansion[:, block], given * expansion[:, block] * (layers[:, block] - 1)
        depthwise.append((first + further) * after**2)
        expanded.append((expansion[:, block] > 1) * (first * before**2 + further * after**2))
        taken, before = given, after
    return np.stack(depthwise, axis=1), np.stack(expanded, axis=1)


_BLOCK_SIZES = np.array(
    [channels * side**2 for (channels, _), side in zip(STAGES, (112, 56, 28, 14, 14, 7, 7), strict=True)]
)
_BLOCK_SIZES = _BLOCK_SIZES / _BLOCK_SIZES.max()
"""Elements of each block's output, relative to the largest."""


def contents(operations):
    """Costs of the network and of each block; counts of first and of further layers by what they are made of."""
    choices = operations.reshape(len(operations), BLOCKS, len(CHOICES))
    expansion, kernel, layers, excite = (np.array(values)[choices[..., i]] for i, values in enumerate(CHOICES.values()))
    costs = block_costs(expansion, kernel, layers, excite)
    total = np.concatenate([costs.sum(axis=1), layers.sum(axis=1)[:, None]], axis=1)
    kind = (choices[..., 0] * len(CHOICES["k"]) + choices[..., 1]) * len(CHOICES["se"]) + choices[..., 3]
    made = np.eye(LAYER_KINDS)[kind]
    made = np.concatenate([made, made * (layers - 1)[..., None]], axis=2)
    marks = np.stack([np.ones_like(kernel), kernel == 5, excite, expansion == 4, expansion == 6], axis=2)
    depthwise, expanded = (elements / (INPUT[0] * INPUT[1] ** 2) for elements in middle_elements(expansion, layers))
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


derived = partial(chain_contents, "mnasnet")
