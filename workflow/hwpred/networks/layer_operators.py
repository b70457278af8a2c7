"""The layers of a network as operators, as ``onnx_operators`` has those of a file."""

from hwpred.networks.analysis import FLOAT_BYTES, elements_of, kind_of, layer_costs
from hwpred.networks.operator_views import Operator, OperatorList

_CLASSES = {
    "conv_transpose": "conv_kxk",
    "linear": "linear",
    "batch_norm": "normalisation",
    "relu": "activation",
    "sigmoid": "activation",
    "zero": "activation",
    "add": "elementwise",
    "multiply": "elementwise",
    "avg_pool": "pooling",
    "squeeze": "pooling",
    "global_pool": "pooling",
    "shuffle": "copying",
}


def operators_of_layers(network):
    """Return the operators of a network that is written as layers.

    Parameters
    ----------
    network : hwpred.networks.layers.Network

    Returns
    -------
    hwpred.networks.operator_views.OperatorList
        Tensors have the index of their layer as name. Operators are named as ``analyse`` counts layers.
    """
    elements = elements_of(network)
    operators, parameters, same = [], 0, {0: 0}
    for index, layer in enumerate(network.layers[1:], 1):
        if layer.kind == "concatenate":  # looks at its input differently
            same[index] = same[layer.inputs[0]]
            continue
        same[index] = index
        macs, own, _, weights = layer_costs(network, index, elements)
        moved = elements[index] + sum(elements[i] for i in layer.inputs) + weights
        inputs = tuple(dict.fromkeys(same[i] for i in layer.inputs))
        shape = (network.images_of(index), layer.channels, layer.height, layer.width)
        name = kind_of(layer)
        operators.append(Operator(name, _class_of(layer), macs, FLOAT_BYTES * moved, inputs, (index,), shape))
        parameters += own
    sizes = {index: FLOAT_BYTES * size for index, size in enumerate(elements)}
    return OperatorList(tuple(operators), sizes, frozenset([same[len(elements) - 1]]), parameters, ())


def _class_of(layer):
    if layer.kind != "conv":
        return _CLASSES[layer.kind]
    if layer.groups == 1:
        return "conv_1x1" if layer.kernel == 1 else "conv_kxk"
    return "depthwise" if layer.groups == layer.channels else "grouped"
