"""What the inverted bottlenecks of mobile networks cost (Sandler et al., CVPR 2018)."""

import numpy as np

SQUEEZE = 4
"""The squeeze-and-excitation of a block has its input's channels divided by that."""


def bottleneck_costs(channels, size, kernel, expansion, *, expands=1, groups=1, excite=0):
    """Return what blocks cost: 1x1 convolution to more channels, depthwise convolution, 1x1 convolution to fewer.

    Parameters
    ----------
    channels, size : pairs
        Channels and side in pixels, of the block's input and its output.
    kernel, expansion, expands, groups, excite : int or int array of any shape
        Side of the depthwise kernel, factor of the channels, whether the first convolution is there, groups of the 1x1
        convolutions, and whether there is squeeze-and-excitation.

    Returns
    -------
    int array of shape (..., 3)
        Multiply-accumulates, elements written, and weights of the convolutions and their normalisations.
    """
    (taken, given), (before, after) = channels, size
    middle = taken * np.asarray(expansion)
    first, depthwise, last = expands * taken * middle // groups, middle * kernel**2, middle * given // groups
    squeezed = max(1, taken // SQUEEZE)
    macs = first * before**2 + (depthwise + last) * after**2 + excite * 2 * middle * squeezed
    elements = expands * middle * before**2 + (1 + excite) * middle * after**2 + given * after**2
    weights = first + depthwise + last + excite * (2 * middle * squeezed + middle + squeezed)
    normalised = 2 * (expands * middle + middle + given)
    return np.stack(np.broadcast_arrays(macs, elements, weights + normalised), axis=-1)
