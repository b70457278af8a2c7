"""ONNX files that somebody made to do harm, or that are very large: bounded time and memory, and one sentence."""

import os
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import onnx
import pytest
from load_script import load_script
from onnx import TensorProto, helper, numpy_helper

from hwpred.errors import InputError
from hwpred.findings import large_files
from hwpred.networks import onnx_files, onnx_process
from hwpred.networks.onnx_process import CountingProcess
from hwpred.sources.network_files import NetworkFolder, read_networks
from hwpred.spaces.operator_counts import COLUMNS

NETWORKS = load_script("write_networks", "examples")
X = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 8))


def model_of(nodes, constants=(), opset=18, domains=()):
    """Return a model of these nodes, whose output is ``y``."""
    constants = [numpy_helper.from_array(np.array(value), name) for name, value in constants]
    graph = helper.make_graph(nodes, "g", [X], [helper.make_empty_tensor_value_info("y")], constants)
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def doubled_shape():
    """A shape of 2^40 numbers, which onnx would compute."""
    nodes = [helper.make_node("Concat", [f"a{i}", f"a{i}"], [f"a{i + 1}"], axis=0) for i in range(40)]
    return model_of([*nodes, helper.make_node("Relu", ["x"], ["y"])], [("a0", [1])])


def many_outputs():
    return model_of([helper.make_node("Split", ["x"], ["y", "z"], axis=1, num_outputs=2_000_000_000)])


def deep_branches(depth=20_000):
    """Branches in branches, deeper than any program that reads them by calling itself can go."""
    graph = model_of([helper.make_node("Relu", ["x"], ["y"])]).graph.SerializeToString()
    for _ in range(depth):
        graph = field(1, field(4, b"If") + field(5, field(6, graph)))
    return field(8, b"\x10\x12") + field(7, graph)


def subgraph_bomb():
    """Branches that hold two each: many operators in few lines."""
    ends = [helper.make_empty_tensor_value_info("b")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["b"])], "g", [], ends)
    for _ in range(15):
        graph = helper.make_graph(
            [helper.make_node("If", ["c"], ["b"], then_branch=graph, else_branch=graph)], "g", [], ends
        )
    return model_of([helper.make_node("If", ["c"], ["y"], then_branch=graph, else_branch=graph)], [("c", True)])


def endless_loop():
    """2^60 rounds, which nobody runs here."""
    ends = [
        helper.make_tensor_value_info(*each) for each in (("i", TensorProto.INT64, ()), ("c", TensorProto.BOOL, ()))
    ]
    taken, given = (helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 8)) for name in ("a", "b"))
    inner = [helper.make_node("Relu", ["a"], ["b"]), helper.make_node("Identity", ["c"], ["d"])]
    condition = helper.make_tensor_value_info("d", TensorProto.BOOL, ())
    body = helper.make_graph(inner, "body", [*ends, taken], [condition, given])
    return model_of([helper.make_node("Loop", ["n", "", "x"], ["y"], body=body)], [("n", 2**60)])


def cycle():
    return model_of([helper.make_node("Add", ["x", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])])


def huge_window():
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 3, 8, 8))
    node = helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[2**62] * 2, pads=[2**62] * 4)
    graph = helper.make_graph([node], "g", [image], [helper.make_empty_tensor_value_info("y")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def huge_weights():
    """Weights of 2^120 elements that the file does not hold."""
    model = model_of([helper.make_node("MatMul", ["x", "w"], ["y"])])
    model.graph.initializer.append(TensorProto(name="w", dims=[8, 2**62], data_type=TensorProto.FLOAT))
    return model


def rude_names():
    """Names that a terminal would obey, and that fill it."""
    rude = "\x1b[2J\n" + 100_000 * "a"
    return model_of([helper.make_node(rude, ["x"], ["y"], domain="d", name=rude)], domains=["d"])


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (doubled_shape, "shapes cannot be inferred|needs too much memory"),
        (many_outputs, "shapes cannot be inferred|needs too much memory"),
        (deep_branches, "m.onnx is no ONNX model, or torn"),
        (subgraph_bomb, "has more than the 20,000 operators that are read"),
        (endless_loop, "the shape of 'y', which operator Loop gives, is not known before it runs"),
        (cycle, "shapes cannot be inferred|which nothing gives before it"),
        (huge_window, "shapes cannot be inferred|has a shape that no device holds|is not known before"),
        (huge_weights, "has a shape that no device holds"),
        (rude_names, r"operator '\\x1b\[2J\\na+\.\.\.'"),
    ],
)
def test_a_file_that_does_harm_is_refused_in_one_sentence(tmp_path, model, words):
    file = tmp_path / "m.onnx"
    made = model()
    file.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    start = time.monotonic()
    with CountingProcess() as process, pytest.raises(InputError, match=words) as refused:
        process.count(file)
    assert time.monotonic() - start < onnx_process.MOST_SECONDS + 10
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1000


PEAK = """
import resource, sys
from hwpred.networks.onnx_process import CountingProcess
with CountingProcess() as process:
    try:
        process.count(sys.argv[1])
    except ValueError as error:
        print(error)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def test_a_few_bytes_take_no_gigabytes(tmp_path):
    file = tmp_path / "m.onnx"
    onnx.save(doubled_shape(), file)
    # A process of its own, since a child counts the memory of whom it was started by.
    told = subprocess.run([sys.executable, "-c", PEAK, file], capture_output=True, text=True, check=True).stdout
    words, peak = told.splitlines()
    assert "shapes cannot be inferred" in words
    assert float(peak) < 500


def test_the_largest_network_is_read_after_a_file_that_filled_the_memory(tmp_path):
    onnx.save(doubled_shape(), tmp_path / "bomb.onnx")
    names = ["x", *(f"a{number}" for number in range(onnx_files.MOST_NODES - 1)), "y"]
    nodes = [helper.make_node("Relu", [one], [other], name="n" * 2500) for one, other in pairwise(names)]
    onnx.save(model_of(nodes), tmp_path / "m.onnx")
    with CountingProcess() as process:
        with pytest.raises(InputError, match="shapes cannot be inferred"):
            process.count(tmp_path / "bomb.onnx")
        assert process.count(tmp_path / "m.onnx")["unknown"] == []


def test_the_next_file_is_read_although_one_ended_the_process(tmp_path, monkeypatch):
    onnx.save(NETWORKS.cnn(16, 4, 1), tmp_path / "b.onnx")
    onnx.save(doubled_shape(), tmp_path / "a.onnx")
    assert read_networks(tmp_path).names == ("b.onnx",)
    onnx.save(NETWORKS.cnn(16, 4, 1), tmp_path / "a.onnx")
    started = onnx_process._started
    monkeypatch.setattr(onnx_process, "MOST_SECONDS", 0.5)
    sleeping = [True, False]

    def start():
        if sleeping.pop(0):
            return subprocess.Popen(["sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        monkeypatch.setattr(onnx_process, "MOST_SECONDS", 60)
        return started()

    monkeypatch.setattr(onnx_process, "_started", start)
    space = read_networks(tmp_path)
    assert space.names == ("b.onnx",)
    assert "it takes more than 0.5 s" in space.left_out["a.onnx"]


def test_no_code_beside_the_files_is_run(tmp_path, monkeypatch):
    (tmp_path / "onnx.py").write_text("raise SystemExit('a stranger')")
    onnx.save(NETWORKS.cnn(16, 4, 1), tmp_path / "m.onnx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    assert read_networks(".").names == ("m.onnx",)


def test_what_is_no_file_is_left_out(tmp_path):
    onnx.save(NETWORKS.cnn(16, 4, 1), tmp_path / "m.onnx")
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "lost.onnx").symlink_to(tmp_path / "nowhere")
    space = NetworkFolder("mine", tmp_path, {}).read()
    assert space.names == ("m.onnx",)
    assert set(space.left_out) == {"pipe.onnx", "lost.onnx"}


@pytest.mark.parametrize("external", [False, True])
def test_a_gigabyte_of_weights_takes_neither_time_nor_memory(tmp_path, external):
    file = tmp_path / "m.onnx"
    assert large_files.write_large(file, external) > 1e9
    start = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-c", large_files.PROGRAM, file], capture_output=True, text=True, check=True
    ).stdout
    assert time.monotonic() - start < 60
    _, peak = map(float, told.split())
    assert peak < 300
    with CountingProcess() as process:
        found = dict(zip(COLUMNS, process.count(file)["counts"], strict=True))
    assert found["drawn/linear/macs"] == found["parameters"] == large_files.LAYERS * large_files.WIDTH**2


def field(number, content):
    """Return a field of a message of Protocol Buffers that holds bytes."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(number):
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])
