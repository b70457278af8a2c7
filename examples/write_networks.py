"""Write forty small networks as ONNX files into a folder: python write_networks.py networks.

Convolutional networks, transformers, MLP-mixers, transformers behind convolutions, and U-nets of different sizes, with
random weights: something to try docs/your_networks.md with. ``Graph`` is a short way to write an ONNX file by hand.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


class Graph:
    """Adds node after node; a tensor is called by its name."""

    def __init__(self, *shape, opset=17, name="x"):
        self.nodes, self.constants, self.opset = [], [], opset
        self.inputs = [helper.make_tensor_value_info(name, FLOAT, shape)]
        self.rng = np.random.default_rng(0)

    def add(self, operator, *inputs, outputs=1, **attributes):
        """Add a node; arrays among the inputs become initialisers. Return the names of its outputs."""
        names = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        made = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, names, made, name=f"n{len(self.nodes)}", **attributes))
        return made[0] if outputs == 1 else made

    def constant(self, array):
        """Add an initialiser."""
        self.constants.append(numpy_helper.from_array(np.asarray(array), f"c{len(self.constants)}"))
        return self.constants[-1].name

    def weights(self, *shape):
        """Draw weights."""
        return self.rng.standard_normal(shape, np.float32) / np.float32(np.sqrt(np.prod(shape[1:]) or 1))

    def conv(self, x, taken, given, kernel=3, stride=1, groups=1):
        """Add a convolution that keeps the size at stride 1."""
        weights = self.weights(given, taken // groups, kernel, kernel)
        window = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [kernel // 2] * 4}
        return self.add("Conv", x, weights, np.zeros(given, np.float32), group=groups, **window)

    def batch_norm(self, x, channels):
        """Add a batch normalisation."""
        ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        return self.add("BatchNormalization", x, ones, zeros, zeros, ones)

    def linear(self, x, taken, given):
        """Add a product with weights, and their bias."""
        return self.add("Add", self.add("MatMul", x, self.weights(taken, given)), np.zeros(given, np.float32))

    def model(self, *outputs, opsets=()):
        """Return the model."""
        ends = [helper.make_empty_tensor_value_info(name) for name in outputs]
        graph = helper.make_graph(self.nodes, "g", self.inputs, ends, self.constants)
        opsets = [helper.make_opsetid("", self.opset), *(helper.make_opsetid(*each) for each in opsets)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8 if self.opset <= 17 else 10)


def cnn(size=32, width=8, stages=2, blocks=1, kernel=3, depthwise=False, residual=True):
    """Return stages of convolutions with batch normalisation, each of half the size and twice the channels."""
    graph = Graph(1, 3, size, size)
    x, channels = graph.conv("x", 3, width), width
    for stage in range(stages):
        for block in range(blocks):
            last, stride = channels, 2 if stage and not block else 1
            channels = width * 2**stage
            y = x
            if depthwise:
                y = graph.conv(y, last, last, kernel, stride, groups=last)
                y = graph.add("Relu", graph.batch_norm(y, last))
                y = graph.conv(y, last, channels, 1)
            else:
                y = graph.conv(y, last, channels, kernel, stride)
            y = graph.batch_norm(y, channels)
            if residual and stride == 1 and last == channels:
                y = graph.add("Add", y, x)
            x = graph.add("Relu", y)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    return graph.model(graph.add("Gemm", x, graph.weights(channels, 10), np.zeros(10, np.float32)))


def transformer(tokens=32, width=32, heads=2, blocks=1, ratio=4):
    """Return blocks of attention and perceptron, with the GELU as exporters write it."""
    graph, x = Graph(1, tokens, width), "x"
    for _ in range(blocks):
        x = attention_block(graph, x, tokens, width, heads, ratio)
    return graph.model(graph.linear(graph.add("ReduceMean", x, axes=[1], keepdims=0), width, 10))


def attention_block(graph, x, tokens, width, heads, ratio):
    """Add attention and a perceptron, each with a normalisation before and a sum behind."""
    ones, zeros = np.ones(width, np.float32), np.zeros(width, np.float32)
    y = graph.add("LayerNormalization", x, ones, zeros, axis=-1)
    parts = [graph.linear(y, width, width) for _ in range(3)]
    shape = np.array([1, tokens, heads, width // heads])
    query, key, value = (graph.add("Reshape", part, shape) for part in parts)
    query, value = (graph.add("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
    scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 2, 3, 1]))
    scores = graph.add("Softmax", graph.add("Mul", scores, np.float32(0.25)), axis=-1)
    y = graph.add("Transpose", graph.add("MatMul", scores, value), perm=[0, 2, 1, 3])
    y = graph.add("Reshape", y, np.array([1, tokens, width]))
    x = graph.add("Add", x, graph.linear(y, width, width))
    y = graph.add("LayerNormalization", x, ones, zeros, axis=-1)
    return graph.add("Add", x, perceptron(graph, y, width, ratio * width))


def hybrid(size=32, width=32, halvings=2, heads=2, blocks=1, ratio=2):
    """Return convolutions that each halve the size, and blocks of attention over what they leave."""
    graph, x, channels = Graph(1, 3, size, size), "x", 3
    for place in range(halvings):
        given = width >> (halvings - 1 - place)
        x, channels = graph.add("Relu", graph.batch_norm(graph.conv(x, channels, given, stride=2), given)), given
    tokens = (size >> halvings) ** 2
    x = graph.add("Transpose", graph.add("Reshape", x, np.array([1, width, tokens])), perm=[0, 2, 1])
    for _ in range(blocks):
        x = attention_block(graph, x, tokens, width, heads, ratio)
    return graph.model(graph.linear(graph.add("ReduceMean", x, axes=[1], keepdims=0), width, 10))


def unet(size=32, width=8, stages=2):
    """Return convolutions down to a low resolution and up again, each level joined with that on the way down."""
    graph = Graph(1, 3, size, size)
    x, levels = graph.add("Relu", graph.conv("x", 3, width)), []
    for stage in range(stages):
        channels = width << stage
        levels.append(x)
        x = graph.add("Relu", graph.conv(x, channels, 2 * channels, stride=2))
    for stage in reversed(range(stages)):
        channels = width << stage
        up = graph.weights(2 * channels, channels, 2, 2)
        x = graph.add("ConvTranspose", x, up, kernel_shape=[2, 2], strides=[2, 2])
        x = graph.add("Concat", x, levels[stage], axis=1)
        x = graph.add("Relu", graph.conv(x, 2 * channels, channels))
    return graph.model(graph.conv(x, width, 2, kernel=1))


def mixer(tokens=32, width=32, blocks=1, ratio=2):
    """Return blocks of perceptrons, along the tokens and along the channels in turn."""
    graph, x = Graph(1, tokens, width), "x"
    for _ in range(blocks):
        y = graph.add("Transpose", x, perm=[0, 2, 1])
        y = graph.add("Transpose", perceptron(graph, y, tokens, ratio * tokens), perm=[0, 2, 1])
        x = graph.add("Add", x, y)
        x = graph.add("Add", x, perceptron(graph, x, width, ratio * width))
    return graph.model(graph.linear(graph.add("ReduceMean", x, axes=[1], keepdims=0), width, 10))


def perceptron(graph, x, width, hidden):
    """Add two linear layers with the GELU between, of five operators."""
    x = graph.linear(x, width, hidden)
    gate = graph.add("Erf", graph.add("Div", x, np.float32(2**0.5)))
    gate = graph.add("Mul", graph.add("Add", gate, np.float32(1)), np.float32(0.5))
    return graph.linear(graph.add("Mul", x, gate), hidden, width)


def family(number=40, seed=1):
    """Return {name: model} of so many different networks: half of them convolutional, the others of four families."""
    rng, models, known = np.random.default_rng(seed), {}, set()
    others = (_random_transformer, _random_mixer, _random_hybrid, _random_unet)
    kinds = [kind for other in others for kind in (_random_cnn, other)]
    while len(models) < number:
        build, settings = kinds[len(models) % len(kinds)](rng)
        if (build, *settings) not in known:
            known.add((build, *settings))
            models[f"{build.__name__}_{len(models)}.onnx"] = build(*settings)
    return models


def _random_cnn(rng):
    size, width, stages = rng.choice([32, 48, 64]), rng.choice([8, 12, 16, 24, 32]), rng.integers(2, 6)
    blocks, kernel, depthwise, residual = rng.integers(1, 4), rng.choice([3, 3, 5]), rng.integers(2), rng.integers(2)
    return cnn, (*map(int, (size, width, stages, blocks, kernel)), bool(depthwise), bool(residual))


def _random_transformer(rng):
    tokens, width = rng.choice([16, 32, 64, 128]), rng.choice([32, 64, 96, 128])
    return transformer, tuple(map(int, (tokens, width, rng.choice([2, 4]), rng.integers(1, 5))))


def _random_mixer(rng):
    tokens, width = rng.choice([16, 32, 64, 128]), rng.choice([32, 64, 96, 128])
    return mixer, tuple(map(int, (tokens, width, rng.integers(1, 7), rng.integers(1, 5))))


def _random_hybrid(rng):
    size, width, heads = rng.choice([32, 48, 64]), rng.choice([32, 64, 96]), rng.choice([2, 4])
    return hybrid, tuple(map(int, (size, width, rng.integers(2, 4), heads, rng.integers(1, 4))))


def _random_unet(rng):
    return unet, tuple(map(int, (rng.choice([32, 48, 64]), rng.choice([8, 12, 16, 24]), rng.integers(2, 4))))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for name, model in family(40).items():
        onnx.save(model, folder / name)
