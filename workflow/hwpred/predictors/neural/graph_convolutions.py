"""Convolutions of stacked graph networks: what both kinds of them share.

All architectures of a space share one adjacency. So a graph convolution is two matrix products, one with the
adjacency and one with the weights; a layer has the shape (p, nodes, rows, hidden) for both, with its nodes or its
features joined to the rows. Gradients are computed by hand, in buffers that stay from step to step: automatic
differentiation takes up to twice the time.
"""

import math

import numpy as np
import torch

LAYERS = 4
threshold_backward = torch.ops.aten.threshold_backward


def glorot(rng, *shape):
    """Draw weights uniformly after Glorot and Bengio (2010).

    Parameters
    ----------
    rng : numpy.random.Generator
    *shape : int
        The last two are inputs and outputs of a layer.

    Returns
    -------
    float32 array of that shape
    """
    limit = math.sqrt(6 / sum(shape[-2:]))
    drawn = rng.random(shape, dtype=np.float32)
    drawn *= 2
    drawn -= 1
    drawn *= np.float32(limit)
    return drawn


def along_edges(edges, layer):
    """Sum a layer along the edges of a graph.

    Parameters
    ----------
    edges : tensor of shape (nodes, nodes)
        Row i holds the weights of what node i receives from each node.
    layer : tensor of shape (p, nodes, rows, size)

    Returns
    -------
    tensor of shape (p, nodes, rows, size)
    """
    return torch.matmul(edges, layer.flatten(2)).view(layer.shape)


class Buffer:
    """A layer in the two shapes that products take, sharing memory: nodes or features joined to the rows.

    Parameters
    ----------
    like : tensor
        Its type and device are those of the buffer.
    problems, nodes, rows, size : int
        Networks, nodes of a graph, rows of a minibatch, and numbers of a node.
    """

    def __init__(self, like, problems, nodes, rows, size):
        self.by_feature = like.new_empty(problems, nodes * rows, size)
        self.by_node = self.by_feature.view(problems, nodes, rows * size)
