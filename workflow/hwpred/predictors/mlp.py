"""Multilayer perceptrons (Laube, Mutschler and Zell 2022; BANANAS: White et al., AAAI 2021), on the batched core."""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
import torch
from torch.nn.functional import hardswish

from hwpred.predictors.constraints import COUNT, NOT_NEGATIVE, Number, OneOf
from hwpred.predictors.networks import TRAINING_CONSTRAINTS, Network, NetworkPredictor
from hwpred.predictors.search_space import Choice

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "hardswish": hardswish}
LEARNING_RATES = Choice((0.1, 0.01, 0.005, 0.001, 0.0001))
GAIN_STEP = 1.15
"""By how much the initial weights grow when a network is drawn anew."""
WIDTH_STEP = 4
"""Layers are stacked with others of up to this many units more; the units that they lack stay zero."""


@dataclass(frozen=True)
class Perceptron(Network):
    """Layers of equal width and a linear output, on flattened features.

    Networks whose widths round up to the same ``width`` are equal. The units beyond ``units`` have no weights, in or
    out; every activation is 0 at 0, so they get no gradient either.
    """

    features: int
    layers: int
    width: int = field(init=False)
    activation: str
    units: int = field(compare=False)
    output_penalty: float
    gain: float = field(default=1.0, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "width", WIDTH_STEP * math.ceil(self.units / WIDTH_STEP))

    def initial(self, rng):
        """Draw weights uniformly after Glorot and Bengio (2010), biases are zero; in order weight, bias, weight, ...

        The weights into hidden layers are ``gain`` times as large.
        """
        parameters, features, units = [], (self.features, self.features), (self.width, self.units)
        for (rows, fan_in), (columns, fan_out) in pairwise([features, *[units] * self.layers, (1, 1)]):
            weight = np.zeros((rows, columns), dtype=np.float32)
            limit = math.sqrt(6 / (fan_in + fan_out)) * (self.gain if columns > 1 else 1.0)
            weight[:fan_in, :fan_out] = limit * (2 * rng.random((fan_in, fan_out), dtype=np.float32) - 1)
            parameters += [weight, np.zeros((1, columns), dtype=np.float32)]
        return parameters

    def redrawn(self):
        """Return the perceptron with larger initial weights: its signal had faded on the way through the layers."""
        return replace(self, gain=self.gain * GAIN_STEP)

    def forward(self, parameters, x):
        """Return predictions of shape (p, rows)."""
        *hidden, weight, bias = parameters
        layer = x.flatten(2)
        for hidden_weight, hidden_bias in zip(hidden[::2], hidden[1::2], strict=True):
            layer = ACTIVATIONS[self.activation](torch.baddbmm(hidden_bias, layer, hidden_weight))
        # No matrix product: with one column its rounding depends on whether there is one problem or several.
        return (layer * weight.transpose(1, 2)).sum(dim=2) + bias.squeeze(2)

    def loss(self, parameters, x, y, weight, rngs):
        """Mean absolute error plus a penalty on the absolute output weights."""
        error = ((self.forward(parameters, x) - y).abs() * weight).sum(dim=1)
        return error + self.output_penalty * parameters[-2].abs().sum(dim=(1, 2))


@dataclass(eq=False)
class LargePerceptron(NetworkPredictor):
    """Deep and narrow: 20 layers of 20 units.

    Trained for ``epochs``, but no fewer than ``least_steps`` and no more than ``most_steps`` (None: no limit). The
    learning rate rises for a tenth of the steps, without which many of these deep networks collapse, and then falls
    to 0 along half a cosine. Those that end at a constant all the same are drawn anew with larger weights, up to
    ``restarts`` times.
    ``output_penalty`` is the weight of the output weights' absolute sum in the loss.
    """

    search_settings: ClassVar = {"batch_size": 32, "most_steps": 150, "restarts": 0}
    constraints: ClassVar = {
        **TRAINING_CONSTRAINTS,
        "layers": COUNT,
        "width": COUNT,
        "activation": OneOf(tuple(ACTIVATIONS)),
        "output_penalty": NOT_NEGATIVE,
        "restarts": Number(least=0, whole=True),
    }
    betas = (0.9, 0.99)
    cosine = True
    warmup = 0.1

    layers: int = 20
    width: int = 20
    activation: str = "relu"
    learning_rate: float = 0.01
    batch_size: int = 128
    epochs: int = 40
    least_steps: int = 700
    most_steps: int | None = None
    output_penalty: float = 0.2
    restarts: int = 3

    @classmethod
    def search_space(cls):
        """Depths, widths and learning rates of the protocol, section 5."""
        sizes = Choice(tuple(range(5, 25)))
        return {"layers": sizes, "width": sizes, "learning_rate": LEARNING_RATES}

    def network(self, features):
        """Return the perceptron."""
        return Perceptron(math.prod(features), self.layers, self.activation, self.width, self.output_penalty)


@dataclass(eq=False)
class SmallPerceptron(LargePerceptron):
    """Shallow: 3 layers of 32 units, else as the large one."""

    layers: int = 3
    width: int = 32
    least_steps: int = 500

    @classmethod
    def search_space(cls):
        """Depths, widths, activations and learning rates of the protocol, section 5."""
        return {
            "layers": Choice((2, 3, 4)),
            "width": Choice((16, 32, 64, 128)),
            "activation": Choice(tuple(ACTIVATIONS)),
            "learning_rate": LEARNING_RATES,
        }


@dataclass(eq=False)
class Bananas(LargePerceptron):
    """The mean of several large perceptrons on the path encoding; the search tries single ones."""

    encoding = "path"
    search_settings: ClassVar = {**LargePerceptron.search_settings, "members": 1}
    constraints: ClassVar = {**LargePerceptron.constraints, "members": COUNT}

    members: int = 3
