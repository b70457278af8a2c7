"""Accuracy of NAS-Bench-201 cells, trained for real on noisy images of digits.

The images are scikit-learn's digits (Alpaydin and Kaynak, UCI, 1998; 1,797 images, 8x8, 10 classes). Few images, noise
and few epochs make the task hard enough that architectures differ.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.nn import functional

from hwpred.seeding import generator
from hwpred.spaces.nasbench201.network import build

PIXEL_RANGE = 16
TEST_BATCH = 200


@dataclass(frozen=True)
class Protocol:
    """How a network is trained.

    Attributes
    ----------
    images : int
        For training; the others test.
    noise : float
        Standard deviation of the normal noise on every image, as a share of the range of pixels.
    epochs, batch : int
        Passes over the training images, and images a step.
    learning_rate : float
        At the start; falls to 0 along half a cosine.
    momentum, weight_decay : float
        Of Nesterov's stochastic gradient descent.
    """

    images: int = 400
    noise: float = 0.4
    epochs: int = 6
    batch: int = 50
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 5e-4


DEFAULT = Protocol()


def train_accuracies(operations, seeds, protocol=DEFAULT):
    """Train networks and test them.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)
        Cells of NAS-Bench-201.
    seeds : sequence of int
        Each draws, with the cell, the weights and the order of the training images; images and noise are the same for
        all. The seeds of a network train together, but a seed's result depends on the others by no more than rounding.
    protocol : Protocol
        How each network is trained.

    Returns
    -------
    float array of shape (architectures, seeds)
        Test accuracy, %.
    """
    images, labels = _images(protocol)
    data = torch.stack([images] * len(seeds)), torch.stack([labels] * len(seeds))
    return np.array([_train(cell, *data, seeds, protocol) for cell in np.asarray(operations).tolist()])


def _images(protocol):
    """Normalised noisy images of shape (1, 8, 8, n) in random order, and their labels; the first train."""
    images, labels = load_digits(return_X_y=True)
    drawn = generator("digits", "images")
    order = drawn.permutation(len(images))
    noisy = images[order] / PIXEL_RANGE + protocol.noise * drawn.standard_normal(images.shape)
    train = noisy[: protocol.images]
    noisy = (noisy - train.mean()) / train.std()
    return torch.tensor(noisy.T.reshape(1, 8, 8, -1), dtype=torch.float32), torch.tensor(labels[order])


def _train(cell, images, labels, seeds, protocol):
    """Accuracy of each seed's network, %."""
    draws = [generator("digits", *cell, seed) for seed in seeds]
    network = SeedNetworks(build(cell, "digits", live=True), draws)
    settings = {"momentum": protocol.momentum, "nesterov": True, "weight_decay": protocol.weight_decay, "fused": True}
    optimizer = torch.optim.SGD(network.parameters, lr=protocol.learning_rate, **settings)
    batches = protocol.images // protocol.batch
    kept = batches * protocol.batch
    orders = [[drawn.permutation(protocol.images)[:kept] for _ in range(protocol.epochs)] for drawn in draws]
    steps = torch.tensor(np.array(orders)).reshape(len(seeds), -1, protocol.batch).unbind(1)
    for step, batch in enumerate(steps):
        optimizer.param_groups[0]["lr"] = protocol.learning_rate * (1 + np.cos(np.pi * step / len(steps))) / 2
        scores = network(images.take_along_dim(batch[:, None, None, None], -1))
        loss = functional.cross_entropy(scores, labels.gather(1, batch), reduction="sum") / protocol.batch
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return _test(network, images[..., protocol.images :], labels[:, protocol.images :])


@torch.no_grad()
def _test(network, images, labels):
    """Accuracy of each seed's network, %."""
    scores = torch.cat([network(part, training=False) for part in images.split(TEST_BATCH, -1)], -1)
    return (scores.argmax(1) == labels).double().mean(1).mul(100).tolist()


class SeedNetworks:
    """One network with the weights of several seeds.

    Values have shape (seeds, channels, height, width, n): with the images last, what is copied and multiplied is
    contiguous, which on tensors as small as these is several times faster than the usual grouped convolution.

    Parameters
    ----------
    network : Network
    draws : list of numpy Generator
        One a seed.
    """

    def __init__(self, network, draws):
        self._network = network
        self._weights = [self._draw(layer, draws) for layer in network.layers]
        shapes = [(len(draws) * layer.channels,) for layer in network.layers]
        self._statistics = [(torch.zeros(shape), torch.ones(shape)) for shape in shapes]
        self.parameters = [weight for weights in self._weights for weight in weights]

    def _draw(self, layer, draws):
        """Weights of a layer: normal, after He et al. (2015) for convolutions, of half their variance at the end."""
        if layer.kind == "batch_norm":
            weights = [np.ones(len(draws) * layer.channels), np.zeros(len(draws) * layer.channels)]
        elif layer.kind in ("conv", "linear"):
            inputs = self._network.in_channels(layer) * layer.kernel**2
            scale = ((2 if layer.kind == "conv" else 1) / inputs) ** 0.5
            weights = [np.stack([drawn.normal(0, scale, (layer.channels, inputs)) for drawn in draws])]
            if layer.kind == "linear":
                weights.append(np.zeros((len(draws), layer.channels, 1)))
        else:
            return []
        return [torch.tensor(weight, dtype=torch.float32, requires_grad=True) for weight in weights]

    def __call__(self, images, training=True):
        """Return scores of shape (seeds, classes, n) for images of shape (seeds, 1, 8, 8, n)."""
        outputs = [images]
        for index, layer in enumerate(self._network.layers[1:], 1):
            outputs.append(self._run(index, layer, [outputs[i] for i in layer.inputs], training))
        return outputs[-1]

    def _run(self, index, layer, inputs, training):
        x = inputs[0]
        match layer.kind:
            case "conv" if layer.kernel == 1:
                return (self._weights[index][0] @ x.flatten(2)).unflatten(2, x.shape[2:])
            case "conv":
                return _Convolution.apply(x, self._weights[index][0], layer.stride)
            case "batch_norm":
                arguments = *self._statistics[index], *self._weights[index], training
                return functional.batch_norm(x.reshape(1, -1, x[0, 0].numel()), *arguments).view(x.shape)
            case "relu":
                return functional.relu(x)
            case "avg_pool":
                pooled = _pooling(x.shape[2], layer.kernel, layer.stride) @ x.flatten(2, 3)
                return pooled.unflatten(2, (layer.height, layer.width))
            case "add":
                return sum(inputs[1:], x)
            case "zero":
                return x * 0
            case "global_pool":
                return x.mean((2, 3))
            case "linear":
                weight, bias = self._weights[index]
                return weight @ x + bias
        raise ValueError(f"no layer of kind {layer.kind!r} here")


@lru_cache
def _pooling(size, kernel, stride):
    """Matrix of shape (pixels of the result, pixels) that takes the mean over each window's pixels in the image."""
    pixels = torch.eye(size**2).view(-1, 1, size, size)
    pooled = functional.avg_pool2d(pixels, kernel, stride, (kernel - 1) // 2, count_include_pad=False)
    return pooled.flatten(1).T.contiguous()


class _Convolution(torch.autograd.Function):
    """3x3 convolution, padded by zeros, of x (seeds, inputs, size, size, n) by weights (seeds, outputs, inputs * 9)."""

    @staticmethod
    def forward(context, x, weight, stride):
        windows = _windows(x, stride)
        context.save_for_backward(windows, weight)
        context.stride = stride
        size = x.shape[2] // stride
        return (weight @ windows).view(*weight.shape[:2], size, size, -1)

    @staticmethod
    def backward(context, gradient):
        windows, weight = context.saved_tensors
        stride = context.stride
        weight_gradient = gradient.flatten(2) @ windows.transpose(1, 2)
        if not context.needs_input_grad[0]:
            return None, weight_gradient, None
        if stride > 1:
            seeds, outputs, size, _, n = gradient.shape
            spread = gradient.new_zeros(seeds, outputs, stride * size, stride * size, n)
            spread[:, :, ::stride, ::stride] = gradient
            gradient = spread
        # The gradient of the input is the convolution of the output's by the mirrored weights.
        mirrored = weight.unflatten(2, (-1, 9)).flip(3).transpose(1, 2).flatten(2)
        return (mirrored @ _windows(gradient, 1)).unflatten(2, gradient.shape[2:]), weight_gradient, None


def _windows(x, stride):
    """The 3x3 windows of x (seeds, channels, size, size, n), as (seeds, channels * 9, pixels * n)."""
    padded = functional.pad(x, (0, 0, 1, 1, 1, 1))
    return padded.unfold(2, 3, stride).unfold(3, 3, stride).permute(0, 1, 5, 6, 2, 3, 4).flatten(4).flatten(1, 3)
