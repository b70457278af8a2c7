"""Networks of NAS-Bench-201 (Dong and Yang, ICLR 2020): 3 stages of 5 cells with 16, 32 and 64 channels."""

from dataclasses import dataclass

from hwpred.networks.layers import LayerList, Part
from hwpred.spaces.nasbench201 import EDGES, OPERATIONS, live_edges

NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(len(OPERATIONS))
NODES = 4
EMPTY = (SKIP, NONE, SKIP, NONE, NONE, SKIP)
"""A cell without any layer: its output is its input."""


@dataclass(frozen=True)
class Task:
    """What the networks are applied to, and how large they are.

    Parameters
    ----------
    size : int
        Side of the square input, in pixels.
    classes : int
    channels : int
        Of the stem.
    cells : int
        Of a stage.
    input_channels : int
    """

    size: int
    classes: int
    channels: int = 16
    cells: int = 5
    input_channels: int = 3


TASKS = {
    "cifar10": Task(32, 10),
    "cifar100": Task(32, 100),
    "ImageNet16-120": Task(16, 120),
    "digits": Task(8, 10, channels=6, cells=1, input_channels=1),
}
STAGES = 3


def build(operations, task, live=False):
    """Return the network of one cell.

    Parameters
    ----------
    operations : sequence of 6 int
    task : str
        Key of ``TASKS``.
    live : bool
        Leave out edges through which nothing of the input reaches the cell's output, and rectify a node once, as a
        compiler does. Otherwise as published: all operations run but "none", which adds nothing.

    Returns
    -------
    Network
    """
    task = TASKS[task]
    kept = live_edges([operations])[0] if live else [operation != NONE for operation in operations]
    layers = LayerList(task.input_channels, task.size, share_relu=live)
    x = layers.batch_norm(layers.conv(0, task.channels, 3))
    for stage in range(STAGES):
        if stage:
            x = _residual_block(layers, x, task.channels * 2**stage)
        for _ in range(task.cells):
            x = cell(layers, x, operations, kept)
    layers.head(layers.relu(layers.batch_norm(x)), task.classes)
    return layers.network()


def cell(layers, x, operations, kept):
    """Add one cell.

    Parameters
    ----------
    layers : LayerList
    x : int
        The layer behind which it is.
    operations : sequence of 6 int
    kept : sequence of 6 bool
        Whether each edge is in the network.

    Returns
    -------
    int
        The layer of its output.
    """
    nodes = [x]
    for node in range(1, NODES):
        terms = [
            _operation(layers, nodes[start], operation)
            for (start, end), operation, keep in zip(EDGES, operations, kept, strict=True)
            if end == node and keep
        ]
        read = node == NODES - 1 or any(keep for (start, _), keep in zip(EDGES, kept, strict=True) if start == node)
        nodes.append(layers.add(terms) if terms else layers.zero(x) if read else None)
    return nodes[-1]


def _operation(layers, x, operation):
    channels, _ = layers.shape(x)
    if operation == SKIP:
        return x
    if operation == POOL:
        return layers.avg_pool(x, 3)
    return layers.relu_conv_bn(x, channels, 1 if operation == CONV_1X1 else 3)


def edge_part(operation):
    """Return what an edge adds to a cell; it is nothing for "none" and a skip."""
    return Part(_operation, (SKIP if operation == NONE else operation,))


def node_part(terms):
    """Return what a node adds to a cell, read by others, at which that many edges end: their sum, or zeros."""
    return Part(_sum, (terms,))


def _sum(layers, x, terms):
    return layers.add([x] * terms) if terms else layers.zero(x)


def _residual_block(layers, x, channels):
    """Stride 2; the shortcut is a pooling and a 1x1 convolution."""
    y = layers.relu_conv_bn(layers.relu_conv_bn(x, channels, 3, 2), channels, 3)
    return layers.add([y, layers.conv(layers.avg_pool(x, 2, 2), channels, 1)])
