"""A network as a list of layers, in an order in which they can be executed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

CONVOLUTIONS = ("conv", "conv_transpose")
PARAMETRIC = (*CONVOLUTIONS, "batch_norm", "linear")


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    kind : str
        input, conv, conv_transpose, batch_norm, relu, sigmoid, avg_pool (padding does not count), add, zero (its input
        times 0), multiply (its first input by one number a channel, the second), shuffle (channels of groups take
        turns), squeeze (mean over height and width, axes of length 1), global_pool (the same without these axes),
        concatenate (the features of all images of an example), linear.
    inputs : tuple of int
        The layers whose outputs it takes.
    channels, height, width : int
        Shape of its output for one image; height and width are 1 behind a mean over them.
    kernel, stride : int
        Padding keeps the size at stride 1 and halves it at stride 2 (``conv_transpose``: doubles it).
    groups : int
        Of a convolution's channels, which see those of the same group only; or of those that are shuffled.
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
    groups: int = 1
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

    Parameters
    ----------
    channels, size : int
        Of the input: its channels, and its side in pixels.
    images : int
        Images that make one example.
    share_relu : bool
        Whether a tensor is rectified once, however many layers want it, as an optimiser does.
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

    def conv(self, x, channels, kernel, stride=1, groups=1, bias=False):
        """Add a convolution; of as many groups as channels it is depthwise.

        Parameters
        ----------
        x : int
            The layer that it reads.
        channels, kernel, stride, groups : int
            As of ``Layer``.
        bias : bool
            Whether it adds one.

        Returns
        -------
        int
            The layer that was added.
        """
        size = -(-self._layers[x].height // stride)
        shape = {"channels": channels, "height": size, "width": size}
        return self._add("conv", [x], **shape, kernel=kernel, stride=stride, groups=groups, bias=bias)

    def conv_transpose(self, x, channels):
        """Add a transposed 4x4 convolution of stride 2, without bias, which doubles the resolution.

        Parameters
        ----------
        x : int
            The layer that it reads.
        channels : int
            Of its output.

        Returns
        -------
        int
            The layer that was added.
        """
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

    def conv_bn(self, x, channels, kernel, stride=1, groups=1):
        """Add a convolution and a batch normalisation.

        Parameters
        ----------
        x : int
            The layer that they read.
        channels, kernel, stride, groups : int
            Of the convolution, as of ``Layer``.

        Returns
        -------
        int
            The last layer that was added.
        """
        return self.batch_norm(self.conv(x, channels, kernel, stride, groups))

    def conv_bn_relu(self, x, channels, kernel, stride=1, groups=1):
        """Add a convolution, a batch normalisation and a rectifier.

        Parameters
        ----------
        x : int
            The layer that they read.
        channels, kernel, stride, groups : int
            Of the convolution, as of ``Layer``.

        Returns
        -------
        int
            The last layer that was added.
        """
        return self.relu(self.conv_bn(x, channels, kernel, stride, groups))

    def relu_conv_bn(self, x, channels, kernel, stride=1):
        """Add a rectifier, a convolution and a batch normalisation.

        Parameters
        ----------
        x : int
            The layer that they read.
        channels, kernel, stride : int
            Of the convolution, as of ``Layer``.

        Returns
        -------
        int
            The last layer that was added.
        """
        return self.batch_norm(self.conv(self.relu(x), channels, kernel, stride))

    def avg_pool(self, x, kernel, stride=1):
        """Add a mean over a window, of what lies inside the image.

        Parameters
        ----------
        x : int
            The layer that it reads.
        kernel : int
            Side of the window, in pixels.
        stride : int

        Returns
        -------
        int
            The layer that was added.
        """
        size = -(-self._layers[x].height // stride)
        return self._add("avg_pool", [x], height=size, width=size, kernel=kernel, stride=stride)

    def add(self, inputs):
        """Sum of any number of layers; of one, that layer itself."""
        return inputs[0] if len(inputs) == 1 else self._add("add", inputs)

    def shuffle(self, x, groups):
        """Let the channels of groups take turns, so that the next groups see all of them (Zhang et al. 2018).

        Parameters
        ----------
        x : int
            The layer that it reads.
        groups : int
            How many there are.

        Returns
        -------
        int
            The layer that was added.
        """
        return self._add("shuffle", [x], groups=groups)

    def squeeze_and_excite(self, x, squeezed):
        """Weigh channels by what two 1x1 convolutions make of their means (Hu et al. 2018).

        Parameters
        ----------
        x : int
            The layer whose channels are weighed.
        squeezed : int
            Channels between the two convolutions.

        Returns
        -------
        int
            The last layer that was added.
        """
        channels, _ = self.shape(x)
        means = self._add("squeeze", [x], height=1, width=1)
        weights = self.conv(self.relu(self.conv(means, squeezed, 1, bias=True)), channels, 1, bias=True)
        return self._add("multiply", [x, self._add("sigmoid", [weights])])

    def zero(self, x):
        """All zeros, in the shape of ``x``."""
        return self._add("zero", [x])

    def head(self, x, outputs):
        """Add global pooling, and a linear layer on the features of all images of an example.

        Parameters
        ----------
        x : int
            The layer that is pooled.
        outputs : int
            Of the network.

        Returns
        -------
        int
            The linear layer.
        """
        x = self._add("global_pool", [x], height=1, width=1)
        if self._images > 1:
            x = self._add("concatenate", [x], channels=self._layers[x].channels * self._images)
        return self._add("linear", [x], channels=outputs)


@dataclass(frozen=True)
class Part:
    """What a position, a block or a cell adds to a network; equal ones add equal layers to inputs of equal shape.

    Attributes
    ----------
    function : callable
        Adds layers to a ``LayerList``, behind a layer, and returns that of its output.
    arguments : tuple
        Of the function, behind list and layer.
    """

    function: Callable
    arguments: tuple = ()

    def add(self, layers, x):
        """Add the layers of the part.

        Parameters
        ----------
        layers : LayerList
        x : int
            The layer behind which they are.

        Returns
        -------
        int
            The layer of their output.
        """
        return self.function(layers, x, *self.arguments)


def chain_network(parts, size, images=1, live=False):
    """Return the network of parts one behind the other, the first behind the input.

    Parameters
    ----------
    parts : iterable of Part
    size : int
        Side of the square input in pixels, which has three channels.
    images : int
        As of ``Network``.
    live : bool
        Rectify a tensor once, however many layers want it, as a compiler does.

    Returns
    -------
    Network
    """
    layers = LayerList(3, size, images, share_relu=live)
    x = 0
    for part in parts:
        x = part.add(layers, x)
    return layers.network()


def classify(layers, x, channels, classes):
    """Add the end of mobile networks: a 1x1 convolution, global pooling, a linear layer.

    Parameters
    ----------
    layers : LayerList
    x : int
        The layer behind which it is.
    channels : int
        Of the convolution.
    classes : int
        Outputs of the network.

    Returns
    -------
    int
        The linear layer.
    """
    return layers.head(layers.conv_bn_relu(x, channels, 1), classes)


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
        and not network.layers[layer.inputs[0]].bias
        and readers[layer.inputs[0]] == 1
    }
