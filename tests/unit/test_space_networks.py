"""Networks of the spaces: published counts, counts by torch, and equal outputs of torch and ONNX."""

import time
from collections import Counter

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from hwpred.networks import NETWORK_SPACES, get_networks
from hwpred.networks.analysis import COLUMNS, analyse
from hwpred.networks.layers import LayerList, folded_batch_norms
from hwpred.networks.onnx_graphs import INPUT, onnx_model
from hwpred.networks.profiles import get_profile
from hwpred.networks.torch_modules import TorchNetwork
from hwpred.networks.weights import initial_weights
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import live_edges
from hwpred.spaces.nasbench201.network import TASKS, build
from hwpred.structure import typical

SPACE_TASKS = [(space, task) for space in NETWORK_SPACES for task in get_networks(space).TASKS]
OPERATIONS = {space: typical(space) for space in NETWORK_SPACES}

# Least and most over all architectures: millions of parameters, millions of FLOPs.
# github.com/automl/MO-HPOBenchExperimentUtils, README.md ("Get Bounds for Nasbench benchmarks").
BOUNDS = {
    "cifar10": ((0.073306, 1.531546), (7.78305, 220.11969)),
    "cifar100": ((0.079156, 1.537396), (7.7889, 220.12554)),
    "ImageNet16-120": ((0.080456, 1.538696), (1.9534, 55.03756)),
}
INDEX_0 = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
INDEX_1 = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|"
INDEX_9930 = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|"
ISSUE_36 = "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|avg_pool_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"
ISSUE_134 = "|skip_connect~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|"
# Cell, task, millions of parameters and of FLOPs as printed.
PUBLISHED = [
    # FLOPs: github.com/D-X-Y/NATS-Bench/issues/24; parameters: cost_info in the NAS-Bench-201 test of NASLib.
    (INDEX_0, "cifar10", "0.129306", "15.64737"),
    (INDEX_0, "cifar100", None, "15.65322"),
    (INDEX_0, "ImageNet16-120", None, "3.91948"),
    # github.com/D-X-Y/NATS-Bench/issues/18.
    (INDEX_1, "cifar10", "0.802", "113.95"),
    (INDEX_1, "cifar100", "0.808", "113.96"),
    (INDEX_1, "ImageNet16-120", "0.810", "28.50"),
    # What the benchmark's API prints for this index.
    (INDEX_9930, "cifar10", "1.289", "184.73"),
    (INDEX_9930, "cifar100", "1.294", "184.74"),
    (INDEX_9930, "ImageNet16-120", "1.296", "46.19"),
    # github.com/D-X-Y/NATS-Bench/issues/36, hp="12"; hp="200" is a mean that includes another cell's numbers.
    (ISSUE_36, "cifar10", "0.802426", "113.95137"),
    # github.com/D-X-Y/AutoDL-Projects/issues/134.
    (ISSUE_134, "cifar10", "0.56", None),
]


@pytest.mark.parametrize(("cell", "task", "parameters", "flops"), PUBLISHED)
def test_published_parameters_and_flops(cell, task, parameters, flops):
    costs = analyse(build(get_space("nasbench201").from_text(cell), task))
    counts = (costs["parameters"], published_flops(costs, task))
    for ours, printed in zip(counts, (parameters, flops), strict=True):
        if printed is not None:
            digits = len(printed.split(".")[1])
            assert ours / 1e6 == pytest.approx(float(printed), abs=0.501 * 10**-digits)


@pytest.mark.parametrize("task", BOUNDS)
def test_published_bounds(task):
    costs = get_profile("nasbench201")(OPERATIONS["nasbench201"], task)
    for ours, bounds in zip((costs["parameters"], published_flops(costs, task)), BOUNDS[task], strict=True):
        assert (ours.min() / 1e6, ours.max() / 1e6) == pytest.approx(bounds, abs=1e-9)


def published_flops(costs, task):
    """NAS-Bench-201 counts a MAC and the addition of a bias as one each, and nothing else."""
    return costs["macs"] + TASKS[task].classes


def test_published_indices():
    cells = OPERATIONS["nasbench201"]
    for index, cell in ((0, INDEX_0), (1, INDEX_1), (9930, INDEX_9930)):
        assert get_space("nasbench201").to_text(cells[index]) == cell


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(("space", "task"), SPACE_TASKS)
def test_profiles_are_analyses(space, task, live):
    operations = draw(space, 25)
    profile = get_profile(space)(operations, task, live)
    assert tuple(profile.columns) == COLUMNS
    for row, cell in zip(profile.to_dict("records"), operations, strict=True):
        assert row == analyse(get_networks(space).build(cell, task, live), fold=live)


def draw(space, number, seed=0):
    operations = OPERATIONS[space]
    return operations[np.random.default_rng(seed).choice(len(operations), number, replace=False)]


def test_a_profile_of_a_space_is_fast():
    start = time.process_time()
    get_profile("nasbench201")(OPERATIONS["nasbench201"], "cifar10")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(("space", "task"), SPACE_TASKS)
def test_torch_counts_the_same(space, task):
    # 200 of each of the first spaces; the other tasks of NAS-Bench-201 have five times the layers of digits.
    number = {"nasbench201": 10, "transnas_macro": 40, "fbnet": 20, "mnasnet": 20}[space]
    number = 170 if task == "digits" else number
    for i, operations in enumerate(draw(space, number, seed=1)):
        network = get_networks(space).build(operations, task, live=i % 2 == 1)
        module = TorchNetwork(network, {})
        costs = analyse(network)
        assert costs["parameters"] == sum(parameter.numel() for parameter in module.parameters())
        assert costs["macs"] == hooked_macs(network, module)


class First(nn.Module):
    def forward(self, x, *_):
        return x


def hooked_macs(network, module):
    """Run a network of the device "meta", which works out shapes only, and count by what its layers take and give."""
    macs = []
    for index, layer in enumerate(network.layers):
        # These keep the shape and have no MACs, but take a millisecond each on this device.
        if layer.kind in ("batch_norm", "relu", "add", "zero", "shuffle", "multiply"):
            module.network_layers[index] = First()

    def count(layer, inputs, output):
        if isinstance(layer, nn.Linear):
            macs.append(output.numel() * layer.in_features)
        else:
            transposed = isinstance(layer, nn.ConvTranspose2d)
            pairs = inputs[0].numel() * layer.out_channels if transposed else output.numel() * layer.in_channels
            macs.append(pairs * layer.kernel_size[0] * layer.kernel_size[1] // layer.groups)

    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        module(torch.empty(network.input_shape, device="meta"))
    return sum(macs)


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(("space", "task"), SPACE_TASKS)
def test_torch_and_onnx_agree(space, task, live):
    network = get_networks(space).build(some(space, task), task, live)
    rng = np.random.default_rng(2)
    weights = initial_weights(network, rng)
    randomise(weights, rng)
    images = rng.standard_normal(network.input_shape).astype(np.float32)
    expected = run_torch(network, weights, images)
    assert np.abs(run_onnx(onnx_model(network, weights), images) - expected).max() <= 1e-4 * np.abs(expected).max()


def some(space, task):
    """One architecture, another one for each task."""
    return draw(space, 1, seed=SPACE_TASKS.index((space, task)))[0]


def randomise(weights, rng):
    """Give batch normalisations the weights and statistics that training might."""
    for arrays in weights.values():
        if "mean" in arrays:
            channels = len(arrays["mean"])
            arrays["mean"], arrays["bias"] = rng.normal(0, 0.2, (2, channels)).astype(np.float32)
            arrays["variance"], arrays["weight"] = rng.uniform(0.5, 1.5, (2, channels)).astype(np.float32)
        elif "bias" in arrays:
            arrays["bias"] = rng.standard_normal(len(arrays["bias"])).astype(np.float32)


def run_torch(network, weights, images):
    with torch.inference_mode():
        return TorchNetwork(network, weights)(torch.from_numpy(images)).numpy()


def run_onnx(model, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {INPUT: images})[0]


@pytest.mark.parametrize(("space", "task"), SPACE_TASKS)
def test_live_and_published_networks_compute_the_same(space, task):
    for operations in draw(space, 20, seed=6) if task == "digits" else [some(space, task)]:
        outputs = []
        for live in (False, True):
            network = get_networks(space).build(operations, task, live)
            images = np.random.default_rng(3).standard_normal(network.input_shape).astype(np.float32)
            outputs.append(run_torch(network, initial_weights(network, np.random.default_rng(4)), images))
        connected = live_edges([operations]).any() if space == "nasbench201" else True
        assert outputs[0].any() == connected
        np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5 * np.abs(outputs[0]).max())


ONNX_OPERATORS = {
    "Conv": ("conv_1x1", "conv_3x3", "grouped_1x1", "depthwise_3x3", "depthwise_5x5"),
    "ConvTranspose": ("conv_transpose",),
    "BatchNormalization": ("batch_norm",),
    "Relu": ("relu",),
    "Sigmoid": ("sigmoid",),
    "AveragePool": ("avg_pool",),
    "Mul": ("zero", "multiply"),
    "ReduceMean": ("squeeze", "global_pool"),
    "Transpose": ("shuffle",),
    "Reshape": ("concatenate", "shuffle", "shuffle"),
    "Gemm": ("linear",),
}


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(("space", "task"), SPACE_TASKS)
def test_folded_counts_are_those_of_the_executed_graph(space, task, live):
    network = get_networks(space).build(some(space, task), task, live)
    graph = onnx_model(network, initial_weights(network, np.random.default_rng(5))).graph
    costs = analyse(network, fold=True)
    nodes = Counter(node.op_type for node in graph.node)
    for operator, kinds in ONNX_OPERATORS.items():
        assert nodes[operator] == sum(costs[kind] for kind in kinds), operator
    assert nodes["Add"] + nodes["Sum"] == costs["add"]
    arrays = [onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer]
    assert costs["weight_bytes"] == sum(a.nbytes for a in arrays if a.dtype == np.float32 and a.size > 1)


def small_network():
    """Two channels of 4x4 pixels: a residual block with its own ReLU, then pooling and a classifier of three."""
    layers = LayerList(2, 4)
    y = layers.relu_conv_bn(0, 2, 3)
    layers.head(layers.avg_pool(layers.add([y, 0]), 2, 2), 3)
    return layers.network()


# By hand; an image is 32 numbers, 128 bytes: the ReLU and its input, then a convolution's output beside both.
SMALL = {
    "macs": 32 * 2 * 9 + 2 * 3,
    "parameters": 36 + 4 + 9,
    "flops": 2 * (576 + 6) + 32 + 2 * 32 + 32 + 4 * 8 + 8 + 3,
    "activation_bytes": 4 * ((32 + 32) + (32 + 32) + (32 + 32) + 3 * 32 + (32 + 8) + (8 + 2) + (2 + 3)),
    "weight_bytes": 4 * (36 + 8 + 9),
    "peak_memory": 3 * 128,
}
SMALL_FOLDED = SMALL | {
    "flops": SMALL["flops"] - 32,
    "activation_bytes": SMALL["activation_bytes"] - 4 * 64,
    "weight_bytes": SMALL["weight_bytes"] - 4 * 6,
}


@pytest.mark.parametrize(("fold", "expected"), [(False, SMALL), (True, SMALL_FOLDED)])
def test_analysis_by_hand(fold, expected):
    costs = analyse(small_network(), fold)
    assert {name: costs[name] for name in expected} == expected
    assert costs["batch_norm"] == 1 - fold
    assert costs["arithmetic_intensity"] == expected["flops"] / (
        expected["activation_bytes"] + expected["weight_bytes"]
    )


def test_a_convolution_that_others_read_keeps_its_batch_norm():
    layers = LayerList(2, 4)
    x = layers.conv(0, 2, 3)
    layers.add([layers.batch_norm(x), x])
    assert folded_batch_norms(layers.network()) == {}
    assert folded_batch_norms(small_network()) == {2: 3}


def test_tiles_of_an_example_count():
    networks = get_networks("transnas_macro")
    modules = draw("transnas_macro", 1)[0]
    assert networks.build(modules, "jigsaw").input_shape[0] == 9
    costs = analyse(networks.build(modules, "jigsaw"))
    assert costs["concatenate"] == 1
    half = networks.TASKS["jigsaw"].size // 2
    # The stem's output and its rectification.
    assert costs["peak_memory"] >= 2 * 9 * 4 * networks.STEM_CHANNELS * half**2


def test_unknown_names():
    for get in (get_networks, get_profile):
        with pytest.raises(ValueError, match="networks of space 'zoo' are not known; use one of nasbench201"):
            get("zoo")
    for space in NETWORK_SPACES:
        with pytest.raises(ValueError, match="unknown task 'mnist'; use one of "):
            get_profile(space)(OPERATIONS[space][:1], "mnist")
