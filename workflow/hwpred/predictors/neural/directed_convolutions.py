"""The networks of GCN (Wen et al., ECCV 2020): convolutions along the edges and against them, and mean pooling."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from hwpred.predictors.neural.counters import Counters
from hwpred.predictors.neural.graph_convolutions import LAYERS, Buffer, along_edges, glorot, threshold_backward
from hwpred.predictors.neural.networks import NeuralNetwork

LINEAR = 128
"""Units between the two linear maps of ``DirectedConvolutions``."""
BYTE_VALUES = 256
"""Dropout compares random bytes, so its rate is rounded to a multiple of 1/256."""


@dataclass(frozen=True)
class DirectedConvolutions(NeuralNetwork):
    """Directed graph convolutions, mean pooling over the nodes, two linear maps.

    A convolution averages the rectified messages along the edges and against them. Dropout follows each convolution
    and the first linear map.

    Parameters
    ----------
    adjacency : tuple of tuples
        Rows, of the graph that all architectures share.
    features : int
        Labels of a node.
    hidden : int
        Channels of a convolution.
    dropout : float
        Share of a layer's outputs that a step of training leaves out.
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
                torch.bmm(along_edges(edges, layer).flatten(1, 2), weight).relu_()
                for edges, weight in zip(directions, weights.unbind(1), strict=True)
            )
            layer = along.add_(against).mul_(0.5).unflatten(1, layer.shape[1:3])
        return (torch.bmm(layer.mean(dim=1), first) * second[:, None]).sum(dim=2)

    def differentiator(self, parameters, gradients, rows):
        """Return the derivatives of the mean squared error under dropout."""
        return _DirectedBackpropagation(self, parameters, gradients, rows)


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
        self.gathered = [[Buffer(*shape, weight.shape[1]) for weight in pair] for pair in self.weights]
        self.messages = [[Buffer(*shape, network.hidden).by_feature for _ in pair] for pair in self.weights]
        self.layer, self.slope = Buffer(*shape, network.hidden), Buffer(*shape, network.hidden)
        self.kept = first.new_empty(problems, LAYERS, nodes * rows, network.hidden)
        self.linear_kept = first.new_empty(problems, rows, LINEAR)

    def __call__(self, x, y, weight, rngs):
        """Return the loss of each problem; ``gradients`` then holds its derivatives."""
        self._draw_dropout(rngs)
        by_node = x.float().transpose(1, 2).flatten(2)
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
                # Half the time of ``rng.bytes``, which takes the same bits 32 at a time.
                drawn = rng.bit_generator.random_raw(math.ceil(mask.numel() / 8)).view(np.uint8)[: mask.numel()]
                kept = drawn >= threshold
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
