"""Networks of once-for-all's MobileNetV3 (Cai et al., ICLR 2020), as layers: an image of any size of the space.

What is known of activations is how many there are: each is written as a rectifier, though the later stages have others.
"""

from hwpred.networks.layers import Part, chain_network
from hwpred.networks.mobile_blocks import bottleneck
from hwpred.spaces.ofa import DEPTHS

STEM_CHANNELS, LAST_CHANNELS, HIDDEN, CLASSES = 16, 960, 1280, 1000
WIDTHS = ((24, 2, False), (40, 2, True), (80, 2, False), (112, 1, True), (160, 2, True))
"""Channels of each stage, stride of its first layer, and whether layers have squeeze-and-excitation."""
SQUEEZE, DIVISOR = 4, 8
"""It has the channels that it weighs divided by the first, rounded to a multiple of the second."""


def build(resolution, stages):
    """Return a network.

    Parameters
    ----------
    resolution : int
        Side of the image in pixels.
    stages : sequence of sequences of (int, int)
        Kernel size and expansion of each layer.

    Returns
    -------
    hwpred.networks.layers.Network
    """
    return chain_network(parts(stages), resolution)


def parts(stages):
    """Return the parts of a network: the stem, four of each stage, of which some may be empty, and the classifier."""
    found = [Part(_stem)]
    for layers, (channels, stride, excites) in zip(stages, WIDTHS, strict=True):
        of_layers = [
            Part(_layer, (channels, stride if place == 0 else 1, excites, kernel, expansion))
            for place, (kernel, expansion) in enumerate(layers)
        ]
        found += of_layers + [Part(_nothing)] * (DEPTHS[-1] - len(of_layers))
    return [*found, Part(_end)]


def _stem(layers, x):
    x = layers.conv_bn_relu(x, STEM_CHANNELS, 3, 2)
    return bottleneck(layers, x, STEM_CHANNELS, 3, 1, expands=False)


def _layer(layers, x, channels, stride, excites, kernel, expansion):
    middle = layers.shape(x)[0] * expansion
    squeezed = max(DIVISOR, (middle // SQUEEZE + DIVISOR // 2) // DIVISOR * DIVISOR) if excites else 0
    return bottleneck(layers, x, channels, kernel, expansion, stride, squeezed=squeezed)


def _nothing(layers, x):
    return x


def _end(layers, x):
    """Add the last 1x1 convolution, global pooling, and a classifier with a layer in between."""
    x = layers.head(layers.conv_bn_relu(x, LAST_CHANNELS, 1), HIDDEN)
    return layers.head(layers.relu(x), CLASSES)
