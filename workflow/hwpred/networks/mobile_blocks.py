"""The inverted bottleneck of mobile networks (Sandler et al., CVPR 2018), as layers."""


def bottleneck(layers, x, channels, kernel, expansion, stride=1, *, expands=True, groups=1, squeezed=0):
    """Add a 1x1 convolution to more channels, a depthwise one, a 1x1 to fewer, and its input where the shape allows.

    Parameters
    ----------
    layers : LayerList
    x : int
        The layer that it reads.
    channels, kernel, expansion, stride : int
        Channels of its output, side of the depthwise kernel, factor of the channels between, stride of the depthwise
        convolution.
    expands : bool
        Whether there is the first convolution.
    groups : int
        Of the 1x1 convolutions; the channels are shuffled between them.
    squeezed : int
        Channels within squeeze-and-excitation behind the depthwise convolution; 0 for none.

    Returns
    -------
    int
        The layer of its output.
    """
    taken, _ = layers.shape(x)
    middle = taken * expansion
    y = layers.conv_bn_relu(x, middle, 1, groups=groups) if expands else x
    if groups > 1:
        y = layers.shuffle(y, groups)
    y = layers.conv_bn_relu(y, middle, kernel, stride, groups=middle)
    if squeezed:
        y = layers.squeeze_and_excite(y, squeezed)
    y = layers.conv_bn(y, channels, 1, groups=groups)
    return layers.add([y, x]) if stride == 1 and channels == taken else y
