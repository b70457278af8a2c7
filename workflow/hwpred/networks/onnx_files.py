"""ONNX files of anybody, read with bounded memory and time, and without their weights.

No code of a file is run. Tensors of weights are skipped on disk: only their shapes are needed. A file that is too
large, torn or of something else is refused in one sentence.
"""

import hashlib
import math
import mmap
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx.inliner import inline_local_functions
from onnx.shape_inference import InferenceError, infer_shapes

from hwpred.errors import InputError

MOST_BYTES = 2**31
"""Of a file: Protocol Buffers allow no more."""
MOST_GRAPH_BYTES = 64_000_000
"""Of what is left without weights; 5,000 operators have about 1 MB."""
MOST_FIELDS = 5_000_000
MOST_NODES = 20_000
"""Operators, those within branches and functions included."""
MOST_ELEMENTS, MOST_AXES = 2**50, 64
"""Of a tensor; no device holds more."""
LARGEST_KEPT = 16_384
"""Bytes of a tensor that may be a shape, an axis or a scale, which shapes are inferred from."""

MOST_SHOWN = 80
"""Characters of a name."""
QUOTE = "'\""

_DATA = {4, 5, 6, 7, 9, 10, 11}
"""Fields of TensorProto that hold its elements."""
_TENSOR = "tensor"
_MODEL = {7: {5: _TENSOR, 1: {5: {5: _TENSOR}}}}
"""Numbers of the fields that lead to weights: graph, its initialisers, and attributes of its nodes."""


@dataclass(frozen=True)
class OnnxGraph:
    """A graph with the shapes of all its tensors.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    graph : onnx.GraphProto
    constants : dict
        Name of each initialiser -> its shape, a tuple of int.
    values : dict
        Name of a tensor -> (shape, type of its elements); without those of which it is not known.
    digest : int
        Of the graph without weights, 63 bits: the same for the same network.
    dimensions : dict
        Those of the given values of dimensions that stand in an input.
    """

    name: str
    graph: onnx.GraphProto
    constants: dict
    values: dict
    digest: int
    dimensions: dict


def read_graph(path, dimensions=None, name=None):
    """Read an ONNX file without its weights, and infer the shapes of all tensors.

    Parameters
    ----------
    path : str or Path
    dimensions : dict, optional
        Value of each dimension of an input that the file gives a name, or none: ``{"batch": 1, "input.2": 224}``.
    name : str, optional
        What messages call the file.

    Returns
    -------
    OnnxGraph

    Raises
    ------
    InputError
        One sentence: the file, the operator or the dimension, and what to do.
    """
    name = str(path) if name is None else name
    content = _without_weights(path, name)
    model = _parsed(content, name)
    given = _set_dimensions(model.graph, dimensions or {}, name)
    graph = _inferred(model, name)
    constants = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    constants |= {sparse.values.name: tuple(sparse.dims) for sparse in graph.sparse_initializer}
    digest = hashlib.sha256(content + repr(sorted(given.items())).encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 1
    return OnnxGraph(name, graph, constants, _known_shapes(graph, name), number, given)


def open_dimensions(path):
    """Return what the dimensions that the inputs of a file leave open may be called: by a name, or ``<input>.<axis>``.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    set of str

    Raises
    ------
    InputError
        As of ``read_graph``, where the file is no ONNX model or the shape of an input is not known.
    """
    name = str(path)
    model = _parsed(_without_weights(path, name), name)
    labels = [(own, dimension.dim_param) for _, _, dimension, own in _open_axes(model.graph, name)]
    return {label for pair in labels for label in pair if label}


def _parsed(content, name):
    """Return the model that bytes hold, which has operators, and not too many."""
    torn = f"{name} is no ONNX model, or torn; export it again"
    try:
        model = onnx.ModelProto.FromString(content)
    except Exception as error:  # of Protocol Buffers, which onnx brings along
        raise InputError(torn) from error
    if not model.graph.node:
        raise InputError(f"{name} is an ONNX model without operators; export it again")
    functions = {(function.domain, function.name): function for function in model.functions}
    try:
        operators = _operators(model.graph.node, functions, {})
    except UnicodeError as error:
        raise InputError(torn) from error
    if operators > MOST_NODES:
        raise InputError(f"{name} has more than the {MOST_NODES:,} operators that are read; export a single network")
    return model


def _inferred(model, name):
    """Return the graph with the shapes that onnx infers, functions where they are called."""
    try:
        model = inline_local_functions(model) if model.functions else model
        return infer_shapes(model, check_type=True, strict_mode=True, data_prop=True).graph
    except (InferenceError, RuntimeError, ValueError, MemoryError) as error:
        reason = "".join(filter(str.isprintable, " ".join(str(error).split())))[:300]
        raise InputError(f"{name}: shapes cannot be inferred ({reason}); check the model with onnx.checker") from error


def _known_shapes(graph, name):
    """Return {tensor: (shape, type of its elements)} of those that are known."""
    known = {tensor.name: (tuple(tensor.dims), tensor.data_type) for tensor in graph.initializer}
    known |= {sparse.values.name: (tuple(sparse.dims), sparse.values.data_type) for sparse in graph.sparse_initializer}
    for value in (*graph.value_info, *graph.input, *graph.output):
        if (told := _shape_of(value)) is not None:
            known[value.name] = told
    for tensor, (shape, _) in known.items():
        if len(shape) > MOST_AXES or min(shape, default=0) < 0 or math.prod(shape) > MOST_ELEMENTS:
            raise InputError(f"{name}: tensor {quoted(tensor)} has a shape that no device holds; check the model")
    return known


def quoted(text):
    """Return a text of the file for a message: in quotes, cut where it is long, without what a terminal would obey."""
    text = str(text)
    return repr(text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}...")


def _operators(nodes, functions, known):
    """Return how many operators there are once functions stand where they are called, and branches are counted."""
    total = 0
    for node in nodes:
        if bytes in map(type, (node.op_type, node.domain, node.name)):
            raise UnicodeError("text that is no UTF-8")
        called = node.domain, node.op_type
        if called in functions:
            if called not in known:
                # A function that calls itself is as good as endless.
                known[called] = MOST_NODES + 1
                known[called] = _operators(functions[called].node, functions, known)
            total += known[called]
        total += 1
        for graph in graphs_of(node):
            total += _operators(graph.node, functions, known)
    return total


def graphs_of(node):
    """Return the graphs within a node, such as the branches of an If."""
    attributes = node.attribute
    single = [attribute.g for attribute in attributes if attribute.HasField("g")]
    return single + [graph for attribute in attributes for graph in attribute.graphs]


def _shape_of(value):
    """Return the shape and the type of a tensor, or None if a dimension is not known or it is no tensor."""
    kind = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not kind.HasField("shape"):
        return None
    shape = tuple(each.dim_value if each.HasField("dim_value") else -1 for each in kind.shape.dim)
    return None if min(shape, default=0) < 0 else (shape, kind.elem_type)


def _set_dimensions(graph, dimensions, name):
    """Put values in the place of the inputs' symbolic dimensions; return those that were used."""
    used = {}
    for value, axis, dimension, own in _open_axes(graph, name):
        label = own if own in dimensions else dimension.dim_param or own
        if label not in dimensions:
            raise InputError(
                f"{name}: dimension {quoted(label)}, axis {axis} of input {quoted(value.name)}, has no value; give "
                f"one, such as --dimension {quoted(label).strip(QUOTE)}=1"
            )
        used[label] = dimension.dim_value = int(dimensions[label])
    for value in (*graph.output, *graph.value_info):
        for dimension in value.type.tensor_type.shape.dim if value.type.HasField("tensor_type") else ():
            if dimension.dim_param in used:
                dimension.dim_value = used[dimension.dim_param]
    return used


def _open_axes(graph, name):
    """Yield each axis of an input that has no size: the input, the axis, its dimension, and what it may be called."""
    constants = {tensor.name for tensor in graph.initializer}
    for value in graph.input:
        if value.name in constants:
            continue
        if not value.type.HasField("tensor_type") or not value.type.tensor_type.HasField("shape"):
            raise InputError(
                f"{name}: the shape of input {quoted(value.name)} is not known; export the model with shapes"
            )
        for axis, dimension in enumerate(value.type.tensor_type.shape.dim):
            if not (dimension.HasField("dim_value") and dimension.dim_value > 0):
                yield value, axis, dimension, f"{value.name}.{axis}"


def _without_weights(path, name):
    """Return the bytes of a model, without the elements of its large tensors."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{name} {'is no file' if path.exists() else 'does not exist'}; name an ONNX file")
    size = path.stat().st_size
    if not size:
        raise InputError(f"{name} is empty; export it again")
    if size > MOST_BYTES:
        raise InputError(
            f"{name} has {size:,} bytes, more than the {MOST_BYTES:,} of an ONNX model; export it with external weights"
        )
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            return _Stripped(content).message(0, size, _MODEL)
        except _TooLarge as error:
            raise InputError(f"{name} has more than {error}; that is no network that hwpred reads") from error
        except (IndexError, ValueError) as error:
            raise InputError(f"{name} is no ONNX model, or torn; export it again") from error


class _TooLarge(Exception):
    pass


class _Stripped:
    """Copies a message of Protocol Buffers field by field, but for the elements of large tensors."""

    def __init__(self, content):
        self.content, self.fields, self.kept = content, 0, 0

    def message(self, start, end, inner):
        """Return a message; ``inner`` has the numbers of fields that are looked into, where they are large."""
        parts = []
        for number, begin, value, stop in self._fields(start, end):
            if inner == _TENSOR:
                if number not in _DATA:
                    parts.append(self._copied(begin, stop))
            elif number in inner and stop - value > LARGEST_KEPT and self.content[begin] & 7 == 2:
                told = self.message(value, stop, inner[number])
                parts += [_varint(number << 3 | 2), _varint(len(told)), told]
            else:
                parts.append(self._copied(begin, stop))
        return b"".join(parts)

    def _copied(self, start, end):
        self.kept += end - start
        if self.kept > MOST_GRAPH_BYTES:
            raise _TooLarge(f"{MOST_GRAPH_BYTES:,} bytes besides its weights")
        return self.content[start:end]

    def _fields(self, start, end):
        """Yield the number of each field, and where it begins, where its value does, and where it ends."""
        while start < end:
            self.fields += 1
            if self.fields > MOST_FIELDS:
                raise _TooLarge(f"{MOST_FIELDS:,} fields")
            key, value = self._number(start)
            kind = key & 7
            if kind == 2:
                length, value = self._number(value)
                stop = value + length
            elif kind == 0:
                stop = self._number(value)[1]
            elif kind in (1, 5):
                stop = value + (8 if kind == 1 else 4)
            else:
                raise ValueError("no field")
            if stop > end or not key >> 3:
                raise ValueError("no field")
            yield key >> 3, start, value, stop
            start = stop

    def _number(self, place):
        number = 0
        for shift in range(0, 70, 7):
            byte = self.content[place]
            place += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number, place
        raise ValueError("no number")


def _varint(number):
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
