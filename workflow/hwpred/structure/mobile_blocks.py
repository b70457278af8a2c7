"""What the parts of mobile networks cost, read off their layers."""

from functools import cache

from hwpred.networks.analysis import elements_of, layer_costs
from hwpred.networks.layers import LayerList

COSTS = ("macs", "elements", "weights", "operators", "depthwise", "expanded")
"""Multiply-accumulates; elements that convolutions write, weighed once more where channels are; parameters; operators
that run one after the other: convolutions, normalisations, activations, and two for a shuffle; elements that depthwise
convolutions write, and that 1x1 convolutions before them do.
"""


def mobile_costs(parts, size):
    """Return what each part of a network costs.

    Parameters
    ----------
    parts : list of hwpred.networks.layers.Part
        One behind the other.
    size : int
        Side of the square input, in pixels.

    Returns
    -------
    list of tuple of int
        ``COSTS`` of each part.
    """
    shape, found = (3, size), []
    for part in parts:
        costs, shape = _costs(part, *shape)
        found.append(costs)
    return found


@cache
def _costs(part, channels, size):
    layers = LayerList(channels, size)
    shape = layers.shape(part.add(layers, 0))
    network = layers.network()
    elements = elements_of(network)
    macs, weights = (sum(layer_costs(network, i, elements)[j] for i in range(1, len(elements))) for j in (0, 1))
    # What squeeze-and-excitation computes of means is next to nothing.
    written = [(layer, size) for layer, size in zip(network.layers[1:], elements[1:], strict=True) if layer.height > 1]
    operators = sum(_OPERATORS.get(layer.kind, 0) for layer in network.layers)
    depthwise = sum(size for layer, size in written if layer.kind == "conv" and 1 < layer.groups == layer.channels)
    rectified = sum(size for layer, size in written if layer.kind == "relu")
    elements = sum(size for layer, size in written if layer.kind in ("conv", "multiply"))
    return (macs, elements, weights, operators, depthwise, rectified - depthwise), shape


_OPERATORS = {"conv": 1, "batch_norm": 1, "relu": 1, "shuffle": 2}
