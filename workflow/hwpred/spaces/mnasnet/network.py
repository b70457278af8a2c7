"""Networks of MnasNet's space (Tan et al., CVPR 2019), as Accel-NASBench (Ahmad et al., CVPR 2024) builds them.

Stem, channels and classifier are those with which all its 5,138 published numbers of parameters and of
multiply-accumulates come out. What the activations are cannot be read off these: here rectifiers, as in the paper, and
a sigmoid in squeeze-and-excitation.
"""

from dataclasses import dataclass

import numpy as np

from hwpred.networks.layers import Part, chain_network, classify
from hwpred.networks.mobile_blocks import bottleneck
from hwpred.spaces.mnasnet import BLOCKS, CHOICES


@dataclass(frozen=True)
class Task:
    """What the networks are applied to.

    Parameters
    ----------
    size : int
        Side of the square input, in pixels.
    classes : int
    """

    size: int
    classes: int


TASKS = {"imagenet": Task(224, 1000)}
STEM_CHANNELS, LAST_CHANNELS = 32, 1280
STAGES = ((16, 1), (24, 2), (40, 2), (80, 2), (112, 1), (192, 2), (320, 1))
"""Channels of each block and stride of its first layer."""
SQUEEZE = 4
"""Squeeze-and-excitation has the channels of its layer's input divided by that."""


def build(operations, task, live=False):
    """Return the network of one architecture.

    Parameters
    ----------
    operations : sequence of 28 int
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
    """Return the parts of a network: the stem, seven blocks, the classifier.

    Parameters
    ----------
    operations : sequence of 28 int
    task : str
        Key of ``TASKS``.

    Returns
    -------
    list of Part
    """
    blocks = np.reshape(operations, (BLOCKS, len(CHOICES))).tolist()
    return [
        Part(_stem),
        *(Part(_block, (*block, *stage)) for block, stage in zip(blocks, STAGES, strict=True)),
        Part(classify, (LAST_CHANNELS, TASKS[task].classes)),
    ]


def _stem(layers, x):
    return layers.conv_bn_relu(x, STEM_CHANNELS, 3, 2)


def _block(layers, x, expansion, kernel, number, excite, channels, stride):
    """Add the layers of a block; the arguments before ``channels`` are places in ``CHOICES``."""
    expansion, kernel = CHOICES["e"][expansion], CHOICES["k"][kernel]
    for layer in range(CHOICES["l"][number]):
        squeezed = max(1, layers.shape(x)[0] // SQUEEZE) if CHOICES["se"][excite] else 0
        step = stride if layer == 0 else 1
        x = bottleneck(layers, x, channels, kernel, expansion, step, expands=expansion > 1, squeezed=squeezed)
    return x
