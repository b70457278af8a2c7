"""A network as a torch module, one submodule a layer, as one would write it by hand."""

import torch
from torch import nn

from hwpred.networks.weights import BATCH_NORM_EPSILON


class TorchNetwork(nn.Module):
    """The network with given weights, in evaluation mode.

    Parameters
    ----------
    network : Network
    weights : dict
        As ``initial_weights`` returns.
    """

    def __init__(self, network, weights):
        super().__init__()
        modules = [_module(network, layer) for layer in network.layers]
        for index, arrays in weights.items():
            _set_weights(modules[index], arrays)
        self.network_layers = nn.ModuleList(modules)
        self._inputs = [layer.inputs for layer in network.layers]
        self._finished = _last_uses(network)
        self.eval()

    def forward(self, images):
        """Return the outputs of one example, images of shape (images, channels, height, width)."""
        outputs = [images]
        for module, inputs, finished in zip(self.network_layers[1:], self._inputs[1:], self._finished[1:], strict=True):
            outputs.append(module(*[outputs[index] for index in inputs]))
            for index in finished:
                outputs[index] = None
        return outputs[-1]


def _last_uses(network):
    """For each layer, the inputs that nobody needs after it, so that their memory is free again."""
    last = {index: user for user, layer in enumerate(network.layers) for index in layer.inputs}
    return [[index for index in set(layer.inputs) if last[index] == user] for user, layer in enumerate(network.layers)]


class Add(nn.Module):
    """Sum of its inputs."""

    def forward(self, *inputs):
        """Add."""
        total = inputs[0] + inputs[1]
        for further in inputs[2:]:
            total = total + further
        return total


class Multiply(nn.Module):
    """Product of its inputs."""

    def forward(self, x, weights):
        """Multiply."""
        return x * weights


class Zero(nn.Module):
    """Its input times 0, as the published "none"."""

    def forward(self, x):
        """Multiply."""
        return x.mul(0.0)


class Squeeze(nn.Module):
    """Mean over height and width, which stay as axes."""

    def forward(self, x):
        """Pool."""
        return x.mean((2, 3), keepdim=True)


class GlobalPool(nn.Module):
    """Mean over height and width; one row an image."""

    def forward(self, x):
        """Pool."""
        return x.mean((2, 3))


class Concatenate(nn.Module):
    """The features of all images of an example, as one row."""

    def forward(self, x):
        """Reshape."""
        return x.reshape(1, -1)


_PLAIN = {
    "add": Add,
    "multiply": Multiply,
    "zero": Zero,
    "squeeze": Squeeze,
    "global_pool": GlobalPool,
    "concatenate": Concatenate,
}


def _module(network, layer):
    # On the device "meta" nothing is drawn that the given weights would replace.
    meta = {"device": "meta"}
    window = {"kernel_size": layer.kernel, "stride": layer.stride, "padding": layer.padding}
    match layer.kind:
        case "input":
            return nn.Identity()
        case "conv":
            channels = network.in_channels(layer), layer.channels
            return nn.Conv2d(*channels, groups=layer.groups, bias=layer.bias, **window, **meta)
        case "conv_transpose":
            return nn.ConvTranspose2d(network.in_channels(layer), layer.channels, bias=False, **window, **meta)
        case "batch_norm":
            return nn.BatchNorm2d(layer.channels, eps=BATCH_NORM_EPSILON, **meta)
        case "linear":
            return nn.Linear(network.in_channels(layer), layer.channels, **meta)
        case "relu":
            return nn.ReLU()
        case "sigmoid":
            return nn.Sigmoid()
        case "shuffle":
            return nn.ChannelShuffle(layer.groups)
        case "avg_pool":
            return nn.AvgPool2d(**window, count_include_pad=False)
    return _PLAIN[layer.kind]()


def _set_weights(module, arrays):
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    for name in ("weight", "bias"):
        if name in tensors:
            setattr(module, name, nn.Parameter(tensors[name], requires_grad=False))
    if isinstance(module, nn.BatchNorm2d):
        module.running_mean, module.running_var = tensors["mean"], tensors["variance"]
        module.num_batches_tracked = torch.zeros((), dtype=torch.long)
