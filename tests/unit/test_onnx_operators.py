"""Operators of ONNX graphs: counts against hand-computed numbers, and files that strangers send."""

import contextlib
import os
import time

import numpy as np
import onnx
import pytest
from load_script import load_script
from onnx import TensorProto, helper

from hwpred.errors import InputError
from hwpred.networks import get_networks, onnx_files
from hwpred.networks.analysis import analyse
from hwpred.networks.onnx_files import read_graph
from hwpred.networks.onnx_graphs import onnx_model
from hwpred.networks.onnx_operators import operators_of
from hwpred.networks.operator_views import counts_of, fused, live, longest_path
from hwpred.networks.weights import initial_weights
from hwpred.spaces import get_space
from hwpred.spaces.operator_counts import CLASSES, COLUMNS, MEASURES, OTHER

NETWORKS = load_script("write_networks", "examples")
Graph, cnn, transformer = NETWORKS.Graph, NETWORKS.cnn, NETWORKS.transformer
NEWEST = onnx.defs.onnx_opset_version()


@pytest.fixture
def read(tmp_path):
    """Write a model, and read its operators."""

    def reader(model, **more):
        file = tmp_path / "m.onnx"
        onnx.save(model, file)
        return operators_of(read_graph(file, name="m.onnx", **more))

    return reader


def totals(counts, view):
    """Return {class: (macs, bytes, operators)} of the classes that occur on a view."""
    found = {kind: tuple(counts[f"{view}/{kind}/{m}"] for m in MEASURES) for kind in (*CLASSES, OTHER)}
    return {kind: values for kind, values in found.items() if values[2]}


def ones(*shape):
    return np.ones(shape, np.float32)


@pytest.mark.parametrize(
    ("add", "kind", "macs", "elements"),
    [
        (lambda g: g.conv("x", 8, 16, 1), "conv_1x1", 8 * 16 * 36, 8 * 36 + 8 * 16 + 16 + 16 * 36),
        (lambda g: g.conv("x", 8, 16, 3, 2), "conv_kxk", 8 * 16 * 9 * 9, 8 * 36 + 8 * 16 * 9 + 16 + 16 * 9),
        (lambda g: g.conv("x", 8, 8, 3, groups=8), "depthwise", 8 * 9 * 36, 2 * 8 * 36 + 8 * 9 + 8),
        (lambda g: g.conv("x", 8, 16, 3, groups=2), "grouped", 4 * 16 * 9 * 36, 24 * 36 + 4 * 16 * 9 + 16),
        (
            lambda g: g.add("ConvTranspose", "x", ones(8, 4, 2, 2), strides=[2, 2]),
            "conv_kxk",
            8 * 36 * 4 * 4,
            8 * 36 + 8 * 4 * 4 + 4 * 144,
        ),
        (lambda g: g.add("MatMul", "x", ones(6, 5)), "linear", 48 * 6 * 5, 8 * 36 + 30 + 48 * 5),
        (lambda g: g.add("MatMul", "x", "x"), "matmul", 8 * 6**3, 2 * 8 * 36),
        (lambda g: g.add("Einsum", "x", ones(6, 5), equation="...ij,jk->...ik"), "linear", 8 * 36 * 5, 288 + 30 + 240),
        (lambda g: g.batch_norm("x", 8), "normalisation", 0, 2 * 8 * 36 + 4 * 8),
        (lambda g: g.add("Relu", "x"), "activation", 0, 2 * 8 * 36),
        (lambda g: g.add("Mul", "x", np.float32(2)), "activation", 0, 2 * 8 * 36 + 1),
        (lambda g: g.add("Add", "x", ones(6)), "elementwise", 0, 2 * 8 * 36 + 6),
        (lambda g: g.add("Mul", "x", "x"), "elementwise", 0, 2 * 8 * 36),
        (lambda g: g.add("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2]), "pooling", 0, 8 * 36 + 8 * 9),
        (lambda g: g.add("Transpose", "x", perm=[0, 2, 3, 1]), "copying", 0, 2 * 8 * 36),
        (lambda g: g.add("Gather", "x", np.array([0, 1]), axis=1), "copying", 0, 2 * 2 * 36 + 2 * 2),
    ],
)
def test_one_operator(read, add, kind, macs, elements):
    graph = Graph(1, 8, 6, 6)
    network = read(graph.model(add(graph)))
    (operator,) = network.operators
    assert (operator.kind, operator.macs, operator.bytes) == (kind, macs, 4 * elements)
    counts = counts_of(network)
    assert set(counts) == set(COLUMNS)
    assert totals(counts, "drawn")[kind] == (macs, 4 * elements, 1)


def test_a_linear_layer_and_what_only_looks_at_tensors_differently(read):
    graph = Graph(2, 3, 4)
    x = graph.add("Reshape", "x", np.array([2, -1]))
    x = graph.add("Gemm", x, ones(5, 12), ones(5), transB=1)
    network = read(graph.model(graph.add("Unsqueeze", x, np.array([0]))))
    (operator,) = network.operators
    assert (operator.kind, operator.macs) == ("linear", 2 * 12 * 5)
    assert operator.bytes == 4 * (2 * 12 + 12 * 5 + 5 + 2 * 5)
    assert operator.inputs == ("x",)
    assert network.parameters == 12 * 5 + 5


def test_attention_of_two_products_and_its_shapes_at_run_time(read):
    """Exporters compute shapes in the graph; they are known before it runs."""
    graph = Graph(1, 10, 8)
    last = graph.add("Gather", graph.add("Shape", "x"), np.array([1]))
    shape = graph.add("Concat", np.array([1]), last, np.array([2, 4]), axis=0)
    x = graph.add("Transpose", graph.add("Reshape", "x", shape), perm=[0, 2, 1, 3])
    scores = graph.add("Softmax", graph.add("MatMul", x, graph.add("Transpose", x, perm=[0, 1, 3, 2])))
    found = totals(counts_of(read(graph.model(graph.add("MatMul", scores, x)))), "drawn")
    assert {kind: (macs, number) for kind, (macs, _, number) in found.items()} == {
        "matmul": (2 * 2 * 10 * 10 * 4, 2),
        "activation": (0, 1),
        "copying": (0, 2),
    }


def test_views(read):
    """What is dead goes; batch normalisation, residual addition and activation become part of the convolution."""
    graph = Graph(1, 8, 6, 6)
    x = graph.add("Relu", "x")
    graph.conv(x, 8, 8)
    y = graph.batch_norm(graph.conv(x, 8, 8), 8)
    y = graph.add("Relu", graph.add("Add", y, x))
    network = read(graph.model(graph.add("Softmax", y)))
    alive = live(network.operators, network.outputs)
    names = [[operator.name for operator in part] for part in (network.operators, alive)]
    assert names[0] == ["Relu", "Conv", "Conv", "BatchNormalization", "Add", "Relu", "Softmax"]
    assert names[1] == ["Relu", "Conv", "BatchNormalization", "Add", "Relu", "Softmax"]
    left = fused(alive, network.outputs, network.sizes)
    assert [operator.name for operator in left] == ["Relu", "Conv", "Softmax"]
    # Two tensors read, one written, kernel and bias, and what the normalisation had.
    assert left[1].bytes == 4 * (3 * 8 * 36 + 8 * 8 * 9 + 8 + 4 * 8)
    assert left[1].macs == 8 * 8 * 9 * 36
    counts = counts_of(network)
    assert counts["live/conv_kxk/macs"] * 2 == counts["drawn/conv_kxk/macs"]
    assert longest_path(left, "operators") == counts["path/operators"] == 3


def test_a_result_that_two_operators_read_is_not_fused(read):
    graph = Graph(1, 8, 6, 6)
    x = graph.conv("x", 8, 8)
    model = graph.model(graph.add("Add", graph.add("Relu", x), graph.add("Sigmoid", x)))
    network = read(model)
    left = fused(network.operators, network.outputs, network.sizes)
    assert [operator.name for operator in left] == ["Conv", "Relu", "Sigmoid"]
    assert longest_path(left, "operators") == 3


@pytest.mark.parametrize(("space", "task"), [("nasbench201", "cifar10"), ("transnas_macro", "class_scene")])
@pytest.mark.parametrize("is_live", [False, True])
def test_counts_of_the_projects_networks_are_those_of_its_analysis(read, space, task, is_live):
    rng = np.random.default_rng(0)
    operations = get_space(space).enumerate()
    for row in operations[rng.permutation(len(operations))[:3]].tolist():
        network = get_networks(space).build(row, task, is_live)
        found = totals(counts_of(read(onnx_model(network, initial_weights(network, rng)))), "drawn")
        expected = analyse(network, fold=True)
        assert sum(values[0] for values in found.values()) == expected["macs"]
        moved = expected["activation_bytes"] + expected["weight_bytes"]
        # A product with zero reads the zero.
        assert sum(values[1] for values in found.values()) == moved + 4 * expected["zero"]


@pytest.mark.parametrize("opset", [7, 13, NEWEST])
def test_opsets(read, opset):
    graph = Graph(1, 3, 8, 8, opset=opset)
    x = graph.add("Relu", graph.batch_norm(graph.conv("x", 3, 4), 4))
    model = graph.model(graph.add("GlobalAveragePool", x))
    model.ir_version = 3 if opset == 7 else 10
    if opset == 7:
        # Old files name their weights among the inputs.
        shapes = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in model.graph.initializer]
        model.graph.input.extend(shapes)
    found = totals(counts_of(read(model)), "executed")
    assert {kind: values[0] for kind, values in found.items()} == {"conv_kxk": 4 * 3 * 9 * 64, "pooling": 0}


def dynamic(**names):
    model = cnn(16, 4, 1)
    dimension = model.graph.input[0].type.tensor_type.shape.dim[0]
    dimension.Clear()
    for name in names.values():
        dimension.dim_param = name
    return model


def test_dimensions_without_a_value(read):
    one = counts_of(read(cnn(16, 4, 1)))
    with pytest.raises(InputError, match=r"m.onnx: dimension 'batch', axis 0 of input 'x', has no value; give one"):
        read(dynamic(name="batch"))
    assert counts_of(read(dynamic(name="batch"), dimensions={"batch": 1})) == one
    four = counts_of(read(dynamic(name="batch"), dimensions={"batch": 4, "unused": 3}))
    assert four["drawn/conv_kxk/macs"] == 4 * one["drawn/conv_kxk/macs"]
    with pytest.raises(InputError, match=r"dimension 'x.0', axis 0 of input 'x'.* as --dimension x.0=1"):
        read(dynamic())
    assert counts_of(read(dynamic(), dimensions={"x.0": 1})) == one


def custom(shape=None):
    graph = Graph(1, 8, 6, 6)
    x = graph.add("Swirl", graph.add("Relu", "x"), domain="my.company")
    if shape:
        value = helper.make_tensor_value_info(x, TensorProto.FLOAT, shape)
    model = graph.model(graph.add("Relu", x), opsets=[("my.company", 1)])
    if shape:
        model.graph.value_info.append(value)
    return model


def test_operators_that_hwpred_does_not_know(read):
    network = read(custom([1, 8, 6, 6]))
    assert network.unknown == ("Swirl",)
    assert totals(counts_of(network), "drawn")[OTHER] == (0, 4 * 2 * 8 * 36, 1)
    with pytest.raises(
        InputError, match=r"m.onnx: the shape of 't1_0', which operator Swirl \('n1'\) gives, is not kno"
    ):
        read(custom())


def test_shapes_that_depend_on_the_data(read):
    graph = Graph(4, 4)
    with pytest.raises(InputError, match=r"operator NonZero \('n0'\) gives, is not known before it runs"):
        read(graph.model(graph.add("Cast", graph.add("NonZero", "x"), to=TensorProto.FLOAT)))


def test_a_functions_operators_and_a_branch_count(read):
    block = helper.make_function(
        "mine", "Block", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], [helper.make_opsetid("", 17)]
    )
    graph = Graph(1, 8)
    model = graph.model(graph.add("Block", graph.add("Sigmoid", "x"), domain="mine"), opsets=[("mine", 1)])
    model.functions.append(block)
    assert [operator.name for operator in read(model).operators] == ["Sigmoid", "Relu"]
    graph = Graph(1, 8)
    x = graph.add("Sigmoid", "x")
    ends = [helper.make_tensor_value_info("b", TensorProto.FLOAT, (1, 8))]
    branches = [helper.make_graph([helper.make_node(name, [x], ["b"])], name, [], ends) for name in ("Relu", "Tanh")]
    condition = graph.add("Less", graph.add("ReduceSum", x, keepdims=0), np.float32(0))
    network = read(graph.model(graph.add("If", condition, then_branch=branches[0], else_branch=branches[1])))
    assert network.unknown == ("If",)
    assert "t0_0" in network.operators[-1].inputs


def test_weights_are_not_read(tmp_path, monkeypatch):
    model = transformer()
    file, outside = tmp_path / "m.onnx", tmp_path / "outside.onnx"
    onnx.save(model, file)
    onnx.save(model, outside, save_as_external_data=True, location="weights", size_threshold=100)
    (tmp_path / "weights").unlink()
    whole, external = (counts_of(operators_of(read_graph(path))) for path in (file, outside))
    assert whole == external
    # Most of a file is weights; what is left of it is small.
    monkeypatch.setattr(onnx_files, "MOST_GRAPH_BYTES", file.stat().st_size // 2)
    assert counts_of(operators_of(read_graph(file))) == whole
    monkeypatch.setattr(onnx_files, "MOST_GRAPH_BYTES", 1000)
    with pytest.raises(InputError, match=r"has more than 1,000 bytes besides its weights; that is no network"):
        read_graph(file)


def test_the_same_graph_with_other_weights_is_the_same_network(tmp_path):
    digests = []
    for name, scale in (("a.onnx", 1.0), ("b.onnx", 2.0)):
        graph = Graph(1, 64)
        weights = scale * np.ones((64, 128), np.float32)
        onnx.save(graph.model(graph.add("MatMul", "x", weights)), tmp_path / name)
        digests.append(read_graph(tmp_path / name).digest)
    assert digests[0] == digests[1]


class TestBrokenFiles:
    @pytest.fixture
    def refused(self, tmp_path):
        def refuse(content, words):
            file = tmp_path / "m.onnx"
            file.write_bytes(content)
            with pytest.raises(InputError, match=words):
                operators_of(read_graph(file, name="m.onnx"))

        return refuse

    @pytest.mark.parametrize("seed", range(20))
    def test_noise_is_one_sentence(self, refused, seed):
        refused(np.random.default_rng(seed).bytes(2000), r"m.onnx")

    def test_torn_empty_and_other_files(self, refused, tmp_path):
        content = cnn(16, 4, 1).SerializeToString()
        refused(content[: len(content) // 2], r"m.onnx is no ONNX model, or torn; export it again")
        refused(b"", r"m.onnx is empty; export it again")
        refused(b"file,value\na,1\n", r"m.onnx is no ONNX model, or torn")
        refused(onnx.ModelProto().SerializeToString() + b"\x08\x08", r"m.onnx is an ONNX model without operators")
        with pytest.raises(InputError, match=r"is no file; name an ONNX file"):
            read_graph(tmp_path)
        with pytest.raises(InputError, match=r"does not exist; name an ONNX file"):
            read_graph(tmp_path / "missing.onnx")

    def test_every_byte_may_be_wrong(self, tmp_path):
        """Whatever a stranger changes, either the file is read or one sentence says why not."""
        content = bytearray(cnn(16, 4, 1).SerializeToString())
        rng, file = np.random.default_rng(0), tmp_path / "m.onnx"
        for place in rng.integers(len(content), size=300):
            changed = bytearray(content)
            changed[place] = int(rng.integers(256))
            file.write_bytes(changed)
            with contextlib.suppress(InputError):
                counts_of(operators_of(read_graph(file)))

    def test_an_inconsistent_graph(self, refused):
        graph = Graph(1, 8, 6, 6)
        model = graph.model(graph.add("MatMul", "x", ones(7, 5)))
        refused(model.SerializeToString(), r"m.onnx: shapes cannot be inferred .*MatMul")

    @pytest.mark.parametrize("size", [300_000_000, 5_000_000_000])
    def test_a_large_file_that_pretends_is_refused_at_once(self, tmp_path, size):
        file = tmp_path / "m.onnx"
        content = cnn(16, 4, 1).SerializeToString()
        with file.open("wb") as opened:
            opened.write(content)
            opened.truncate(size)
        start = time.monotonic()
        with pytest.raises(InputError, match=r"m.onnx (is no ONNX model, or torn|has 5,000,000,000 bytes, more than)"):
            read_graph(file)
        assert time.monotonic() - start < 2
        assert os.stat(file).st_blocks * 512 < 10_000_000

    def test_functions_that_unfold_without_end(self, refused):
        """Each function calls the one before twice: a file of a few kB, and 2^40 operators."""
        opset = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
        graph = Graph(1, 8)
        model = graph.model(graph.add("f40", "x", domain="mine"), opsets=[("mine", 1)])
        for place in range(41):
            called = ("", "Relu") if not place else ("mine", f"f{place - 1}")
            nodes = [helper.make_node(called[1], [a], [b], domain=called[0]) for a, b in (("a", "b"), ("b", "c"))]
            model.functions.append(helper.make_function("mine", f"f{place}", ["a"], ["c"], nodes, opset))
        refused(model.SerializeToString(), r"m.onnx has more than the 20,000 operators that are read")
        nodes = [helper.make_node("f40", ["a"], ["c"], domain="mine")]
        model.functions.append(helper.make_function("mine", "f40", ["a"], ["c"], nodes, opset))
        refused(model.SerializeToString(), r"m.onnx has more than the 20,000 operators that are read")

    def test_a_tensor_without_end(self, refused):
        graph = Graph(2**40, 2**40)
        refused(
            graph.model(graph.add("Relu", "x")).SerializeToString(), r"m.onnx: tensor .* has a shape that no device"
        )

    def test_a_long_chain_takes_seconds(self, tmp_path):
        graph = Graph(1, 8)
        graph.inputs += [helper.make_tensor_value_info(f"y{i}", TensorProto.FLOAT, (1, 8)) for i in range(5000)]
        x = "x"
        for i in range(5000):
            x = graph.add("Add", x, f"y{i}")
        onnx.save(graph.model(x), tmp_path / "m.onnx")
        start = time.monotonic()
        counts = counts_of(operators_of(read_graph(tmp_path / "m.onnx")))
        assert time.monotonic() - start < 60
        assert totals(counts, "executed") == {"elementwise": (0, 4 * 8 * 5002, 1)}

    def test_a_field_that_claims_to_be_endless(self, refused):
        refused(b"\x3a" + b"\xff" * 9 + b"\x01", r"m.onnx is no ONNX model, or torn")
