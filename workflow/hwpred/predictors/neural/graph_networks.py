"""Graph networks (GCN: Wen et al., ECCV 2020; BONAS: Shi et al., NeurIPS 2020), on the batched core.

All architectures of a space share one adjacency. So a graph convolution is two matrix products, one with the
adjacency and one with the weights; a layer has the shape (p, nodes, rows, hidden) for both, with its nodes or its
features joined to the rows. Gradients are computed by hand, in buffers that stay from step to step: automatic
differentiation takes up to twice the time.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from hwpred.predictors.constraints import COUNT, NOT_NEGATIVE, SHARE
from hwpred.predictors.neural.counters import Counters
from hwpred.predictors.neural.networks import DROPOUT, TRAINING_CONSTRAINTS, Network, NetworkPredictor
from hwpred.predictors.search_space import LogInteger, LogUniform

LAYERS = 4
LINEAR = 128
"""Units between the two linear maps of ``DirectedConvolutions``."""
EPSILON = 1e-5
"""Added to the variance of a batch norm."""
BYTE_VALUES = 256
"""Dropout compares random bytes, so its rate is rounded to a multiple of 1/256."""

threshold_backward = torch.ops.aten.threshold_backward


def glorot(rng, *shape):
    """Draw weights (..., inputs, outputs) uniformly after Glorot and Bengio (2010), float32."""
    limit = math.sqrt(6 / sum(shape[-2:]))
    drawn = rng.random(shape, dtype=np.float32)
    drawn *= 2
    drawn -= 1
    drawn *= np.float32(limit)
    return drawn


@dataclass(frozen=True)
class DirectedConvolutions(Network):
    """Directed graph convolutions, mean pooling over the nodes, two linear maps.

    A convolution averages the rectified messages along the edges and against them. Dropout follows each convolution
    and the first linear map. ``adjacency`` is a tuple of rows, ``features`` the number of labels of a node.
    """

    adjacency: tuple
    features: int
    hidden: int
    dropout: float

    @property
    def width(self):
        """Units of a few nodes: larger stacks leave the processor's cache, but pay all the same."""
        return 2 * self.hidden

    def directions(self, device):
        """Return the row-normalised adjacency with own edges, along the edges and against: (nodes, nodes) each."""
        own = torch.eye(len(self.adjacency), device=device)
        adjacency = torch.tensor(self.adjacency, dtype=torch.float32, device=device)
        return [edges / edges.sum(dim=1, keepdim=True) for edges in (adjacency + own, adjacency.T + own)]

    def initial(self, rng):
        """Draw the weights of both directions of each convolution, (2, inputs, hidden), then of the linear maps."""
        inputs = [self.features, *[self.hidden] * (LAYERS - 1)]
        convolutions = [glorot(rng, 2, size, self.hidden) for size in inputs]
        return [*convolutions, glorot(rng, self.hidden, LINEAR), glorot(rng, LINEAR, 1)[:, 0]]

    def forward(self, parameters, x):
        """Predict without dropout; return (p, rows)."""
        *convolutions, first, second = parameters
        layer, directions = x.transpose(1, 2), self.directions(x.device)
        for weights in convolutions:
            along, against = (
                torch.bmm(_along(edges, layer).flatten(1, 2), weight).relu_()
                for edges, weight in zip(directions, weights.unbind(1), strict=True)
            )
            layer = (0.5 * (along + against)).unflatten(1, layer.shape[1:3])
        return (torch.bmm(layer.mean(dim=1), first) * second[:, None]).sum(dim=2)

    def differentiator(self, parameters, gradients, rows):
        """Return the derivatives of the mean squared error under dropout."""
        return _DirectedBackpropagation(self, parameters, gradients, rows)


def _along(edges, layer):
    """Sum a layer (p, nodes, rows, size) along the edges (nodes, nodes)."""
    return torch.matmul(edges, layer.flatten(2)).view(layer.shape)


class _Buffer:
    """A layer in the two shapes that products take, sharing memory: nodes or features joined to the rows."""

    def __init__(self, like, problems, nodes, rows, size):
        self.by_feature = like.new_empty(problems, nodes * rows, size)
        self.by_node = self.by_feature.view(problems, nodes, rows * size)


class _DirectedBackpropagation:
    """The loss of stacked ``DirectedConvolutions`` and its derivatives."""

    def __init__(self, network, parameters, gradients, rows):
        self.parameters, self.gradients = parameters, gradients
        self.dropout = network.dropout
        first, (problems, nodes) = parameters[0], (len(parameters[0]), len(network.adjacency))
        self.edges = [edges.expand(problems, -1, -1) for edges in network.directions(first.device)]
        self.weights = [part.unbind(1) for part in parameters[:LAYERS]]
        self.derivatives = [part.unbind(1) for part in gradients[:LAYERS]]
        shape = first, problems, nodes, rows
        self.gathered = [[_Buffer(*shape, weight.shape[1]) for weight in pair] for pair in self.weights]
        self.messages = [[_Buffer(*shape, network.hidden).by_feature for _ in pair] for pair in self.weights]
        self.layer, self.slope = _Buffer(*shape, network.hidden), _Buffer(*shape, network.hidden)
        self.kept = first.new_empty(problems, LAYERS, nodes * rows, network.hidden)
        self.linear_kept = first.new_empty(problems, rows, LINEAR)

    def __call__(self, x, y, weight, rngs):
        """Return the loss of each problem; ``gradients`` then holds its derivatives."""
        self._draw_dropout(rngs)
        by_node = x.transpose(1, 2).flatten(2)
        for i in range(LAYERS):
            self._convolve(i, by_node)
            by_node = self.layer.by_node
        *_, first, second = self.parameters
        pooled = by_node.mean(dim=1).view(*y.shape, -1)
        linear = torch.bmm(pooled, first).mul_(self.linear_kept)
        error = (linear * second[:, None]).sum(dim=2).sub_(y)
        slope = (2 * error * weight)[:, :, None]
        self.gradients[-1].copy_((linear * slope).sum(dim=1))
        slope = (slope * second[:, None]).mul_(self.linear_kept)
        torch.bmm(pooled.transpose(1, 2), slope, out=self.gradients[-2])
        slope = torch.bmm(slope, first.transpose(1, 2)).flatten(1) / by_node.shape[1]
        self.slope.by_node.copy_(slope[:, None])
        for i in reversed(range(LAYERS)):
            self._go_back(i)
        return (error.square_() * weight).sum(dim=1)

    def _draw_dropout(self, rngs):
        """Fill the masks: 0 where a unit is dropped, else what keeps the mean; half of it after a convolution."""
        threshold = round(self.dropout * BYTE_VALUES)
        scale = 1 / (1 - threshold / BYTE_VALUES)
        if isinstance(rngs, Counters):
            for mask, factor in ((self.kept, scale / 2), (self.linear_kept, scale)):
                mask.copy_(rngs.bytes(mask.shape[1:]) >= threshold).mul_(factor)
            return
        for i, rng in enumerate(rngs):
            for mask, factor in ((self.kept[i], scale / 2), (self.linear_kept[i], scale)):
                kept = np.frombuffer(rng.bytes(mask.numel()), dtype=np.uint8) >= threshold
                mask.copy_(torch.from_numpy(kept.view(np.uint8)).view(mask.shape)).mul_(factor)

    def _convolve(self, i, by_node):
        """Write the output of convolution ``i`` to ``layer``."""
        for edges, weight, gathered, messages in zip(
            self.edges, self.weights[i], self.gathered[i], self.messages[i], strict=True
        ):
            torch.bmm(edges, by_node, out=gathered.by_node)
            torch.bmm(gathered.by_feature, weight, out=messages).relu_()
        torch.add(*self.messages[i], out=self.layer.by_feature).mul_(self.kept[:, i])

    def _go_back(self, i):
        """Turn ``slope``, the derivative by the output of convolution ``i``, into that by its input."""
        self.slope.by_feature.mul_(self.kept[:, i])
        for messages, gathered, weight, derivative in zip(
            self.messages[i], self.gathered[i], self.weights[i], self.derivatives[i], strict=True
        ):
            slope = threshold_backward(self.slope.by_feature, messages, 0, grad_input=messages)
            torch.bmm(gathered.by_feature.transpose(1, 2), slope, out=derivative)
            if i:
                torch.bmm(slope, weight.transpose(1, 2), out=gathered.by_feature)
        if i:
            along, against = (edges.transpose(1, 2) for edges in self.edges)
            torch.bmm(along, self.gathered[i][0].by_node, out=self.slope.by_node)
            self.slope.by_node.baddbmm_(against, self.gathered[i][1].by_node)


@dataclass(frozen=True)
class GlobalConvolutions(Network):
    """Graph convolutions with batch norm, read out at a global node that all others feed.

    A convolution sums the messages along the edges; each node also feeds itself. It has no bias: the batch norm would
    cancel it. The statistics of a batch norm are those of the minibatch in training; after it those of the whole
    training set, folded into the weights (``finished``). ``adjacency`` and ``features`` are those of the graph without
    the global node.
    """

    adjacency: tuple
    features: int
    hidden: int

    @property
    def nodes(self):
        """Number of nodes, the global one included: it is the last."""
        return len(self.adjacency) + 1

    @property
    def width(self):
        """Units of a few nodes: larger stacks leave the processor's cache, but pay all the same."""
        return 2 * self.hidden

    def edges(self, device):
        """Return what sums a layer along the edges: row i is 1 at the nodes that feed node i."""
        edges = torch.eye(self.nodes, device=device)
        edges[:-1, :-1] += torch.tensor(self.adjacency, dtype=torch.float32, device=device).T
        edges[-1] = 1
        return edges

    def first_layer(self, x):
        """Return ``x`` (p, rows, nodes - 1, features) with the global node and its label: (p, nodes, rows, ...)."""
        layer = torch.nn.functional.pad(x.transpose(1, 2), (0, 1, 0, 0, 0, 1))
        layer[:, -1, :, -1] = 1
        return layer

    def initial(self, rng):
        """Draw the weights (inputs, hidden) of the convolutions; their gains and shifts, weights and bias of the end.

        The weights of the end start at zero: small training sets do not unlearn what a random one adds.
        """
        inputs = [self.features + 1, *[self.hidden] * (LAYERS - 1)]
        gains, shifts = np.ones((LAYERS, 1, self.hidden)), np.zeros((LAYERS, 1, self.hidden))
        weights = [glorot(rng, size, self.hidden) for size in inputs]
        rest = [gains, shifts, np.zeros(self.hidden), np.zeros(1)]
        return [*weights, *(part.astype(np.float32) for part in rest)]

    def finished(self, parameters, x):
        """Return the weights of the convolutions, their biases, weights and bias of the read-out."""
        *weights, gains, shifts, last, bias = map(torch.from_numpy, parameters)
        layer, edges = self.first_layer(torch.from_numpy(x)[None].float()), self.edges("cpu")
        folded, biases = [], []
        for weight, gain, shift in zip(weights, gains, shifts, strict=True):
            gathered = _along(edges, layer)
            variance, mean = torch.var_mean((gathered @ weight).flatten(0, 2), dim=0, correction=0)
            scale = gain / (variance + EPSILON).sqrt()
            folded.append(weight * scale)
            biases.append(shift - mean * scale)
            layer = (gathered @ folded[-1]).add_(biases[-1]).relu_()
        return [part.numpy() for part in (*folded, torch.stack(biases), last, bias)]

    def finished_together(self, parameters, x):
        """Return what ``finished`` does for p networks, their axis before the others."""
        *weights, gains, shifts, last, bias = parameters
        layer, edges = self.first_layer(x.float()), self.edges(x.device)
        folded, biases = [], []
        for weight, gain, shift in zip(weights, gains.unbind(1), shifts.unbind(1), strict=True):
            gathered = _along(edges, layer)
            joined = gathered.flatten(1, 2)
            variance, mean = torch.var_mean(torch.bmm(joined, weight), dim=1, correction=0, keepdim=True)
            scale = gain / (variance + EPSILON).sqrt()
            folded.append(weight * scale)
            biases.append(shift - mean * scale)
            layer = torch.baddbmm(biases[-1], joined, folded[-1]).relu_().unflatten(1, gathered.shape[1:3])
        return [*folded, torch.stack(biases, dim=1), last, bias]

    def forward(self, parameters, x):
        """Predict with parameters as ``finished`` returns them; return (p, rows)."""
        *weights, biases, last, bias = parameters
        layer, edges = self.first_layer(x), self.edges(x.device)
        for weight, own_bias in zip(weights, biases.unbind(1), strict=True):
            sums = torch.baddbmm(own_bias, _along(edges, layer).flatten(1, 2), weight)
            layer = sums.relu_().unflatten(1, layer.shape[1:3])
        return (layer[:, -1] * last[:, None]).sum(dim=2) + bias

    def differentiator(self, parameters, gradients, rows):
        """Return the derivatives of the mean squared error."""
        return _GlobalBackpropagation(self, parameters, gradients, rows)


class _GlobalBackpropagation:
    """The loss of stacked ``GlobalConvolutions`` and its derivatives."""

    def __init__(self, network, parameters, gradients, rows):
        self.network, self.rows, self.gradients = network, rows, gradients
        *self.weights, gains, shifts, self.last, self.bias = parameters
        problems = len(gains)
        self.gains, self.shifts = gains.unbind(1), shifts.unbind(1)
        self.edges = network.edges(gains.device).expand(problems, -1, -1)
        shape = gains, problems, network.nodes, rows
        self.gathered = [_Buffer(*shape, weight.shape[1]) for weight in self.weights]
        self.normalised = [_Buffer(*shape, network.hidden).by_feature for _ in self.weights]
        self.layers = [_Buffer(*shape, network.hidden) for _ in self.weights]
        self.slope, self.scratch = _Buffer(*shape, network.hidden), _Buffer(*shape, network.hidden)
        self.scales = [torch.empty_like(gain) for gain in self.gains]

    def __call__(self, x, y, weight, rngs):
        """Return the loss of each problem; ``gradients`` then holds its derivatives."""
        share = (weight / self.network.nodes).repeat(1, self.network.nodes)[:, None]
        by_node = self.network.first_layer(x).flatten(2)
        for i, layer in enumerate(self.layers):
            self._convolve(i, by_node, share)
            by_node = layer.by_node
        read = self.layers[-1].by_feature[:, -self.rows :]
        error = (read * self.last[:, None]).sum(dim=2).add_(self.bias).sub_(y)
        slope = 2 * error * weight
        self.gradients[-1].copy_(slope.sum(dim=1, keepdim=True))
        self.gradients[-2].copy_((read * slope[:, :, None]).sum(dim=1))
        self.slope.by_feature.zero_()
        torch.mul(slope[:, :, None], self.last[:, None], out=self.slope.by_feature[:, -self.rows :])
        for i in reversed(range(LAYERS)):
            self._go_back(i, share.transpose(1, 2))
        return (error.square_() * weight).sum(dim=1)

    def _convolve(self, i, by_node, share):
        """Compute convolution ``i``; ``share`` (p, 1, nodes * rows) weighs its rows in the statistics."""
        gathered, sums = self.gathered[i], self.normalised[i]
        torch.bmm(self.edges, by_node, out=gathered.by_node)
        torch.bmm(gathered.by_feature, self.weights[i], out=sums)
        sums.sub_(torch.bmm(share, sums))
        variance = torch.bmm(share, torch.mul(sums, sums, out=self.scratch.by_feature))
        sums.mul_(torch.rsqrt(variance.add_(EPSILON), out=self.scales[i]))
        torch.addcmul(self.shifts[i], sums, self.gains[i], out=self.layers[i].by_feature).relu_()

    def _go_back(self, i, share):
        """Turn ``slope``, the derivative by the output of convolution ``i``, into that by its input."""
        slope, normalised, scratch = self.slope.by_feature, self.normalised[i], self.scratch.by_feature
        threshold_backward(slope, self.layers[i].by_feature, 0, grad_input=slope)
        by_shift = slope.sum(dim=1, keepdim=True)
        by_gain = torch.mul(slope, normalised, out=scratch).sum(dim=1, keepdim=True)
        self.gradients[LAYERS][:, i], self.gradients[LAYERS + 1][:, i] = by_gain, by_shift
        slope.sub_(torch.addcmul(by_shift, normalised, by_gain, out=scratch).mul_(share))
        slope.mul_(self.gains[i] * self.scales[i])
        torch.bmm(self.gathered[i].by_feature.transpose(1, 2), slope, out=self.gradients[i])
        if i:
            torch.bmm(slope, self.weights[i].transpose(1, 2), out=scratch)
            torch.bmm(self.edges.transpose(1, 2), self.scratch.by_node, out=self.slope.by_node)


class GraphPredictor(NetworkPredictor):
    """A predictor on ``Graph``s, whose adjacency becomes part of the network."""

    encoding = "graph"
    cosine = True

    def prepared(self, x):
        """Return the network for the graphs' adjacency, and their features."""
        adjacency = tuple(map(tuple, x.adjacency.tolist()))
        return self.network((adjacency, x.features.shape[2])), x.features


@dataclass(eq=False)
class GCN(GraphPredictor):
    """Four directed graph convolutions with mean pooling.

    ``width_share`` makes the convolutions narrower than ``hidden`` says, in the search.
    """

    search_settings: ClassVar = {"least_steps": 40, "most_steps": 40, "width_share": 1 / 3}
    constraints: ClassVar = {
        **TRAINING_CONSTRAINTS,
        "hidden": COUNT,
        "dropout": DROPOUT,
        "weight_decay": NOT_NEGATIVE,
        "width_share": SHARE,
    }

    hidden: int = 144
    dropout: float = 0.1
    learning_rate: float = 0.005
    weight_decay: float = 3e-4
    batch_size: int = 16
    epochs: int = 25
    least_steps: int = 150
    most_steps: int = 700
    width_share: float = 1.0

    @classmethod
    def search_space(cls):
        """Return the protocol's ranges (section 5), but for the rates: trainings as short as ours need 1e-3 at least.

        Widths and batches come in steps, so that more networks can be stacked.
        """
        return {
            "hidden": LogInteger(72, 192, 24),
            "batch_size": LogInteger(8, 32, 8),
            "learning_rate": LogUniform(1e-3, 3e-2),
            "weight_decay": LogUniform(1e-5, 1e-1),
        }

    def network(self, features):
        """Return the network for (adjacency, labels)."""
        return DirectedConvolutions(*features, round(self.hidden * self.width_share), self.dropout)


@dataclass(eq=False)
class Bonas(GraphPredictor):
    """Four graph convolutions with batch norm, read out at a global node.

    A minibatch is half the training set at most: the noise in the statistics of its batch norms helps small ones.
    """

    search_settings: ClassVar = {"least_steps": 40, "most_steps": 40}
    constraints: ClassVar = {**TRAINING_CONSTRAINTS, "hidden": COUNT}
    least_batches = 2

    hidden: int = 64
    learning_rate: float = 0.02
    batch_size: int = 16
    epochs: int = 40
    least_steps: int = 150
    most_steps: int = 1500

    @classmethod
    def search_space(cls):
        """Return the protocol's ranges (section 5), but smaller batches and larger rates, as the default's are.

        Widths and batches come in steps, so that more networks can be stacked.
        """
        return {
            "hidden": LogInteger(16, 128, 16),
            "batch_size": LogInteger(8, 32, 8),
            "learning_rate": LogUniform(3e-3, 1e-1),
        }

    def network(self, features):
        """Return the network for (adjacency, labels)."""
        return GlobalConvolutions(*features, self.hidden)
