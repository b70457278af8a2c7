"""Networks of TransNAS-Bench-101's macro level (Duan et al., CVPR 2021), at the input sizes of ``TASKS``.

The published networks take 256x256 images; ours smaller ones, stated below, so that one core times an average network
in 10 to 20 ms. The sizes differ between the tasks of classification, whose networks differ in the last layer only.
"""

from dataclasses import dataclass

from hwpred.networks.layers import Part, chain_network

STEM_CHANNELS, CHANNELS = 32, 64
BLOCKS = 2
DOUBLE, HALVE, BOTH = 2, 3, 4


@dataclass(frozen=True)
class Task:
    """What the networks are applied to.

    Parameters
    ----------
    size : int
        Side of a square image, in pixels.
    outputs : int
    images : int
        Of an example.
    dense : bool
        Whether each pixel gets an output.
    """

    size: int
    outputs: int
    images: int = 1
    dense: bool = False


TASKS = {
    "class_scene": Task(80, 47),
    "class_object": Task(64, 75),
    "room_layout": Task(72, 9),
    "jigsaw": Task(20, 1000, images=9),
    "segmentsemantic": Task(64, 17, dense=True),
}


def build(operations, task, live=False):
    """Return the network of one architecture.

    Parameters
    ----------
    operations : sequence of 6 int
        Modules; 0 where there is none.
    task : str
        Key of ``TASKS``.
    live : bool
        Rectify a tensor once, however many layers want it; all layers are live here.

    Returns
    -------
    Network
    """
    return chain_network(parts(operations, task), TASKS[task].size, TASKS[task].images, live)


def parts(operations, task):
    """Return the parts of a network: the stem, one of each position, the head.

    Parameters
    ----------
    operations : sequence of 6 int
        Modules; 0 where there is none.
    task : str
        Key of ``TASKS``.

    Returns
    -------
    list of Part
    """
    return [Part(_stem), *(Part(_module, (int(module),)) for module in operations), Part(_head, (TASKS[task],))]


def _stem(layers, x):
    x = layers.batch_norm(layers.conv(x, STEM_CHANNELS, 3, 2))
    return layers.relu_conv_bn(x, CHANNELS, 3, 2)


def _head(layers, x, task):
    x = layers.relu(x)
    return _decoder(layers, x, task) if task.dense else layers.head(x, task.outputs)


def _module(layers, x, module):
    if not module:
        return x
    channels, _ = layers.shape(x)
    channels *= 2 if module in (DOUBLE, BOTH) else 1
    x = _residual_block(layers, x, channels, 2 if module in (HALVE, BOTH) else 1)
    for _ in range(BLOCKS - 1):
        x = _residual_block(layers, x, channels, 1)
    return x


def _residual_block(layers, x, channels, stride):
    """ReLU-convolution-BN twice; a projection as shortcut where the shape changes."""
    y = layers.relu_conv_bn(layers.relu_conv_bn(x, channels, 3, stride), channels, 3)
    changed = stride > 1 or channels != layers.shape(x)[0]
    shortcut = layers.relu_conv_bn(x, channels, 1, stride) if changed else x
    return layers.add([y, shortcut])


def _decoder(layers, x, task):
    """Transposed convolutions up to the image's size, which halve the channels; then one output a class and pixel."""
    channels, size = layers.shape(x)
    while size < task.size:
        channels = max(channels // 2, STEM_CHANNELS)
        x = layers.relu(layers.batch_norm(layers.conv_transpose(x, channels)))
        channels, size = layers.shape(x)
    return layers.conv(x, task.outputs, 3)
