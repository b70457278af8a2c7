"""What architectures of a declared space are made of, as far as its declaration tells."""

import numpy as np

from hwpred.structure.blocks import count, one_hot

NUMBER = "number"
"""Begins the name of a cost that is the sum of a position's numbers."""


def contents(space, operations):
    """Costs from numbers, expressions and active repetitions, in all and by repetition; counts and choices.

    Parameters
    ----------
    space : hwpred.spaces.declared.DeclaredSpace
    operations : int array of shape (architectures, positions)

    Returns
    -------
    dict
        As ``Structured.blocks``, costs as they are.
    """
    blocks = {}
    costs = _costs(space, space.scope, operations)
    if costs:
        blocks["drawn/costs"] = np.stack(list(costs.values()), axis=1)
    for group in dict.fromkeys(scope.group for scope in space.scope.inner):
        parts = [_costs(space, scope, operations) for scope in space.scope.inner if scope.group == group]
        # A cost of words alone tells no more of a repetition than its choices do.
        if len(parts) > 1 and any(name.startswith(NUMBER) for name in parts[0]):
            blocks[f"{group}/part_costs"] = np.stack([np.stack(list(p.values()), axis=1) for p in parts], axis=1)
    for name, numeric in (("drawn/counts", False), ("drawn/unlike_counts", True)):
        counts = _counts(space, operations, numeric)
        if counts:
            blocks[name] = np.concatenate(counts, axis=1)
    if "drawn/counts" in blocks:
        blocks["drawn/presence"] = (blocks["drawn/counts"] > 0).astype(float)
    blocks["drawn/plain_choices"] = one_hot(operations, space.sizes)
    blocks["drawn/labels"] = space.labels(operations)
    return blocks


def _costs(space, scope, operations):
    """Return the sums over a scope of each number and each cost, and how often a group is active that may not be."""
    totals = {}

    def add(name, values):
        totals[name] = totals.get(name, 0.0) + np.broadcast_to(values, len(operations)).astype(float)

    for place in scope.own:
        position = space.all_positions[place]
        if position.numeric:
            add(f"{NUMBER} {position.declared}", position.values[operations[:, place]])
    active = space.active(scope, operations)
    if scope.conditions:
        add(f"repetitions of {scope.group}", active)
    for i, expression in enumerate(scope.costs):
        add(f"cost {i} of {scope.group}", active * space.value(expression, scope, operations))
    for inner in scope.inner:
        for name, values in _costs(space, inner, operations).items():
            add(name, values)
    return totals


def _counts(space, operations, numeric):
    """Return how often each choice occurs, of words or of numbers that several positions share."""
    places = {}
    for place, position in enumerate(space.all_positions):
        if position.numeric == numeric:
            places.setdefault(position.operations, []).append(place)
    shared = {names: those for names, those in places.items() if len(those) > 1}
    return [count(operations[:, those], len(names)) for names, those in shared.items()]
