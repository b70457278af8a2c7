"""Language models of HW-GPT-Bench (Sukthanker et al., NeurIPS 2024) as lists of operators.

Vocabulary, weights and the gated MLP are those with which the published numbers of parameters and of floating-point
operations come out exactly, of all models; so does the batch. There are no weights that tell positions: queries and
keys are turned instead, which here is one operator.
"""

from hwpred.networks.operator_views import Operator, OperatorList

FLOAT_BYTES = 4
MODELS, TOKENS = 8, 1024
"""Texts in a batch, and tokens in a text."""
VOCABULARY, HEAD = 50_254, 64
"""Tokens that there are, and channels of a head."""


class Operators:
    """Adds operator after operator; tensors are numbered, and all have a row a token.

    Parameters
    ----------
    channels : int
        Of the input, tensor 0.
    """

    def __init__(self, channels):
        self.operators, self.channels, self.parameters = [], [channels], 0

    def add(self, kind, inputs, channels, macs=0, weights=0, read=None):
        """Add an operator.

        Parameters
        ----------
        kind : str
            Its class, one of ``hwpred.spaces.operator_counts.CLASSES``.
        inputs : sequence of int
            Tensors that it reads.
        channels : int
            Of the tensor that it writes.
        macs : int
            Multiply-accumulates of all tokens.
        weights : int
            Numbers of its weights.
        read : int or None
            Channels that it reads, if not all of ``inputs``.

        Returns
        -------
        int
            The tensor that it writes.
        """
        taken = sum(self.channels[tensor] for tensor in inputs) if read is None else read
        moved = FLOAT_BYTES * (_rows(taken) + _rows(channels) + weights)
        shape = (MODELS, TOKENS, channels)
        self.operators.append(Operator(kind, kind, macs, moved, tuple(inputs), (len(self.channels),), shape))
        self.channels.append(channels)
        self.parameters += weights
        return len(self.channels) - 1

    def linear(self, x, channels, bias):
        """Add a product with weights, and a sum with a bias if there is one.

        Parameters
        ----------
        x : int
            Tensor that it reads.
        channels : int
            Of the tensor that it writes.
        bias : int
            1 if it adds one, else 0.

        Returns
        -------
        int
            The tensor that it writes.
        """
        weights = self.channels[x] * channels
        y = self.add("linear", [x], channels, macs=_rows(weights), weights=weights)
        return self.add("elementwise", [y], channels, weights=channels) if bias else y

    def normalise(self, x):
        """Add a layer normalisation."""
        return self.add("normalisation", [x], self.channels[x], weights=2 * self.channels[x])

    def result(self):
        """Return what was added; the last tensor is the output."""
        sizes = {tensor: FLOAT_BYTES * _rows(channels) for tensor, channels in enumerate(self.channels)}
        return OperatorList(tuple(self.operators), sizes, frozenset([len(sizes) - 1]), self.parameters, ())


def build(width, bias, heads, mlp_ratios):
    """Return a whole model as its operators.

    Parameters
    ----------
    width : int
    bias : int
        1 if linear layers add one, else 0.
    heads, mlp_ratios : sequences of int
        Of each layer.

    Returns
    -------
    hwpred.networks.operator_views.OperatorList
    """
    operators = Operators(0)
    x = embed(operators, 0, width)
    for layer in zip(heads, mlp_ratios, strict=True):
        x = transform(operators, x, bias, *layer)
    end(operators, x)
    return operators.result()


def embed(operators, x, width):
    """Add the embedding: of the table's rows it reads those of the tokens.

    Parameters
    ----------
    operators : Operators
    x : int
        Tensor of the tokens.
    width : int
        Channels of the embedding.

    Returns
    -------
    int
        The tensor that it writes.
    """
    y = operators.add("copying", [x], width, read=width)
    operators.parameters += VOCABULARY * width
    return y


def transform(operators, x, bias, heads, mlp_ratio):
    """Add one layer: attention and a gated MLP, each with a residual.

    Parameters
    ----------
    operators : Operators
    x : int
        Tensor that it reads.
    bias : int
        1 if linear layers add one, else 0.
    heads : int
        Of 64 channels each, whatever the width.
    mlp_ratio : int
        Width of the MLP, as a multiple of the model's.

    Returns
    -------
    int
        The tensor that it writes.
    """
    width, inner = operators.channels[x], HEAD * heads
    y = operators.linear(operators.normalise(x), 3 * inner, bias)
    y = operators.add("elementwise", [y], 3 * inner)
    y = operators.add("matmul", [y], inner, macs=_rows(2 * inner * TOKENS))
    x = operators.add("elementwise", [x, operators.linear(y, width, bias)], width)
    y = operators.normalise(x)
    gate, up = (operators.linear(y, mlp_ratio * width, bias) for _ in range(2))
    gate = operators.add("activation", [gate], mlp_ratio * width)
    y = operators.add("elementwise", [gate, up], mlp_ratio * width)
    return operators.add("elementwise", [x, operators.linear(y, width, bias)], width)


def end(operators, x):
    """Add the last normalisation, and what says how probable each token of the vocabulary is.

    Parameters
    ----------
    operators : Operators
    x : int
        Tensor that it reads.

    Returns
    -------
    int
        The tensor that it writes, a number a token of the vocabulary.
    """
    return operators.linear(operators.normalise(x), VOCABULARY, bias=0)


def _rows(numbers):
    return MODELS * TOKENS * numbers
