"""The operators of an ONNX graph, in order of execution: class, multiply-accumulates, bytes and shape of each."""

import math
from functools import lru_cache

from onnx import TensorProto, helper

from hwpred.errors import InputError
from hwpred.networks.onnx_files import MOST_SHOWN, graphs_of, quoted
from hwpred.networks.operator_views import Operator, OperatorList
from hwpred.spaces.operator_counts import OTHER

_STANDARD = ("", "ai.onnx")
_CONVOLUTIONS = ("Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv")
_PRODUCTS = ("MatMul", "Gemm", "MatMulInteger", "QLinearMatMul", "Einsum", "Attention")
_RECURRENT = ("LSTM", "GRU", "RNN")
_BY_CLASS = {
    "normalisation": (
        *("BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization", "LRN"),
        *("RMSNormalization", "LpNormalization", "MeanVarianceNormalization"),
    ),
    "activation": (
        *("Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Tanh"),
        *("Softplus", "Softsign", "Softmax", "LogSoftmax", "Hardmax", "Gelu", "Mish", "ThresholdedRelu", "Clip", "Erf"),
        *("Shrink", "Exp", "Log", "Sqrt", "Reciprocal", "Neg", "Abs", "Floor", "Ceil", "Round", "Sign", "Not", "IsNaN"),
        *(
            "IsInf",
            "Sin",
            "Cos",
            "Tan",
            "Asin",
            "Acos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Acosh",
            "Atanh",
            "BitwiseNot",
        ),
    ),
    "elementwise": (
        *("Add", "Sub", "Mul", "Div", "Pow", "Sum", "Mean", "Max", "Min", "Where", "Equal", "Less", "Greater", "Mod"),
        *("LessOrEqual", "GreaterOrEqual", "And", "Or", "Xor", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"),
        *("QLinearAdd", "RotaryEmbedding"),
    ),
    "pooling": (
        *("MaxPool", "AveragePool", "LpPool", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool", "MaxUnpool"),
        *("MaxRoiPool", "RoiAlign", "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1"),
        *("ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "ArgMax", "ArgMin", "TopK", "Resize"),
        *("Upsample", "GridSample", "CumSum", "CumProd", "Det"),
    ),
    "copying": (
        *("Transpose", "Concat", "Slice", "Split", "Gather", "GatherElements", "GatherND", "Scatter", "ScatterND"),
        *("ScatterElements", "Pad", "Tile", "Expand", "DepthToSpace", "SpaceToDepth", "Cast", "CastLike", "OneHot"),
        *("Trilu", "Compress", "ReverseSequence", "ConstantOfShape", "Range", "QuantizeLinear", "DequantizeLinear"),
        *("DynamicQuantizeLinear", "Col2Im", "CenterCropPad", "EyeLike", "TensorScatter", "BitCast"),
    ),
}
_CLASS_OF = {name: kind for kind, names in _BY_CLASS.items() for name in names}
_FREE = ("Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout")
"""Operators that look at their first input differently, and move nothing."""
_SHAPES = ("Shape", "Size", "Constant")
"""Operators whose result is known before anything runs."""
_PARTLY_READ = ("Gather", "GatherElements", "GatherND", "Slice")
"""Operators that read of their first input as much as they write."""


def operators_of(graph):
    """Return the operators of a graph.

    Parameters
    ----------
    graph : hwpred.networks.onnx_files.OnnxGraph

    Returns
    -------
    OperatorList

    Raises
    ------
    InputError
        If the shape of what an operator gives is not known: the file and the operator.
    """
    return _Reader(graph).read()


class _Reader:
    def __init__(self, graph):
        self.graph = graph
        self.fixed = dict.fromkeys(("", *graph.constants))
        self.same, self.sizes, self.unknown = {}, {}, {}
        for value in graph.graph.input:
            if value.name not in self.fixed:
                self._computed(value.name, "input", value.name)

    def read(self):
        operators = [found for node in self.graph.graph.node if (found := self._operator(node)) is not None]
        outputs = frozenset(self.same[value.name] for value in self.graph.graph.output if value.name in self.same)
        if not operators:
            raise InputError(f"{self.graph.name}: no operator computes with the input; export the network itself")
        return OperatorList(tuple(operators), self.sizes, outputs, self._parameters(), tuple(self.unknown))

    def _operator(self, node):
        """Return the operator of a node; None of one that runs once for all, or only looks at a tensor differently."""
        outputs = [name for name in node.output if name]
        known = node.domain in _STANDARD
        inputs = [name for name in (*node.input, *_read_inside(node)) if name not in self.fixed]
        first_is_fixed = bool(node.input) and node.input[0] in self.fixed and node.op_type in _FREE
        if known and (node.op_type in _SHAPES or first_is_fixed or (not inputs and not _is_random(node))):
            self.fixed |= dict.fromkeys(outputs)
            return None
        if missing := [name for name in inputs if name not in self.same and name in node.input]:
            raise InputError(
                f"{self.graph.name}: {_named(node)} reads {quoted(missing[0])}, which nothing gives before it"
            )
        if known and node.op_type in _FREE:
            self.same[outputs[0]] = self.same[node.input[0]]
            # The mask of a Dropout is of training alone.
            self.fixed |= dict.fromkeys(outputs[1:])
            return None
        for name in outputs:
            self._computed(name, _named(node), name)
        kind = self._class_of(node, inputs) if known else None
        if kind is None:
            self.unknown.setdefault(_operator_name(node))
            kind = OTHER
        return Operator(
            node.op_type,
            kind,
            self._macs(node) if known else 0,
            self._bytes(node, inputs, outputs, known),
            tuple(dict.fromkeys(self.same[name] for name in inputs if name in self.same)),
            tuple(outputs),
            self._shape(outputs[0]) if outputs else (),
        )

    def _computed(self, name, what, tensor):
        if name not in self.graph.values:
            raise InputError(
                f"{self.graph.name}: the shape of {quoted(tensor)}, which {what} gives, is not known before it runs; "
                "such a network cannot be analysed"
            )
        self.same[name] = name
        self.sizes[name] = self._size(name)

    def _shape(self, name):
        return self.graph.values[name][0]

    def _size(self, name):
        """Bytes of a tensor; 0 of a constant whose shape is not known, such as what tells the shape of another."""
        if name not in self.graph.values:
            return 0
        shape, kind = self.graph.values[name]
        return math.prod(shape) * _item_bytes(kind)

    def _bytes(self, node, inputs, outputs, known):
        written = sum(map(self._size, outputs))
        partly = known and node.op_type in _PARTLY_READ
        read = [name for name in dict.fromkeys(filter(None, node.input)) if not (partly and name == node.input[0])]
        return sum(map(self._size, read)) + written + (written if partly else 0)

    def _class_of(self, node, inputs):
        """Return the class of a node, None of one that is not known."""
        name = node.op_type
        if name in _CONVOLUTIONS:
            weight = self._shape(_weight_of(node))
            groups = _attribute(node, "group", 1)
            if groups == 1:
                return "conv_1x1" if math.prod(weight[2:]) == 1 else "conv_kxk"
            return "depthwise" if weight[1] == 1 else "grouped"
        if name in _RECURRENT:
            return "linear"
        if name in _PRODUCTS:
            return "matmul" if len(inputs) > 1 else "linear"
        if _CLASS_OF.get(name) == "elementwise" and len(inputs) == 1:
            others = [other for other in node.input if other in self.fixed and other]
            return "activation" if all(self._elements(other) <= 1 for other in others) else "elementwise"
        return _CLASS_OF.get(name)

    def _elements(self, name):
        return math.prod(self._shape(name)) if name in self.graph.values else 1

    def _macs(self, node):
        """Multiply-accumulates of convolutions and of products of matrices; 0 of everything else."""
        name = node.op_type
        if name in _CONVOLUTIONS:
            # A transposed convolution multiplies each element that it takes, others each that they give.
            each = node.input[0] if name == "ConvTranspose" else node.output[0]
            return self._elements(each) * math.prod(self._shape(_weight_of(node))[1:])
        if name in _RECURRENT:
            steps = math.prod(self._shape(node.input[0])[:2])
            return steps * (self._elements(node.input[1]) + self._elements(node.input[2]))
        if name == "Einsum":
            return self._einsum(node)
        if name == "Attention":
            return (self._elements(node.input[0]) + self._elements(node.output[0])) * self._shape(node.input[1])[-2]
        if name in _PRODUCTS:
            left = self._shape(node.input[0])
            return self._elements(node.output[0]) * left[-2 if _attribute(node, "transA", 0) else -1]
        return 0

    def _einsum(self, node):
        """Return the product of the sizes of all indices: one multiplication for each combination of them."""
        terms = _attribute(node, "equation", b"").decode().split("->")[0].replace(" ", "").split(",")
        sizes = {}
        for term, name in zip(terms, node.input, strict=True):
            shape = self._shape(name)
            before, dots, behind = term.partition("...")
            hidden = len(shape) - len(before) - len(behind)
            labels = [*before, *(f".{hidden - i}" for i in range(hidden if dots else 0)), *behind]
            for label, size in zip(labels, shape, strict=True):
                sizes[label] = max(sizes.get(label, 1), size)
        return math.prod(sizes.values()) if len(terms) > 1 else 0

    def _parameters(self):
        """Elements of all initialisers of real numbers, or of the integers that stand for them."""
        kinds = {tensor.name: tensor.data_type for tensor in self.graph.graph.initializer}
        no_weights = (TensorProto.INT64, TensorProto.BOOL, TensorProto.STRING)
        shapes = self.graph.constants.items()
        return sum(math.prod(shape) for name, shape in shapes if kinds.get(name) not in no_weights)


def _weight_of(node):
    return node.input[3] if node.op_type == "QLinearConv" else node.input[1]


def _attribute(node, name, default):
    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    return default


def _read_inside(node):
    """Return the tensors that the graphs within a node read, such as the branches of an If."""
    inner = [each for graph in graphs_of(node) for each in graph.node]
    return [name for each in inner for name in (*each.input, *_read_inside(each))]


def _is_random(node):
    return node.op_type.startswith("Random") or node.op_type == "Bernoulli"


def _named(node):
    return f"operator {_operator_name(node)}" + (f" ({quoted(node.name)})" if node.name else "")


def _operator_name(node):
    return node.op_type if node.op_type.isidentifier() and len(node.op_type) <= MOST_SHOWN else quoted(node.op_type)


@lru_cache(maxsize=64)
def _item_bytes(kind):
    try:
        return helper.tensor_dtype_to_np_dtype(kind).itemsize
    except (KeyError, TypeError, ValueError):
        return 4
