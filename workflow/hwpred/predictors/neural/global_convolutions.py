"""The networks of BONAS (Shi et al., NeurIPS 2020): convolutions with batch norm, read out at a global node."""

from dataclasses import dataclass

import numpy as np
import torch

from hwpred.predictors.neural.graph_convolutions import LAYERS, Buffer, along_edges, glorot, threshold_backward
from hwpred.predictors.neural.networks import NeuralNetwork

EPSILON = 1e-5
"""Added to the variance of a batch norm."""


@dataclass(frozen=True)
class GlobalConvolutions(NeuralNetwork):
    """Graph convolutions with batch norm, read out at a global node that all others feed.

    A convolution sums the messages along the edges; each node also feeds itself. It has no bias: the batch norm would
    cancel it. The statistics of a batch norm are those of the minibatch in training; after it those of the whole
    training set, folded into the weights (``finished``).

    Parameters
    ----------
    adjacency : tuple of tuples
        Rows, of the graph that all architectures share, without the global node.
    features : int
        Labels of a node, without that of the global node.
    hidden : int
        Channels of a convolution.
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
        layer = torch.nn.functional.pad(x.float().transpose(1, 2), (0, 1, 0, 0, 0, 1))
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
        *parameters, x = (torch.from_numpy(part)[None] for part in (*parameters, x))
        return [part[0].numpy() for part in self.finished_together(parameters, x)]

    def finished_together(self, parameters, x):
        """Return what ``finished`` does for p networks, their axis before the others."""
        *weights, gains, shifts, last, bias = parameters
        layer, edges = self.first_layer(x.float()), self.edges(x.device)
        # New ones for each convolution would take as long as the arithmetic.
        sums, output = layer.new_empty(2, len(x), self.nodes * x.shape[1], self.hidden)
        folded, biases = [], []
        for weight, gain, shift in zip(weights, gains.unbind(1), shifts.unbind(1), strict=True):
            torch.bmm(along_edges(edges, layer).flatten(1, 2), weight, out=sums)
            mean = sums.mean(dim=1, keepdim=True)
            sums.sub_(mean)
            # Less than half the time of ``torch.var_mean``.
            variance = torch.mul(sums, sums, out=output).mean(dim=1, keepdim=True)
            scale = gain / (variance + EPSILON).sqrt()
            folded.append(weight * scale)
            biases.append(shift - mean * scale)
            layer = torch.addcmul(shift, sums, scale, out=output).relu_().unflatten(1, layer.shape[1:3])
        return [*folded, torch.stack(biases, dim=1), last, bias]

    def forward(self, parameters, x):
        """Predict with parameters as ``finished`` returns them; return (p, rows)."""
        *weights, biases, last, bias = parameters
        layer, edges = self.first_layer(x), self.edges(x.device)
        *biases, end_bias = biases.unbind(1)
        for weight, own_bias in zip(weights[:-1], biases, strict=True):
            sums = torch.baddbmm(own_bias, along_edges(edges, layer).flatten(1, 2), weight)
            layer = sums.relu_().unflatten(1, layer.shape[1:3])
        # What is read is the global node, which all nodes feed.
        read = torch.baddbmm(end_bias, layer.sum(dim=1), weights[-1]).relu_()
        return (read * last[:, None]).sum(dim=2) + bias

    def differentiator(self, parameters, gradients, rows):
        """Return the derivatives of the mean squared error."""
        return _GlobalBackpropagation(self, parameters, gradients, rows)


class _GlobalBackpropagation:
    """The loss of stacked ``GlobalConvolutions`` and its derivatives.

    Weights come before edges here, so a convolution keeps its input and its sums only: the fewer buffers, the more of
    them stay in the processor's cache. The last convolution has statistics of all nodes, but one is read.
    """

    def __init__(self, network, parameters, gradients, rows):
        self.network, self.gradients = network, gradients
        *self.weights, gains, shifts, self.last, self.bias = parameters
        problems = len(gains)
        self.gains, self.shifts = gains.unbind(1), shifts.unbind(1)
        self.by_gains, self.by_shifts = (part.unbind(1) for part in gradients[LAYERS : LAYERS + 2])
        self.scales, self.factors = ([torch.empty_like(gain) for gain in self.gains] for _ in range(2))
        self.edges = network.edges(gains.device).expand(problems, -1, -1)
        self.layer = network.first_layer(gains.new_empty(problems, rows, network.nodes - 1, network.features))
        # The weight of each node of each row in the statistics.
        self.share = gains.new_empty(problems, network.nodes, rows)
        shape = gains, problems, network.nodes, rows
        self.inputs = [Buffer(*shape, weight.shape[1]) for weight in self.weights]
        self.sums = [Buffer(*shape, network.hidden) for _ in self.weights]
        self.slope, self.scratch = Buffer(*shape, network.hidden), Buffer(*shape, network.hidden)
        self.read = gains.new_empty(problems, rows, network.hidden)
        self.outputs = [*(layer.by_feature for layer in self.inputs[1:]), self.read]
        # Views that a step needs: to make them takes as long as a small operation.
        self.by_row, self.by_column = self.share.view(problems, 1, -1), self.share.view(problems, -1, 1)
        self.used = [sums.by_feature for sums in self.sums]
        self.used[-1] = self.used[-1][:, -rows:]
        self.edges_back, self.weights_back = self.edges.mT, [weight.mT for weight in self.weights]
        self.inputs_back = [layer.by_feature.mT for layer in self.inputs]

    @torch.inference_mode()
    def __call__(self, x, y, weight, rngs):
        """Return the loss of each problem; ``gradients`` then holds its derivatives."""
        self.share.copy_((weight / self.network.nodes)[:, None])
        self.layer[:, :-1, :, :-1].copy_(x.transpose(1, 2))
        torch.bmm(self.edges, self.layer.flatten(2), out=self.inputs[0].by_node)
        for i in range(LAYERS):
            self._convolve(i)
        error = (self.read * self.last[:, None]).sum(dim=2).add_(self.bias).sub_(y)
        slope = (2 * error * weight)[:, :, None]
        torch.sum(slope, dim=1, out=self.gradients[-1])
        torch.sum(self.read * slope, dim=1, out=self.gradients[-2])
        slope = slope * self.last[:, None]
        for i in reversed(range(LAYERS)):
            slope = self._go_back(i, slope)
        return (error.square_() * weight).sum(dim=1)

    def _convolve(self, i):
        """Compute convolution ``i``."""
        sums, scratch = self.sums[i].by_feature, self.scratch.by_feature
        if i == 0:
            torch.bmm(self.inputs[i].by_feature, self.weights[i], out=sums)
        else:
            torch.bmm(self.inputs[i].by_feature, self.weights[i], out=scratch)
            torch.bmm(self.edges, self.scratch.by_node, out=self.sums[i].by_node)
        sums.sub_(torch.bmm(self.by_row, sums))
        variance = torch.bmm(self.by_row, torch.mul(sums, sums, out=scratch))
        scale = torch.rsqrt(variance.add_(EPSILON), out=self.scales[i])
        factor = torch.mul(self.gains[i], scale, out=self.factors[i])
        torch.addcmul(self.shifts[i], self.used[i], factor, out=self.outputs[i]).relu_()

    def _go_back(self, i, slope):
        """Return the derivative by the input of convolution ``i``, ``slope`` being that by its output."""
        scratch = self.scratch.by_feature
        threshold_backward(slope, self.outputs[i], 0, grad_input=slope)
        by_shift = torch.sum(slope, dim=1, keepdim=True, out=self.by_shifts[i])
        by_sums = torch.mul(slope, self.used[i], out=scratch[:, : slope.shape[1]]).sum(dim=1, keepdim=True)
        by_gain = torch.mul(by_sums, self.scales[i], out=self.by_gains[i])
        torch.addcmul(by_shift, self.sums[i].by_feature, by_gain * self.scales[i], out=scratch)
        if i == LAYERS - 1:
            torch.mul(scratch, -self.by_column, out=self.slope.by_feature)[:, -slope.shape[1] :].add_(slope)
        else:
            slope.addcmul_(scratch, self.by_column, value=-1)
        slope = self.slope.by_feature.mul_(self.factors[i])
        if i == 0:
            return torch.bmm(self.inputs_back[i], slope, out=self.gradients[i])
        torch.bmm(self.edges_back, self.slope.by_node, out=self.scratch.by_node)
        torch.bmm(self.inputs_back[i], scratch, out=self.gradients[i])
        return torch.bmm(scratch, self.weights_back[i], out=slope)
