"""What language models are made of: the operators of their layers."""

from functools import cache

from hwpred.spaces.gpt import network as gpt
from hwpred.structure.conditional import blocks_of, kind_costs

KINDS = ("activation", "copying", "elementwise", "linear", "matmul", "normalisation")
EACH = 2
"""Positions of each layer: its heads and its MLP ratio."""


def contents_of(space, operations):
    """Return costs in all and by kind of operator, and counts of choices.

    Parameters
    ----------
    space : hwpred.spaces.gpt.GPT
    operations : int array of shape (architectures, positions)

    Returns
    -------
    dict
        As ``Structured.blocks``, costs as they are.
    """
    chains = map(_chain, map(space.to_values, operations.tolist()))
    return blocks_of(space, operations, kind_costs(chains, _count, KINDS))


def _chain(values):
    width, _, bias, *of_layers = values
    layers = [(bias, *of_layers[i : i + EACH]) for i in range(0, len(of_layers), EACH)]
    return (width,), [gpt.embed, *layers, gpt.end]


@cache
def _count(part, width):
    """Return costs of a part, (bias, heads, MLP ratio) of a layer or what adds an end, and the width behind it."""
    operators = gpt.Operators(width)
    if part is gpt.embed:
        part(operators, 0, width)
    elif callable(part):
        part(operators, 0)
    elif None not in part:
        gpt.transform(operators, 0, *part)
    return costs_of(operators.result()), (width,)


def costs_of(network):
    """Return {kind of operator: multiply-accumulates, bytes, number} of an ``OperatorList``."""
    costs = {}
    for operator in network.operators:
        before = costs.get(operator.kind, (0, 0, 0))
        costs[operator.kind] = tuple(map(sum, zip(before, (operator.macs, operator.bytes, 1), strict=True)))
    return costs
