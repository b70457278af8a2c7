"""A network as a list of layers, in an order in which they can be executed."""

from collections import Counter
from dataclasses import dataclass

CONVOLUTIONS = ("conv", "conv_transpose")
PARAMETRIC = (*CONVOLUTIONS, "batch_norm", "linear")


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    kind : str
        input, conv, conv_transpose, batch_norm, relu, avg_pool (padding does not count), add, zero (its input times 0),
        global_pool (mean over height and width), concatenate (the features of all images of an example), linear.
    inputs : tuple of int
        The layers whose outputs it takes.
    channels, height, width : int
        Shape of its output for one image; height and width are 1 from global pooling on.
    kernel, stride : int
        Padding keeps the size at stride 1 and halves it at stride 2 (``conv_transpose``: doubles it).
    bias : bool
        Whether a convolution adds one; linear layers always do.
    """

    kind: str
    inputs: tuple
    channels: int
    height: int
    width: int
    kernel: int = 1
    stride: int = 1
    bias: bool = False

    @property
    def padding(self):
        """Rows and columns of zeros on each side."""
        return (self.kernel - 1) // 2


@dataclass(frozen=True)
class Network:
    """Layers in order of execution; the last one's output is the network's.

    Attributes
    ----------
    layers : tuple of Layer
        The first is the input.
    images : int
        Images that make one example: 1, or 9 tiles of a jigsaw, which go through the network as a batch.
    """

    layers: tuple
    images: int = 1

    @property
    def input_shape(self):
        """(images, channels, height, width) of one example."""
        first = self.layers[0]
        return self.images, first.channels, first.height, first.width

    def in_channels(self, layer):
        """Channels that a layer takes."""
        return self.layers[layer.inputs[0]].channels

    def images_of(self, index):
        """How many images the output of layer ``index`` has: one once they are concatenated."""
        joined = any(layer.kind == "concatenate" for layer in self.layers[: index + 1])
        return 1 if joined else self.images


class LayerList:
    """Adds layer after layer and works out their shapes; layers are named by their index.

    With ``share_relu``, a tensor is rectified once, however many layers want it, as an optimiser does.
    """

    def __init__(self, channels, size, images=1, share_relu=False):
        self._layers = [Layer("input", (), channels, size, size)]
        self._images = images
        self._rectified = {} if share_relu else None

    def network(self):
        """Return what was added as a ``Network``."""
        return Network(tuple(self._layers), self._images)

    def shape(self, index):
        """(channels, height) of a layer's output."""
        return self._layers[index].channels, self._layers[index].height

    def _add(self, kind, inputs, **changes):
        first = self._layers[inputs[0]]
        shape = {"channels": first.channels, "height": first.height, "width": first.width}
        self._layers.append(Layer(kind, tuple(inputs), **{**shape, **changes}))
        return len(self._layers) - 1

    def conv(self, x, channels, kernel, stride=1):
        """Convolution without bias."""
        size = -(-self._layers[x].height // stride)
        return self._add("conv", [x], channels=channels, height=size, width=size, kernel=kernel, stride=stride)

    def conv_transpose(self, x, channels):
        """Transposed 4x4 convolution of stride 2, without bias: doubles the resolution."""
        size = 2 * self._layers[x].height
        return self._add("conv_transpose", [x], channels=channels, height=size, width=size, kernel=4, stride=2)

    def batch_norm(self, x):
        """Batch normalisation with running statistics."""
        return self._add("batch_norm", [x])

    def relu(self, x):
        """Rectifier."""
        if self._rectified is None:
            return self._add("relu", [x])
        if x not in self._rectified:
            self._rectified[x] = self._add("relu", [x])
        return self._rectified[x]

    def relu_conv_bn(self, x, channels, kernel, stride=1):
        """ReLU, convolution, batch normalisation."""
        return self.batch_norm(self.conv(self.relu(x), channels, kernel, stride))

    def avg_pool(self, x, kernel, stride=1):
        """Mean over a window, of what lies inside the image."""
        size = -(-self._layers[x].height // stride)
        return self._add("avg_pool", [x], height=size, width=size, kernel=kernel, stride=stride)

    def add(self, inputs):
        """Sum of any number of layers; of one, that layer itself."""
        return inputs[0] if len(inputs) == 1 else self._add("add", inputs)

    def zero(self, x):
        """All zeros, in the shape of ``x``."""
        return self._add("zero", [x])

    def head(self, x, outputs):
        """Global pooling and a linear layer on the features of all images of an example."""
        x = self._add("global_pool", [x], height=1, width=1)
        if self._images > 1:
            x = self._add("concatenate", [x], channels=self._layers[x].channels * self._images)
        return self._add("linear", [x], channels=outputs)


def folded_batch_norms(network):
    """Return the batch normalisations that an executed graph has as weights of the convolution before them.

    One is folded if it reads a convolution (plain or transposed) that no other layer reads: a factor and a summand a
    channel, they become the convolution's own weight and bias and cost no operation.

    Returns
    -------
    dict of int -> int
        Index of the convolution -> index of its batch normalisation.
    """
    readers = Counter(index for layer in network.layers for index in layer.inputs)
    return {
        layer.inputs[0]: index
        for index, layer in enumerate(network.layers)
        if layer.kind == "batch_norm"
        and network.layers[layer.inputs[0]].kind in CONVOLUTIONS
        and readers[layer.inputs[0]] == 1
    }
