import numpy as np
import pytest
import torch
from torch.nn import functional

from hwpred.measurement import digits
from hwpred.measurement.class_plan import REPEATED_CELLS, class_chunk, class_chunk_names
from hwpred.measurement.digits import Protocol, train_accuracies
from hwpred.networks.torch_modules import TorchNetwork
from hwpred.spaces.nasbench201 import DISTINCT_CELLS
from hwpred.spaces.nasbench201.network import CONV_1X1, CONV_3X3, POOL, SKIP, build

DISCONNECTED = (CONV_3X3, 0, 0, 0, 0, POOL)
CONVOLUTIONS = (CONV_3X3, 0, 0, SKIP, CONV_3X3, 0)
MIXED = (CONV_1X1, POOL, SKIP, 0, CONV_3X3, POOL)
CELLS = np.array([DISCONNECTED, CONVOLUTIONS, MIXED])
BRIEF = Protocol(images=100, epochs=1)
TEST_IMAGE = 100 / (1797 - BRIEF.images)
"""What one of the test images counts, %."""


@pytest.fixture(scope="module")
def accuracies():
    return train_accuracies(CELLS, (0, 1), BRIEF)


def test_same_seed_same_accuracy(accuracies):
    assert (train_accuracies(CELLS, (0, 1), BRIEF) == accuracies).all()


def test_accuracy_does_not_depend_on_what_is_trained_besides(accuracies):
    alone = [train_accuracies([cell], (0, 1), BRIEF)[0] for cell in CELLS[::-1]]
    assert (np.array(alone[::-1]) == accuracies).all()
    seeds_alone = np.hstack([train_accuracies(CELLS, (seed,), BRIEF) for seed in (0, 1)])
    assert seeds_alone == pytest.approx(accuracies, abs=5 * TEST_IMAGE)


def test_seeds_and_cells_differ(accuracies):
    assert len(set(accuracies[1:].flat)) == accuracies[1:].size


def test_convolutions_beat_a_cell_without_a_path():
    disconnected, convolutions = train_accuracies(CELLS[:2], (0, 1)).mean(1)
    assert disconnected == pytest.approx(10, abs=2)
    assert convolutions > 40


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_is_that_of_torch(stride):
    drawn = torch.Generator().manual_seed(stride)
    seeds, inputs, outputs, size, n = 2, 3, 4, 8, 5
    x = torch.randn(seeds, inputs, size, size, n, dtype=torch.double, generator=drawn, requires_grad=True)
    weight = torch.randn(seeds, outputs, inputs * 9, dtype=torch.double, generator=drawn, requires_grad=True)
    ours = digits._Convolution.apply(x, weight, stride)
    grouped = functional.conv2d(
        x.permute(4, 0, 1, 2, 3).flatten(1, 2), weight.view(-1, inputs, 3, 3), stride=stride, padding=1, groups=seeds
    )
    expected = grouped.unflatten(1, (seeds, outputs)).permute(1, 2, 3, 4, 0)
    torch.testing.assert_close(ours, expected)
    upstream = torch.randn(ours.shape, dtype=torch.double, generator=drawn)
    gradients = [torch.autograd.grad(y, (x, weight), upstream) for y in (ours, expected)]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("cell", CELLS.tolist())
def test_each_seed_is_the_network_that_is_timed(cell):
    layers = build(cell, "digits", live=True)
    together = digits.SeedNetworks(layers, [np.random.default_rng(seed) for seed in range(3)])
    x = torch.randn(3, 1, 8, 8, 7, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        scores = together(x, training=False)
        for seed in range(3):
            alone = TorchNetwork(layers, weights_of(together, layers, seed))
            torch.testing.assert_close(scores[seed], alone(x[seed].permute(3, 0, 1, 2)).T, rtol=1e-4, atol=1e-4)


def weights_of(together, layers, seed):
    """The weights that one seed starts with, as ``TorchNetwork`` takes them."""
    weights = {}
    for index, (layer, tensors) in enumerate(zip(layers.layers, together._weights, strict=True)):
        if layer.kind == "batch_norm":
            ones, zeros = np.ones(layer.channels, np.float32), np.zeros(layer.channels, np.float32)
            weights[index] = {"weight": ones, "bias": zeros, "mean": zeros, "variance": ones}
        elif layer.kind == "conv":
            shape = layer.channels, layers.in_channels(layer), layer.kernel, layer.kernel
            weights[index] = {"weight": tensors[0][seed].detach().numpy().reshape(shape)}
        elif layer.kind == "linear":
            weight, bias = (tensor[seed].detach().numpy() for tensor in tensors)
            weights[index] = {"weight": weight, "bias": bias[:, 0]}
    return weights


def test_chunks_train_every_class_once_and_a_tenth_again():
    size = 100
    chunks = {name: class_chunk(name, size) for name in class_chunk_names(size)}
    first = [classes for name, (classes, _) in chunks.items() if name.startswith("first")]
    again = [classes for name, (classes, _) in chunks.items() if name.startswith("repeat")]
    assert sorted(np.concatenate(first)) == list(range(DISTINCT_CELLS))
    assert len(set(np.concatenate(again))) == REPEATED_CELLS == sum(map(len, again))
    assert not set(chunks["first-0"][1]) & set(chunks["repeat-0"][1])
