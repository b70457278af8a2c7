"""Networks of FBNet and MnasNet against published counts."""

import json
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from hwpred.measurement.runtimes import RUNTIMES, open_network
from hwpred.networks import get_networks
from hwpred.networks.analysis import analyse
from hwpred.networks.layers import LayerList, folded_batch_norms
from hwpred.networks.torch_modules import TorchNetwork
from hwpred.networks.weights import initial_weights
from hwpred.spaces import get_space
from hwpred.spaces.fbnet import network as fbnet
from hwpred.spaces.mnasnet import BLOCKS, CHOICES
from hwpred.spaces.mnasnet import network as mnasnet

# Architecture, millions of MACs and of parameters, in Accel-NASBench's result_*.json.
ACCEL_NASBENCH = [
    ("e4k5l1se0_e1k5l1se0_e4k3l3se0_e6k3l1se0_e4k5l2se0_e6k5l1se0_e6k3l2se0", 369.019616, 4.042824),
    ("e6k5l3se0_e4k5l2se0_e6k3l1se0_e1k3l1se1_e4k5l1se1_e6k3l4se1_e6k3l3se1", 718.968488, 7.637218),
    ("e1k3l3se0_e1k3l1se0_e1k5l2se0_e1k5l1se0_e4k3l1se0_e1k3l1se0_e1k3l1se0", 84.141456, 1.858544),
    ("e4k5l2se1_e1k3l3se1_e4k5l2se1_e4k5l1se1_e1k5l3se1_e1k3l1se1_e1k5l2se1", 285.075744, 2.110166),
]
# github.com/facebookresearch/mobile-vision names the blocks of FBNet-A, B and C; the paper's Table 3 has their MACs.
FBNETS = [
    (
        "skip k3_e3 k3_e1 skip skip k5_e6 k3_e3 k5_e1 k3_e3 k5_e6 k5_e3 k5_e1_g2 k5_e6 "
        "k3_e6 k5_e1_g2 k5_e1 k3_e1_g2 k5_e6 k5_e6 k5_e3 k5_e6 k5_e6",
        249,
    ),
    (
        "k3_e1 k3_e6 k5_e1 k3_e1 k3_e1 k5_e6 k5_e3 k3_e6 k5_e6 k5_e6 k5_e1 skip k5_e3 "
        "k5_e6 k3_e1 k5_e1 k5_e3 k5_e6 k5_e1 k5_e6 k5_e6 k3_e6",
        295,
    ),
    (
        "k3_e1 k3_e6 skip k3_e1 k3_e1 k5_e6 k5_e3 k5_e6 k3_e6 k5_e6 k5_e3 k5_e6 k5_e6 "
        "k5_e6 k5_e6 k5_e6 k5_e3 k5_e6 k5_e6 k5_e6 k5_e6 k3_e6",
        375,
    ),
]


def published_counts(operations):
    """MACs and parameters as thop counts them: four for an element of a normalisation, one for each that is pooled."""
    network = mnasnet.build(operations, "imagenet")
    sizes = [layer.channels * layer.height * layer.width for layer in network.layers]
    layers = list(zip(network.layers, sizes, strict=True))
    normalised = sum(size for layer, size in layers if layer.kind == "batch_norm")
    pooled = sum(sizes[layer.inputs[0]] + size for layer, size in layers if layer.kind in ("squeeze", "global_pool"))
    costs = analyse(network)
    return [costs["macs"] + 4 * normalised + pooled, costs["parameters"]]


@pytest.mark.parametrize(("text", "macs", "parameters"), ACCEL_NASBENCH)
def test_mnasnet_has_the_published_counts(text, macs, parameters):
    counted = published_counts(get_space("mnasnet").from_text(text))
    assert counted == pytest.approx([1e6 * macs, 1e6 * parameters], abs=0.5)


@pytest.mark.skipif("HWPRED_CACHE" not in os.environ, reason="HWPRED_CACHE, a cache of files, is not set")
def test_all_of_accel_nasbench_have_the_published_counts():
    read = 0
    with tarfile.open(Path(os.environ["HWPRED_CACHE"]) / "accelnasbench/anb_dataset_jsons.tar.gz") as archive:
        for member in archive:
            if not member.name.endswith(".json"):
                continue
            result = json.load(archive.extractfile(member))
            names = [
                [int(result["architecture"][f"block{block}_{choice}"]) for choice in CHOICES] for block in range(BLOCKS)
            ]
            operations = [
                values.index(value) for block in names for values, value in zip(CHOICES.values(), block, strict=True)
            ]
            published = [1e6 * result["model_info"][name] for name in ("macs", "params")]
            assert published_counts(operations) == pytest.approx(published, abs=0.5)
            read += 1
    assert read == 5138


@pytest.mark.parametrize(("blocks", "macs"), FBNETS)
def test_fbnet_has_nearly_the_published_counts(blocks, macs):
    operations = [fbnet.OPERATIONS.index(block) for block in blocks.split()]
    assert analyse(fbnet.build(operations, "imagenet"))["macs"] / 1e6 == pytest.approx(macs, rel=0.03)


def test_fbnet_c_has_the_parameters_of_its_implementation_in_timm():
    operations = [fbnet.OPERATIONS.index(block) for block in FBNETS[2][0].split()]
    assert analyse(fbnet.build(operations, "imagenet"))["parameters"] / 1e6 == pytest.approx(5.57, abs=0.005)


@pytest.mark.parametrize(
    ("space", "task", "operations"),
    [("fbnet", "cifar100", [*range(9), *range(9), 1, 5, 3, 8]), ("mnasnet", "imagenet", [1] * 28)],
)
def test_both_runtimes_run_the_same_network(space, task, operations):
    network = get_networks(space).build(operations, task, live=True)
    onnx, torch = (open_network(network, runtime, 1, np.random.default_rng(0))() for runtime in RUNTIMES)
    assert np.ptp(onnx[0]) > 0
    np.testing.assert_allclose(onnx[0], torch, rtol=1e-3, atol=1e-4 * np.abs(onnx[0]).max())


def test_a_small_input_is_halved_less_often():
    build = get_networks("fbnet").build
    skips = [fbnet.OPERATIONS.index("skip")] * 22
    assert build(skips, "cifar100").layers[-3].height == 4
    assert build(skips, "imagenet").layers[-3].height == 7
    # Where nothing changes the shape, a skip is nothing: six convolutions between stem and classifier, as many ReLUs.
    assert sum(layer.kind == "conv" for layer in build(skips, "imagenet").layers) == 8


def test_shuffled_channels_take_turns():
    import torch

    layers = LayerList(6, 1)
    layers.shuffle(0, 2)
    outputs = TorchNetwork(layers.network(), {})(torch.arange(6.0).reshape(1, 6, 1, 1))
    assert outputs.flatten().tolist() == [0, 3, 1, 4, 2, 5]


def test_squeeze_and_excitation_by_hand():
    import torch

    layers = LayerList(2, 2)
    layers.squeeze_and_excite(0, 1)
    network = layers.network()
    weights = initial_weights(network, np.random.default_rng(0))
    first, second = weights
    weights[first] = {"weight": np.float32([[[[1]], [[2]]]]), "bias": np.float32([1])}
    weights[second] = {"weight": np.float32([[[[1]]], [[[-1]]]]), "bias": np.float32([0, 1])}
    images = torch.tensor([[[[1.0, 3], [1, 3]], [[0, 0], [0, 4]]]])
    # Means 2 and 1, so 2 + 2 + 1 = 5 between, and sigmoids of 5 and of -5 + 1.
    expected = images * torch.sigmoid(torch.tensor([5.0, -4.0])).reshape(1, 2, 1, 1)
    torch.testing.assert_close(TorchNetwork(network, weights)(images), expected)


def test_a_convolution_with_a_bias_keeps_its_batch_norm():
    layers = LayerList(2, 4)
    layers.batch_norm(layers.conv(0, 2, 1, bias=True))
    assert folded_batch_norms(layers.network()) == {}
