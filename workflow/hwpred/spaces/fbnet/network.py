"""Networks of FBNet (Wu et al., CVPR 2019), as HW-NAS-Bench (Li et al., ICLR 2021) builds them for two inputs."""

import re
from dataclasses import dataclass

from hwpred.networks.layers import Part, chain_network, classify
from hwpred.networks.mobile_blocks import bottleneck
from hwpred.spaces.fbnet import OPERATIONS


@dataclass(frozen=True)
class Task:
    """What the networks are applied to, and what follows from it.

    Parameters
    ----------
    size : int
        Side of the square input, in pixels.
    classes : int
    last_channels : int
        Behind the blocks.
    stem_stride : int
    strides : tuple of int
        Of the stages.
    """

    size: int
    classes: int
    last_channels: int
    stem_stride: int
    strides: tuple


TASKS = {
    "imagenet": Task(224, 1000, 1984, 2, (1, 2, 2, 2, 1, 2, 1)),
    "cifar100": Task(32, 100, 1504, 1, (1, 1, 2, 2, 1, 2, 1)),
}
STEM_CHANNELS = 16
STAGES = ((16, 1), (24, 4), (32, 4), (64, 4), (112, 4), (184, 4), (352, 1))
"""Channels and positions of each stage (the paper's Table 1)."""
SKIP = "skip"


def build(operations, task, live=False):
    """Return the network of one architecture.

    Parameters
    ----------
    operations : sequence of 22 int
    task : str
        Key of ``TASKS``.
    live : bool
        Changes nothing: all layers reach the output, and each tensor is rectified once.

    Returns
    -------
    Network
    """
    return chain_network(parts(operations, task), TASKS[task].size, live=live)


def parts(operations, task):
    """Return the parts of a network: the stem, one of each position, the classifier.

    Parameters
    ----------
    operations : sequence of 22 int
    task : str
        Key of ``TASKS``.

    Returns
    -------
    list of Part
    """
    task = TASKS[task]
    chosen = iter(operations)
    found = [Part(_stem, (task.stem_stride,))]
    for (channels, positions), stride in zip(STAGES, task.strides, strict=True):
        for position in range(positions):
            found.append(Part(_block, (int(next(chosen)), channels, stride if position == 0 else 1)))
    return [*found, Part(classify, (task.last_channels, task.classes))]


def _stem(layers, x, stride):
    return layers.conv_bn_relu(x, STEM_CHANNELS, 3, stride)


def _block(layers, x, operation, channels, stride):
    """Add an inverted bottleneck, or nothing; a skip that changes the shape is a 1x1 convolution with its ReLU."""
    name = OPERATIONS[operation]
    if name == SKIP:
        changes = stride > 1 or layers.shape(x)[0] != channels
        return layers.conv_bn_relu(x, channels, 1, stride) if changes else x
    kernel, expansion, groups = re.fullmatch(r"k(\d)_e(\d)(?:_g(\d))?", name).groups(default="1")
    return bottleneck(layers, x, channels, int(kernel), int(expansion), stride, groups=int(groups))
