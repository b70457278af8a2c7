"""Networks as ONNX."""

import random

import test_onnx_strangers as made
from onnx import TensorProto, helper

MODELS = (
    "doubled_shape",
    "many_outputs",
    "deep_branches",
    "subgraph_bomb",
    "endless_loop",
    "cycle",
    "huge_window",
    "huge_weights",
    "rude_names",
)


def onnx_files():
    """Yield (name, bytes) of networks."""
    for name in MODELS:
        model = getattr(made, name)()
        yield name.replace("_", " "), model if isinstance(model, bytes) else model.SerializeToString()
    yield from _outside()
    yield from _large()
    good = made.NETWORKS.cnn(16, 4, 1).SerializeToString()
    for number in range(5):
        yield f"cut off at {number}", good[: len(good) * number // 5]
    yield "zeros", bytes(10_000)
    yield "text", b"hello" * 1000
    yield "a length that is not there", b"\x3a\xff\xff\xff\xff\x0f"
    yield "a number without an end", b"\xff" * 100
    chance = random.Random(0)
    for number in range(40):
        changed = bytearray(good)
        for _ in range(1 + number % 4):
            changed[chance.randrange(min(len(changed), 3000))] ^= 1 << chance.randrange(8)
        yield f"flipped bits, {number}", bytes(changed)


def _outside():
    """Weights that lie elsewhere."""
    for place in ("../../../../etc/passwd", "/dev/zero", "/proc/self/environ", "a\x00b"):
        model = made.model_of([helper.make_node("MatMul", ["x", "w"], ["y"])])
        tensor = TensorProto(name="w", dims=[8, 8], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value=place)
        model.graph.initializer.append(tensor)
        yield f"weights at {place!r}", model.SerializeToString()


def _large():
    relu = [helper.make_node("Relu", ["x"], ["y"])]
    yield (
        "twenty thousand operators and one",
        made.model_of(
            [helper.make_node("Relu", ["x" if not i else f"a{i}"], [f"a{i + 1}"]) for i in range(20_000)] + relu
        ).SerializeToString(),
    )
    yield (
        "a name of 50 MB",
        made.model_of([helper.make_node("Relu", ["x"], ["y"], name="n" * 50_000_000)]).SerializeToString(),
    )
    yield "text of 100 MB", made.field(6, b"d" * 100_000_000) + made.model_of(relu).SerializeToString()
    yield "a million empty fields", b"\x42\x00" * 1_000_000
    yield "six million empty fields", b"\x42\x00" * 6_000_000
    reshaped = [helper.make_node("Reshape", ["x", "s"], ["y"])]
    yield "a shape of 2^62", made.model_of(reshaped, [("s", [2**62, 4])]).SerializeToString()
    yield "a shape of no size", made.model_of(reshaped, [("s", [0, -1])]).SerializeToString()
    filled = [helper.make_node("ConstantOfShape", ["s"], ["c"]), helper.make_node("Relu", ["x"], ["y"])]
    yield "a constant of 2^40 numbers", made.model_of(filled, [("s", [2**40])]).SerializeToString()
    numbered = [helper.make_node("Range", ["a", "b", "c"], ["d"]), helper.make_node("Relu", ["x"], ["y"])]
    yield "a range of 2^40 numbers", made.model_of(numbered, [("a", 0), ("b", 2**40), ("c", 1)]).SerializeToString()
    tiled = [helper.make_node("Tile", ["x", "r"], ["y"])]
    yield "repeated 2^40 times", made.model_of(tiled, [("r", [1, 2**40])]).SerializeToString()
    padded = [helper.make_node("Pad", ["x", "p"], ["y"])]
    yield "padded by 2^62", made.model_of(padded, [("p", [2**62] * 4)]).SerializeToString()
    yield (
        "an operator that nobody knows",
        made.model_of([helper.make_node("Nothing", ["x"], ["y"])]).SerializeToString(),
    )
    yield "a version of 2^40", made.model_of(relu, opset=2**40).SerializeToString()
    equation = "a" * 100_000 + "->" + "a" * 100_000
    yield (
        "an equation of many letters",
        made.model_of([helper.make_node("Einsum", ["x"], ["y"], equation=equation)]).SerializeToString(),
    )
