"""Multilayer perceptrons (Laube, Mutschler and Zell 2022; BANANAS: White et al., AAAI 2021), on the batched core."""

import math
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import torch
from torch.nn.functional import hardswish

from hwpred.predictors.constraints import COUNT, NOT_NEGATIVE, Number, OneOf
from hwpred.predictors.neural.networks import NeuralNetwork
from hwpred.predictors.neural.parameters import split
from hwpred.predictors.neural.predictor import TRAINING_CONSTRAINTS, NetworkPredictor
from hwpred.predictors.search_space import Choice

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "hardswish": hardswish}
ACTIVATE = {"relu": partial(torch.clamp_min, min=0), "tanh": torch.tanh, "hardswish": torch.ops.aten.hardswish.out}
"""The same, into a given tensor."""
LEARNING_RATES = Choice((0.1, 0.01, 0.005, 0.001, 0.0001))
GAIN_STEP = 1.15
"""By how much the initial weights grow when a network is drawn anew."""
WIDTH_STEP = 4
"""Layers are stacked with others of up to this many units more; the units that they lack stay zero."""
LAYERS_OF_ONE = 5
"""Layers whose outputs, all in use until the way back, count as one: deep networks are fastest in smaller stacks."""
GPU_WIDTH = 24
"""Units of the narrowest layers on a GPU."""


@dataclass(frozen=True)
class Perceptron(NeuralNetwork):
    """Layers of equal width and a linear output, on flattened features.

    Networks whose widths round up to the same ``width`` are equal. The units beyond ``units`` have no weights, in or
    out; every activation is 0 at 0, so they get no gradient either.

    Parameters
    ----------
    features : int
        Numbers of an architecture.
    layers : int
        Hidden ones.
    activation : str
        A key of ``ACTIVATIONS``.
    units : int
        Of a hidden layer.
    output_penalty : float
        Weight of the output weights' absolute sum in the loss.
    gain : float
        Factor of the initial weights into hidden layers.
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

    @property
    def held(self):
        """Numbers of one architecture that decide how many are stacked to train."""
        return self.width * max(1, self.layers // LAYERS_OF_ONE)

    def replayed(self):
        """Return the perceptron with wider layers: a GPU computes units without weights as fast as none."""
        wider = copy(self)
        object.__setattr__(wider, "width", _width_on_gpu(self.units))
        return wider

    def initial(self, rng):
        """Draw weights uniformly after Glorot and Bengio (2010), biases are zero; in order weight, bias, weight, ...

        The weights into hidden layers are ``gain`` times as large.
        """
        layout = _layout(self.features, self.layers, self.width, self.units)
        joined = np.zeros(layout.numbers, dtype=np.float32)
        drawn = rng.random(len(layout.places), dtype=np.float32)
        drawn *= 2
        drawn -= 1
        drawn *= layout.limits if self.gain == 1.0 else layout.limits_with(self.gain)
        joined[layout.places] = drawn
        return split(joined, layout.shapes)

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

    def differentiator(self, parameters, gradients, rows):
        """Return the derivatives of the mean absolute error plus a penalty on the absolute output weights.

        They are computed by hand: automatic differentiation takes twice the operations.
        """
        return _Backpropagation(self, parameters, gradients, rows)


@cache
def _width_on_gpu(units):
    """Return the least power of two, or one and a half of one, that so many units fit into."""
    powers = (part * 2**i for i in range(3, 4 + units.bit_length()) for part in (2, 3))
    return max(GPU_WIDTH, next(width for width in powers if width >= units))


class _Layout:
    """Where the weights of a perceptron lie among its parameters, in the order in which they are drawn.

    Attributes
    ----------
    shapes : list of tuples
        Of the parameters.
    numbers : int
        Of all of them.
    places : int array of shape (weights,)
    limits : float32 array of shape (weights,)
        Largest absolute values of the weights.
    """

    def __init__(self, inputs, layers, width, units):
        self.shapes, places, self._scales, self._counts, self.numbers = [], [], [], [], 0
        features = [(inputs, inputs), *[(width, units)] * layers, (1, 1)]
        for (rows, fan_in), (columns, fan_out) in pairwise(features):
            numbers = np.arange(self.numbers, self.numbers + rows * columns).reshape(rows, columns)
            places.append(numbers[:fan_in, :fan_out].ravel())
            self._scales.append(math.sqrt(6 / (fan_in + fan_out)))
            self._counts.append(fan_in * fan_out)
            self.shapes += [(rows, columns), (1, columns)]
            self.numbers += (rows + 1) * columns
        self.places = np.concatenate(places)
        self.limits = self.limits_with(1.0)

    def limits_with(self, gain):
        """Return the limits where weights into hidden layers are ``gain`` times as large."""
        *hidden, last = self._scales
        return np.repeat(np.array([*(scale * gain for scale in hidden), last], dtype=np.float32), self._counts)


_layout = cache(_Layout)


class _Backpropagation:
    """The loss of stacked ``Perceptron``s and its derivatives, in buffers that stay from step to step.

    The bias of a layer is the last row of its weights, and its inputs end with a one. The rows of a minibatch are the
    last axis of what a layer computes: so that of a network lies together, without the one.
    """

    def __init__(self, network, parameters, gradients, rows):
        self.network = network
        layers, slopes = _with_biases(parameters), _with_biases(gradients)
        self.last, self.weights, self.last_slope = layers[-1], layers[-1][:, :-1], slopes[-1]
        first, problems = parameters[0], len(parameters[0])
        inputs = [first.new_ones(problems, layer.shape[1], rows) for layer in layers[1:]]
        # Features may be many: they lie as they come, row by row.
        inputs.insert(0, first.new_ones(problems, rows, layers[0].shape[1]).mT)
        self.first_input, self.last_input = inputs[0][:, :-1], inputs[-1]
        sums = [first.new_empty(problems, network.width, rows) for _ in layers[:-1]]
        # The derivative by the output of a layer is written where the sums of the layer above it were.
        self.slope = first.new_empty(problems, network.width, rows)
        upstream = [*sums[1:], self.slope]
        outputs = [entering[:, :-1] for entering in inputs[1:]]
        self.forward = list(zip((layer.mT for layer in layers), inputs, sums, outputs, strict=False))
        self.backward = [
            (sums[i], outputs[i], upstream[i], inputs[i], slopes[i], layers[i][:, :-1], upstream[i - 1] if i else None)
            for i in reversed(range(len(sums)))
        ]

    def __call__(self, x, y, weight, rngs):
        """Return the loss of each problem; ``gradients`` then holds its derivatives."""
        activation = self.network.activation
        self.first_input.copy_(x.flatten(2).mT)
        for layer, entering, sums, leaving in self.forward:
            torch.bmm(layer, entering, out=sums)
            ACTIVATE[activation](sums, out=leaving)
        error = (self.last_input * self.last).sum(dim=1).sub_(y)
        penalty = self.weights.abs().sum(dim=(1, 2))
        loss = (error.abs() * weight).sum(dim=1).add_(penalty, alpha=self.network.output_penalty)
        slope = error.sign_().mul_(weight)[:, None]
        torch.sum(self.last_input * slope, dim=2, keepdim=True, out=self.last_slope)
        self.last_slope[:, :-1].add_(self.weights.sign(), alpha=self.network.output_penalty)
        torch.mul(slope, self.weights, out=self.slope)
        for sums, output, slope, entering, derivative, weights, below in self.backward:
            differentiate_activation(activation, slope, sums, output)
            _multiply(entering, slope.mT, out=derivative)
            if below is not None:
                torch.bmm(weights, slope, out=below)
        return loss


def _multiply(first, second, out):
    """Multiply stacked matrices into ``out``, whose matrices lie apart."""
    if out.is_cuda:
        torch.bmm(first, second, out=out)
    else:
        # Intel's library takes half as long again for results that lie apart.
        out.copy_(torch.bmm(first, second))


def differentiate_activation(activation, slope, sums, output):
    """Turn the derivative by the output of an activation into that by what it was given.

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``.
    slope : tensor
        The derivative, which is overwritten.
    sums, output : tensors of that shape
        What the activation was given, and what it returned.
    """
    if activation == "relu":
        torch.ops.aten.threshold_backward(slope, sums, 0, grad_input=slope)
    elif activation == "tanh":
        torch.ops.aten.tanh_backward.grad_input(slope, output, grad_input=slope)
    else:
        torch.ops.aten.hardswish_backward.out(slope, sums, out=slope)


def _with_biases(parameters):
    """Return views of weights (p, inputs, units) with the biases that lie behind each: (p, inputs + 1, units)."""
    joined = []
    for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
        problems, inputs, units = weight.shape
        assert bias.storage_offset() == weight.storage_offset() + inputs * units
        joined.append(weight.as_strided((problems, inputs + 1, units), weight.stride()))
    return joined


@dataclass(eq=False)
class LargePerceptron(NetworkPredictor):
    """Deep and narrow: 20 layers of 20 units.

    The learning rate rises for a tenth of the steps, without which many of these deep networks collapse, and then falls
    to 0 along half a cosine. Those that end at a constant all the same are drawn anew with larger weights.

    Parameters
    ----------
    layers, width : int
        Hidden layers, and units of each.
    activation : str
        A key of ``ACTIVATIONS``.
    learning_rate, batch_size, epochs, least_steps, most_steps :
        As of ``NetworkPredictor``.
    output_penalty : float
        Weight of the output weights' absolute sum in the loss.
    restarts : int
        How often a network that ends at a constant is drawn anew, at most.
    """

    search_settings: ClassVar = {"batch_size": 32, "most_steps": 100, "restarts": 0}
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
    most_steps: int | None = 2000
    output_penalty: float = 0.2
    restarts: int = 3

    @classmethod
    def search_space(cls):
        """Depths, widths and learning rates of the protocol, section 5; sizes in steps, so that more can be stacked."""
        return {"layers": Choice((5, 10, 15, 20)), "width": Choice((8, 16, 24)), "learning_rate": LEARNING_RATES}

    def network(self, features):
        """Return the perceptron."""
        return Perceptron(math.prod(features), self.layers, self.activation, self.width, self.output_penalty)


@dataclass(eq=False)
class SmallPerceptron(LargePerceptron):
    """Shallow: 3 layers of 32 units, else as the large one.

    Parameters
    ----------
    layers, width, activation, learning_rate, batch_size, epochs, least_steps, most_steps, output_penalty, restarts :
        As of ``LargePerceptron``.
    """

    search_settings: ClassVar = {**LargePerceptron.search_settings, "most_steps": 150}

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
    """The mean of several large perceptrons on the path encoding; the search tries single ones.

    Parameters
    ----------
    layers, width, activation, learning_rate, batch_size, epochs, least_steps, most_steps, output_penalty, restarts :
        As of ``LargePerceptron``.
    members : int
        Perceptrons.
    """

    encoding = "path"
    search_settings: ClassVar = {**LargePerceptron.search_settings, "members": 1}
    constraints: ClassVar = {**LargePerceptron.constraints, "members": COUNT}

    members: int = 3
