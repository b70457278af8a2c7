"""NAO: an LSTM autoencoder of architectures with a regressor on its code, on the batched core.

Luo, Tian, Qin, Chen and Liu, "Neural Architecture Optimization" (NeurIPS 2018), as SemiNAS (Luo et al., NeurIPS 2020)
and Laube et al. (2022) train it.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import log_softmax

from hwpred.predictors.constraints import NOT_NEGATIVE, Number
from hwpred.predictors.neural.counters import Counters
from hwpred.predictors.neural.networks import NeuralNetwork
from hwpred.predictors.neural.predictor import DROPOUT, TRAINING_CONSTRAINTS, NetworkPredictor
from hwpred.spaces.base import START_TOKEN

sigmoid_backward, tanh_backward = torch.ops.aten.sigmoid_backward, torch.ops.aten.tanh_backward

HIDDEN = 64
"""Of embeddings, LSTM states and codes."""
REGRESSOR_HIDDEN = 16
READ_BY_DECODER = 0.25
"""Share of a minibatch that the decoder reconstructs."""
STACKED_WIDTH = 2 * HIDDEN
"""Half of the gates' width: stacks of 16 problems are faster than those of 8 that would stay in the cache."""
PREDICTED_AT_ONCE = 1000
"""Architectures whose gates are in memory at once."""


class Lstm(torch.autograd.Function):
    """One LSTM layer on tokens, for a stack of b networks at once.

    The embedding's product with the input weights is a table with one row a token, so a step is a single product:
    (one-hot of the token, previous state) times (table, recurrent weights).

    tanh x is 2 sigmoid 2x - 1, which takes a seventh of the time of torch's tanh. So the weights of the cell's gate are
    doubled, and so are the cell states that are kept: all four gates are one sigmoid.
    """

    @staticmethod
    def forward(ctx, one_hot, table, recurrent, state):
        """Run over all time steps.

        Parameters
        ----------
        one_hot : float tensor of shape (b, tokens, rows, vocabulary)
        table : tensor of shape (b, vocabulary, 4 HIDDEN)
            Embeddings times input weights, plus bias. Gates are in the order input, forget, output, cell.
        recurrent : tensor of shape (b, HIDDEN, 4 HIDDEN)
        state : tensor of shape (b, rows, HIDDEN)
            Both the hidden and the cell state before the first token.

        Returns
        -------
        tensor of shape (b, tokens, rows, HIDDEN)
        """
        b, steps, rows, tokens = one_hot.shape
        weight = torch.cat([table, recurrent], dim=1)
        weight[..., 3 * HIDDEN :] *= 2
        inputs = one_hot.new_empty(b, steps + 1, rows, tokens + HIDDEN)
        inputs[:, :-1, :, :tokens] = one_hot
        linear, gates = one_hot.new_empty(b, rows, 4 * HIDDEN), one_hot.new_empty(b, steps, rows, 4 * HIDDEN)
        cells, bounded = one_hot.new_empty(steps + 1, b, rows, HIDDEN), one_hot.new_empty(steps, b, rows, HIDDEN)
        inputs[:, 0, :, tokens:] = state
        torch.mul(state, 2, out=cells[0])
        for t in range(steps):
            torch.bmm(inputs[:, t], weight, out=linear)
            enter, forget, leave, cell = torch.sigmoid(linear, out=gates[:, t]).split(HIDDEN, dim=2)
            # Twice tanh is 4 sigmoid - 2.
            torch.mul(forget, cells[t], out=cells[t + 1]).addcmul_(enter, torch.rsub(cell, -2, alpha=-4))
            torch.sigmoid(cells[t + 1], out=bounded[t]).mul_(2).sub_(1)
            torch.mul(leave, bounded[t], out=inputs[:, t + 1, :, tokens:])
        ctx.save_for_backward(inputs, weight, gates, cells, bounded)
        return inputs[:, 1:, :, tokens:].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):
        """Return the gradients of all but the one-hot tokens."""
        inputs, weight, gates, cells, bounded = ctx.saved_tensors
        b, steps, rows, _ = gates.shape
        tokens = weight.shape[1] - HIDDEN
        recurrent = weight[:, tokens:].transpose(1, 2).contiguous()
        # What is left out of the derivative of 4 sigmoid - 2 below.
        recurrent[:, 3 * HIDDEN :] *= 4
        state, cell_state = gates.new_zeros(b, rows, HIDDEN), gates.new_zeros(b, rows, HIDDEN)
        own = gates.new_empty(b, rows, 4 * HIDDEN)
        of_enter, of_forget, of_leave, of_cell = own.split(HIDDEN, dim=2)
        for t in reversed(range(steps)):
            enter, forget, leave, cell = gates[:, t].split(HIDDEN, dim=2)
            state += upstream[:, t]
            cell_state.add_(tanh_backward(state * leave, bounded[t]), alpha=0.5)
            torch.mul(cell_state, torch.rsub(cell, -2, alpha=-4), out=of_enter)
            torch.mul(cell_state, cells[t], out=of_forget)
            torch.mul(state, bounded[t], out=of_leave)
            torch.mul(cell_state, enter, out=of_cell)
            cell_state *= forget
            # Nobody reads the gates again, so their gradients take their place.
            sigmoid_backward.grad_input(own, gates[:, t], grad_input=gates[:, t])
            if t > 0 or ctx.needs_input_grad[3]:
                torch.bmm(gates[:, t], recurrent, out=state)
        total = torch.bmm(inputs[:, :-1].flatten(1, 2).transpose(1, 2), gates.flatten(1, 2))
        # These 4, and the 2 by which the weights were multiplied.
        total[..., 3 * HIDDEN :] *= 8
        return None, total[:, :tokens], total[:, tokens:], state + 2 * cell_state


class UnitLength(torch.autograd.Function):
    """Vectors divided by their length."""

    @staticmethod
    def forward(ctx, x):
        """Scale the last axis of ``x``."""
        inverse = torch.linalg.vector_norm(x, dim=-1, keepdim=True).clamp_(min=1e-12).reciprocal_()
        unit = x * inverse
        ctx.save_for_backward(unit, inverse)
        return unit

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):
        """Return the part of the gradient that is at right angles to the vectors."""
        unit, inverse = ctx.saved_tensors
        along = torch.linalg.vecdot(upstream, unit).unsqueeze(-1)
        return torch.addcmul(upstream, along, unit, value=-1).mul_(inverse)


@dataclass(frozen=True)
class Autoencoder(NeuralNetwork):
    """A bidirectional LSTM encoder, a regressor on its normalised mean state; an attentive LSTM decoder in training.

    Parameters
    ----------
    tokens : int
        Length of a sequence.
    vocabulary : int
        Number of different tokens.
    dropout : float
        Share of the embeddings that a step of training leaves out.
    trade_off : float
        Weight of the squared error in the loss; the rest is that of the reconstruction.
    width : int
        As of ``NeuralNetwork``.
    """

    tokens: int
    vocabulary: int
    dropout: float
    trade_off: float
    width: int = STACKED_WIDTH

    def shapes(self):
        """Return name, shape and bound of the uniform initial draw of each parameter; None for embeddings."""
        h, r, v, bound = HIDDEN, REGRESSOR_HIDDEN, self.vocabulary, HIDDEN**-0.5
        return {
            "embedding": ((v, h), None),
            "inputs": ((h, 8 * h), bound),
            "bias": ((1, 8 * h), bound),
            "recurrent": ((2, h, 4 * h), bound),
            "joint": ((2 * h, h), (2 * h) ** -0.5),
            "joint_bias": ((1, h), (2 * h) ** -0.5),
            "narrow": ((h, r), bound),
            "narrow_bias": ((1, r), bound),
            "widen": ((r, h), r**-0.5),
            "widen_bias": ((1, h), r**-0.5),
            "regressor": ((h, 1), bound),
            "regressor_bias": ((1, 1), bound),
            "decoder_embedding": ((v, h), None),
            "decoder_inputs": ((h, 4 * h), bound),
            "decoder_bias": ((1, 4 * h), bound),
            "decoder_recurrent": ((h, 4 * h), bound),
            "query": ((h, h), bound),
            "attended": ((2 * h, h), (2 * h) ** -0.5),
            "token": ((h, v), bound),
            "token_bias": ((1, v), bound),
        }

    def initial(self, rng):
        """Draw as torch does by default: embeddings from N(0, 1)."""
        drawn = []
        for shape, bound in self.shapes().values():
            if bound is None:
                drawn.append(rng.standard_normal(shape, dtype=np.float32))
            else:
                drawn.append(bound * (2 * rng.random(shape, dtype=np.float32) - 1))
        return drawn

    def forward(self, parameters, x):
        """Return predictions of shape (p, rows) for tokens ``x`` of shape (p, rows, tokens)."""
        named = dict(zip(self.shapes(), parameters, strict=True))
        predicted = []
        for part in x.split(PREDICTED_AT_ONCE, dim=1):
            _, code = self._encode(named, self._one_hot(part.transpose(1, 2)), None)
            predicted.append(self._regress(named, code, None))
        return torch.cat(predicted, dim=1)

    def loss(self, parameters, x, y, weight, rngs):
        """Squared error and negative log likelihood of the tokens, ``trade_off`` to 1 - ``trade_off``."""
        named = dict(zip(self.shapes(), parameters, strict=True))
        masks = Masks(self.dropout, rngs)
        one_hot = self._one_hot(x.transpose(1, 2))
        states, code = self._encode(named, one_hot, masks)
        error = ((self._regress(named, code, masks) - y).square() * weight).sum(dim=1)
        # The rows of a minibatch are in random order, so its first ones tell as much of the reconstruction as any.
        read = math.ceil(x.shape[1] * READ_BY_DECODER)
        tokens = one_hot[:, :, :read]
        likelihood = self._decode(named, tokens, states[:, :, :read], code[:, :read], masks)
        reconstruction = -(likelihood * tokens).sum(dim=3).mean(dim=1)
        share = weight[:, :read] / weight[:, :read].sum(dim=1, keepdim=True)
        return self.trade_off * error + (1 - self.trade_off) * (reconstruction * share).sum(dim=1)

    def _one_hot(self, x):
        return (x[..., None] == torch.arange(self.vocabulary, device=x.device)).float()

    def _encode(self, named, one_hot, masks):
        """Return the states of all tokens (p, tokens, rows, HIDDEN) and the code (p, rows, HIDDEN)."""
        p, tokens, rows, _ = one_hot.shape
        embedding = _drop(named["embedding"], masks)
        table = torch.baddbmm(named["bias"], embedding, named["inputs"]).unflatten(2, (2, -1)).transpose(1, 2)
        both = torch.stack([one_hot, one_hot.flip(1)], dim=1).flatten(0, 1)
        start = one_hot.new_zeros(2 * p, rows, HIDDEN)
        hidden = Lstm.apply(both, table.flatten(0, 1), named["recurrent"].flatten(0, 1), start)
        ahead, back = hidden.flatten(1, 2).unflatten(0, (p, 2)).unbind(1)
        of_ahead, of_back = named["joint"].chunk(2, dim=1)
        states = torch.bmm(back, of_back).unflatten(1, (tokens, rows)).flip(1).flatten(1, 2)
        states = torch.baddbmm(states, ahead, of_ahead)
        states = torch.baddbmm(states, one_hot.flatten(1, 2), embedding + named["joint_bias"])
        states = UnitLength.apply(states).unflatten(1, (tokens, rows))
        return states, UnitLength.apply(states.mean(dim=1))

    @staticmethod
    def _regress(named, code, masks):
        layer = _drop(torch.relu(torch.baddbmm(named["narrow_bias"], code, named["narrow"])), masks)
        layer = _drop(torch.relu(torch.baddbmm(named["widen_bias"], layer, named["widen"])), masks)
        layer = (code + layer) * math.sqrt(0.5)
        return (layer * named["regressor"].transpose(1, 2)).sum(dim=2) + named["regressor_bias"].squeeze(2)

    def _decode(self, named, one_hot, states, code, masks):
        """Return log probabilities of every token given those before it, (p, tokens, rows, vocabulary)."""
        tokens, rows = one_hot.shape[1:3]
        start = self._one_hot(torch.full_like(one_hot[:, :1, :, 0], START_TOKEN))
        before = torch.cat([start, one_hot[:, :-1]], dim=1)
        embedding = _drop(named["decoder_embedding"], masks)
        table = torch.baddbmm(named["decoder_bias"], embedding, named["decoder_inputs"])
        hidden = Lstm.apply(before, table, named["decoder_recurrent"], code)
        layer = (before.flatten(1, 2) @ embedding + hidden.flatten(1, 2)) * math.sqrt(0.5)
        # Contiguous: else torch copies those of two problems, not that of one, and multiplies them in another order.
        query = (layer @ named["query"]).unflatten(1, (tokens, rows)).transpose(1, 2).contiguous()
        source = states.transpose(1, 2).contiguous()
        mixed = ((query @ source.transpose(2, 3)).softmax(dim=3) @ source).transpose(1, 2).flatten(1, 2)
        attended = torch.cat([mixed, layer], dim=2) @ named["attended"]
        layer = (layer + attended.tanh()) * math.sqrt(0.5)
        logits = torch.baddbmm(named["token_bias"], layer, named["token"])
        return log_softmax(logits, dim=2).unflatten(1, (tokens, rows))


class Masks:
    """Dropout in one step of training; each problem draws from its own generator.

    Parameters
    ----------
    rate : float
        Share that is left out.
    rngs : list of numpy.random.Generator, or Counters
        As of ``NeuralNetwork.loss``.
    """

    def __init__(self, rate, rngs):
        self.rate, self.rngs = rate, rngs

    def draw(self, like):
        """Return factors (0 or 1 / (1 - rate)) in the shape of ``like`` (p, ...)."""
        if isinstance(self.rngs, Counters):
            return (self.rngs.uniform(like.shape[1:]) >= self.rate) / (1 - self.rate)
        drawn = np.stack([rng.random(like.shape[1:], dtype=np.float32) for rng in self.rngs])
        return torch.from_numpy((drawn >= self.rate) / np.float32(1 - self.rate)).to(like.device)


def _drop(layer, masks):
    return layer if masks is None or masks.rate == 0 else layer * masks.draw(layer)


@dataclass(eq=False)
class Nao(NetworkPredictor):
    """Reads an architecture as a sequence of operations; learns to predict its metric and to write it down again.

    The dropout of embeddings is the same for all occurrences of a token in a minibatch, so that the encoder can look
    them up.

    Parameters
    ----------
    learning_rate, weight_decay, batch_size, epochs, least_steps, most_steps :
        As of ``NetworkPredictor``.
    dropout : float
        Share of the embeddings that a step of training leaves out.
    trade_off : float
        Weight of the squared error in the loss; the rest is that of the reconstruction.
    """

    encoding = "sequence"
    cosine = True
    clip = 5.0
    constraints: ClassVar = {
        **TRAINING_CONSTRAINTS,
        "weight_decay": NOT_NEGATIVE,
        "dropout": DROPOUT,
        "trade_off": Number(least=0, most=1),
    }

    learning_rate: float = 0.01
    weight_decay: float = 1e-4
    batch_size: int = 32
    epochs: int = 20
    least_steps: int = 40
    most_steps: int = 800
    dropout: float = 0.1
    trade_off: float = 0.8

    def network(self, features):
        """Return the autoencoder for (tokens, vocabulary)."""
        return Autoencoder(*features, self.dropout, self.trade_off)

    def prepared(self, x):
        """Return the autoencoder for ``Sequences``, and their tokens."""
        return self.network((x.tokens.shape[1], x.vocabulary)), x.tokens
