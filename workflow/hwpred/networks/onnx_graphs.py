"""A network as an ONNX graph, built layer by layer: an exporter takes seconds a network, this milliseconds."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from hwpred.networks.layers import folded_batch_norms
from hwpred.networks.weights import folded, scale_and_shift

INPUT, OUTPUT = "images", "outputs"
OPSET, IR_VERSION = 17, 8
"""Old enough for the runtimes of phones and boards."""


def onnx_model(network, weights):
    """Return the network as an ONNX model of fixed input shape.

    A batch normalisation behind a convolution is folded into it, as every converter for deployment does.

    Parameters
    ----------
    network : Network
    weights : dict
        As ``initial_weights`` returns.

    Returns
    -------
    onnx.ModelProto
        Input ``images`` (images, channels, height, width), output ``outputs``, float32.
    """
    graph = _Graph(network, weights)
    return graph.model([numpy_helper.from_array(array, name) for name, array in graph.constants.items()])


def onnx_model_and_weights(network, weights):
    """Return the model of ``onnx_model`` without its large arrays, and these by name, to be given to a session.

    Writing megabytes of weights into a model and reading them back takes longer than many networks run.

    Parameters
    ----------
    network : Network
    weights : dict
        As ``initial_weights`` returns.

    Returns
    -------
    model : onnx.ModelProto
    large : dict of str -> array
    """
    graph = _Graph(network, weights)
    # The runtime wants small constants, such as shapes, in the model.
    large = {name: array for name, array in graph.constants.items() if array.nbytes > 1024}
    initializers = [
        _declared(name, array) if name in large else numpy_helper.from_array(array, name)
        for name, array in graph.constants.items()
    ]
    return graph.model(initializers), large


def _declared(name, array):
    tensor = TensorProto(name=name, dims=array.shape, data_type=helper.np_dtype_to_tensor_dtype(array.dtype))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights")
    return tensor


class _Graph:
    def __init__(self, network, weights):
        self.network, self.weights = network, weights
        self.nodes, self.constants = [], {}
        self._folded = folded_batch_norms(network)
        self._names = {0: INPUT}
        for index in range(1, len(network.layers)):
            self._add(index)

    def model(self, initializers):
        last = self.network.layers[-1]
        shape = [self.network.images_of(len(self.network.layers) - 1), last.channels]
        if last.kind != "linear":
            shape += [last.height, last.width]
        ends = [
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, self.network.input_shape)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape)],
        ]
        graph = helper.make_graph(self.nodes, "network", *ends, initializers)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="hwpred")

    def _add(self, index):
        layer = self.network.layers[index]
        if index in self._folded.values():
            self._names[index] = self._names[layer.inputs[0]]
            return
        last = self._folded.get(index, index) == len(self.network.layers) - 1
        self._names[index] = OUTPUT if last else f"{layer.kind}_{index}"
        inputs = [self._names[i] for i in layer.inputs]
        if layer.kind == "shuffle":
            return self._shuffle(index, layer, *inputs)
        operator, constants, attributes = self._operator(index, layer)
        self._node(operator, inputs, constants, self._names[index], **attributes)

    def _node(self, operator, inputs, constants, output, **attributes):
        names = [self._constant(f"{output}_{i}", array) for i, array in enumerate(constants)]
        self.nodes.append(helper.make_node(operator, [*inputs, *names], [output], **attributes))

    def _shuffle(self, index, layer, x):
        """Groups become an axis, change places with their channels, and are one axis again: opset 17 knows no other."""
        name, size, images = self._names[index], (layer.height, layer.width), self.network.images
        shape = np.array([images, layer.groups, layer.channels // layer.groups, *size], np.int64)
        self._node("Reshape", [x], [shape], f"{name}_groups")
        self._node("Transpose", [f"{name}_groups"], [], f"{name}_turned", perm=[0, 2, 1, 3, 4])
        self._node("Reshape", [f"{name}_turned"], [np.array([images, layer.channels, *size], np.int64)], name)

    def _constant(self, name, array):
        self.constants[name] = np.ascontiguousarray(array)
        return name

    def _operator(self, index, layer):
        """Return the ONNX operator, its constant inputs and its attributes."""
        window = {
            "kernel_shape": [layer.kernel] * 2,
            "strides": [layer.stride] * 2,
            "pads": [layer.padding] * 4,
        }
        weights = self.weights.get(index)
        match layer.kind:
            case "conv":
                return "Conv", self._convolution(index, axis=0), {**window, "group": layer.groups}
            case "conv_transpose":
                return "ConvTranspose", self._convolution(index, axis=1), window
            case "batch_norm":
                scale, shift = scale_and_shift(weights)
                zeros, ones = np.zeros_like(shift), np.ones_like(shift)
                return "BatchNormalization", [scale, shift, zeros, ones], {"epsilon": 0.0}
            case "linear":
                return "Gemm", [weights["weight"], weights["bias"]], {"transB": 1}
            case "avg_pool":
                return "AveragePool", [], {**window, "count_include_pad": 0}
            case "squeeze" | "global_pool":
                return "ReduceMean", [], {"axes": [2, 3], "keepdims": int(layer.kind == "squeeze")}
            case "concatenate":
                return "Reshape", [np.array([1, -1], np.int64)], {}
            case "zero":
                return "Mul", [np.zeros((), np.float32)], {}
            case "add":
                return "Sum" if len(layer.inputs) > 2 else "Add", [], {}
            case "multiply":
                return "Mul", [], {}
            case "relu":
                return "Relu", [], {}
            case "sigmoid":
                return "Sigmoid", [], {}
        raise ValueError(f"no ONNX operator for layers of kind {layer.kind!r}")

    def _convolution(self, index, axis):
        if index in self._folded:
            return folded(self.weights[index], self.weights[self._folded[index]], axis=axis)
        return list(self.weights[index].values())
