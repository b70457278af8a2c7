"""What architectures whose depth switches layers off are made of: their operators, and which choices they take."""

import numpy as np

from hwpred.structure.blocks import count, flat, one_hot


def blocks_of(space, operations, costs):
    """Return blocks of costs, of choices, and of how often those of each kind of position are taken.

    Parameters
    ----------
    space : hwpred.spaces.conditional.ConditionalSpace
    operations : int array of shape (architectures, positions)
    costs : float array of shape (architectures, kinds, measures)
        As ``kind_costs`` returns.

    Returns
    -------
    dict
        As ``Structured.blocks``.
    """
    places = {}
    for place, choice in enumerate(space.choices):
        places.setdefault(choice.kind, []).append(place)
    taken = [
        count(operations[:, those], len(space.choices[those[0]].values)) for those in places.values() if len(those) > 1
    ]
    total = costs.sum(axis=1)
    return {
        "drawn/costs": total,
        "drawn/log_costs": np.log(total),
        "drawn/kind_costs": flat(costs),
        "drawn/unlike_counts": np.concatenate(taken, axis=1),
        "drawn/choices": one_hot(operations, space.sizes),
    }


def kind_costs(chains, count_part, kinds):
    """Return what networks cost that are parts in a row, by kind of operator.

    Equal parts behind inputs of equal shape are counted once.

    Parameters
    ----------
    chains : iterable of (shape of the input, parts)
    count_part : callable
        (part, *shape) -> ({kind: measures}, shape of the output)
    kinds : sequence of str
        All kinds that a network of the space may have, so that a column means the same whatever the networks.

    Returns
    -------
    float array of shape (networks, kinds, measures)
    """
    counted, sums = {}, []
    for shape, chain in chains:
        total = 0.0
        for part in chain:
            known = counted.get((part, shape))
            if known is None:
                costs, after = count_part(part, *shape)
                known = counted[part, shape] = _table(costs, kinds), after
            total, shape = total + known[0], known[1]
        sums.append(total)
    return np.stack(sums)


def _table(costs, kinds):
    if unknown := set(costs) - set(kinds):
        raise ValueError(f"a part has operators of kind {min(unknown)!r}, which are not among the kinds of its space")
    measures = len(next(iter(costs.values()), ()))
    return np.array([costs.get(kind, (0.0,) * measures) for kind in kinds], dtype=float) if costs else 0.0
