"""Initial weights of a network, as arrays that every runtime takes."""

import numpy as np

from hwpred.networks.layers import PARAMETRIC

BATCH_NORM_EPSILON = 1e-5


def initial_weights(network, generator):
    """Draw weights as a network has before training.

    Parameters
    ----------
    network : Network
    generator : numpy.random.Generator

    Returns
    -------
    dict
        Index of a layer -> dict of float32 arrays: ``weight`` (outputs, inputs of a group, kernel, kernel; transposed
        convolutions: inputs first; linear: two axes), ``bias``, and for batch normalisation ``mean`` and ``variance``.
    """
    layers = {index: layer for index, layer in enumerate(network.layers) if layer.kind in PARAMETRIC}
    # All layers take from the same numbers: drawing millions for each would take longer than timing the network.
    size = max(layer.channels * _inputs(network, layer) * layer.kernel**2 for layer in layers.values())
    normal = generator.standard_normal(size, np.float32)
    return {index: _initial(network, layer, normal) for index, layer in layers.items()}


def _inputs(network, layer):
    """Channels that each output of a layer sees."""
    return network.in_channels(layer) // layer.groups


def _initial(network, layer, normal):
    outputs, inputs = layer.channels, _inputs(network, layer)
    zeros = np.zeros(outputs, np.float32)
    if layer.kind == "batch_norm":
        ones = np.ones(outputs, np.float32)
        return {"weight": ones, "bias": zeros, "mean": zeros, "variance": ones}
    if layer.kind == "linear":
        return {"weight": _scaled(normal, (outputs, inputs), inputs), "bias": zeros}
    channels = (inputs, outputs) if layer.kind == "conv_transpose" else (outputs, inputs)
    # Twice the variance makes up for the rectifier, so that activations neither fade nor explode (He et al. 2015).
    weight = _scaled(normal, (*channels, layer.kernel, layer.kernel), inputs * layer.kernel**2 / 2)
    return {"weight": weight, "bias": zeros} if layer.bias else {"weight": weight}


def _scaled(normal, shape, fan_in):
    return normal[: np.prod(shape)].reshape(shape) * np.float32(fan_in**-0.5)


def folded(weights, normalisation, *, axis=0):
    """Fold a batch normalisation into the convolution before it.

    Parameters
    ----------
    weights, normalisation : dict
        Of the convolution and of the batch normalisation, as ``initial_weights`` returns.
    axis : int
        The weight's axis of output channels.

    Returns
    -------
    weight, bias : arrays
    """
    scale, shift = scale_and_shift(normalisation)
    shape = [1] * weights["weight"].ndim
    shape[axis] = -1
    return weights["weight"] * scale.reshape(shape), shift


def scale_and_shift(normalisation):
    """Return a batch normalisation as a factor and a summand for each channel."""
    scale = normalisation["weight"] / np.sqrt(normalisation["variance"] + np.float32(BATCH_NORM_EPSILON))
    return scale, normalisation["bias"] - normalisation["mean"] * scale
