"""Operators of torch networks, counted without computing anything."""

import pytest
import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from hwpred.networks.operator_views import counts_of, fused, live
from hwpred.networks.operators import count_operators, operators_of
from hwpred.spaces.operator_counts import CLASSES, MEASURES


def counted(module, *shapes):
    """Return {class: (macs, bytes, operators)} of the classes that occur."""
    with torch.device("meta"):
        counts = count_operators(module().eval(), *(torch.empty(*shape) for shape in shapes))
    assert set(counts) == {(kind, measure) for kind in CLASSES for measure in MEASURES}
    found = {kind: tuple(counts[kind, measure] for measure in MEASURES) for kind in CLASSES}
    return {kind: values for kind, values in found.items() if values[2]}


@pytest.mark.parametrize(
    ("layer", "kind", "macs", "elements"),
    [
        (lambda: nn.Conv2d(8, 16, 1), "conv_1x1", 8 * 16 * 36, 8 * 36 + 8 * 16 + 16 + 16 * 36),
        (lambda: nn.Conv2d(8, 16, 3, 2, 1, bias=False), "conv_kxk", 8 * 16 * 9 * 9, 8 * 36 + 8 * 16 * 9 + 16 * 9),
        (lambda: nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), "depthwise", 8 * 9 * 36, 2 * 8 * 36 + 8 * 9),
        (lambda: nn.Conv2d(8, 16, 3, 1, 1, groups=2, bias=False), "grouped", 4 * 16 * 9 * 36, 24 * 36 + 4 * 16 * 9),
        (lambda: nn.ConvTranspose2d(8, 4, 2, 2, bias=False), "conv_kxk", 8 * 36 * 4 * 4, 8 * 36 + 8 * 4 * 4 + 4 * 144),
        (lambda: nn.BatchNorm2d(8), "normalisation", 0, None),
        (lambda: nn.GroupNorm(2, 8), "normalisation", 0, None),
        (lambda: nn.ReLU(), "activation", 0, 2 * 8 * 36),
        (lambda: nn.Hardswish(inplace=True), "activation", 0, 2 * 8 * 36),
        (lambda: nn.Softmax(dim=1), "activation", 0, 2 * 8 * 36),
        (lambda: nn.MaxPool2d(2), "pooling", 0, None),
        (lambda: nn.AdaptiveAvgPool2d(1), "pooling", 0, 8 * 36 + 8),
        (lambda: nn.ZeroPad2d(1), "copying", 0, 8 * 36 + 8 * 64),
        (lambda: nn.Upsample(scale_factor=2), "pooling", 0, 8 * 36 + 8 * 144),
    ],
)
def test_one_operator(layer, kind, macs, elements):
    ((found, values),) = counted(layer, (1, 8, 6, 6)).items()
    assert (found, values[0], values[2]) == (kind, macs, 1)
    assert elements is None or values[1] == 4 * elements


def test_a_linear_layer_and_what_only_looks_at_tensors_differently():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(12, 5)

        def forward(self, x):
            return self.linear(x.flatten(1).view(2, 12)).T.unsqueeze(0)

    assert counted(Network, (2, 3, 4)) == {"linear": (2 * 12 * 5, 4 * (2 * 12 + 12 * 5 + 5 + 2 * 5), 1)}


def test_sums_of_tensors_and_copies():
    class Network(nn.Module):
        def forward(self, x, y):
            x = torch.cat([x + y, x * y], dim=1)
            x += x
            return torch.roll(x, 1, dims=2)

    found = counted(Network, (1, 4, 5, 5), (1, 4, 5, 5))
    assert {kind: values[2] for kind, values in found.items()} == {"elementwise": 3, "copying": 2}


def test_attention_is_one_operator():
    class Network(nn.Module):
        def forward(self, query, key, value):
            return scaled_dot_product_attention(query, key, value)

    elements = 2 * 3 * (5 * 4 + 7 * 4 + 7 * 6 + 5 * 6)
    found = counted(Network, (2, 3, 5, 4), (2, 3, 7, 4), (2, 3, 7, 6))
    assert found == {"matmul": (2 * 3 * 5 * 7 * (4 + 6), 4 * elements, 1)}


def test_an_unknown_operator_is_named():
    class Network(nn.Module):
        def forward(self, x):
            return torch.fft.fft(x)

    with pytest.raises(ValueError, match=r"operator _?fft\w* is of no known class; add it to hwpred"):
        counted(Network, (2, 8))


def test_what_is_fused_is_known_by_what_operators_read():
    class Residual(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Conv2d(8, 8, 3, padding=1)
            self.norm, self.relu = torch.nn.BatchNorm2d(8), torch.nn.ReLU(inplace=True)

        def forward(self, x):
            y = self.relu(self.norm(self.layer(x)))
            return (torch.softmax(y, dim=1) + y).mean(dim=(2, 3))

    with torch.device("meta"):
        network = operators_of(Residual().eval(), torch.empty(1, 8, 16, 16))
    assert [operator.kind for operator in network.operators] == [
        *("conv_kxk", "normalisation", "activation", "activation", "elementwise", "pooling")
    ]
    assert live(network.operators, network.outputs) == network.operators
    left = fused(network.operators, network.outputs, network.sizes)
    # The convolution takes what only it is read by; the softmax looks at all channels, and takes the sum.
    assert [operator.kind for operator in left] == ["conv_kxk", "activation", "pooling"]
    counts = counts_of(network)
    assert counts["executed/conv_kxk/operators"] == 1
    assert counts["parameters"] == 8 * 8 * 9 + 8 + 16


def test_the_mask_of_attention_is_read():
    class Masked(torch.nn.Module):
        def forward(self, x):
            return torch.nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=x @ x.mT)

    with torch.device("meta"):
        network = operators_of(Masked(), torch.empty(1, 4, 16, 16))
    assert [operator.name for operator in live(network.operators, network.outputs)][-1] == "attention"
    assert live(network.operators, network.outputs) == network.operators
