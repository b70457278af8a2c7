"""What operations cost on a device, by exchanging them in the model's predictions."""

import numpy as np

from hwpred.advice.reading import every
from hwpred.errors import InputError
from hwpred.seeding import generator
from hwpred.spaces import get_space

BACKGROUNDS = 100
"""Random architectures in which operations are exchanged."""


def operation_costs(device):
    """Return what each operation adds to the predicted metric at each position.

    The mean over ``BACKGROUNDS`` architectures of the prediction with the operation, less the mean over all operations
    that can stand there. All are compared in the same architectures.

    Parameters
    ----------
    device : Device

    Returns
    -------
    DataFrame
        ``position`` (of a declared space its name), ``operation``, ``cost`` in the metric's unit, and ``percent`` of
        the mean predicted metric.

    Raises
    ------
    InputError
        If the space has no two operations to compare.
    """
    import pandas as pd

    space = get_space(device.space)
    if not space.binary:
        raise InputError(f"architectures of {device.space} have no operations in common, whose costs could be told")
    rng = generator("costs", str(device.space))
    pool = every(device.space) if space.sample is None else space.draw(BACKGROUNDS, rng)
    backgrounds = pool[rng.permutation(len(pool))[:BACKGROUNDS]]
    level = device.model.predict_with_std(backgrounds)[0].mean()
    rows = []
    for position, names in enumerate(space.operations):
        place = space.columns[position] if space.declared else position
        for operation, cost in _costs_at(position, space, device.model, backgrounds).items():
            rows.append((place, names[operation], cost, float(100 * cost / level)))
    if not rows:
        raise InputError(f"no two operations of {device.space} can be compared in the same architectures")
    return pd.DataFrame(rows, columns=["position", "operation", "cost", "percent"])


def _costs_at(position, space, model, backgrounds):
    """Return {operation: what it adds at a position}; nothing if no two of them fit into the same architectures."""
    number = len(space.operations[position])
    changed = np.repeat(np.asarray(backgrounds, dtype=np.int64)[None], number, axis=0)
    changed[:, :, position] = np.arange(number)[:, None]
    held = np.stack([space.holds(each) for each in changed])
    possible = np.flatnonzero(held.any(axis=1))
    everywhere = held[possible].all(axis=0)
    if not everywhere.any():
        return {}
    values = [model.predict_with_std(changed[operation, everywhere])[0].mean() for operation in possible]
    return {operation: float(value - np.mean(values)) for operation, value in zip(possible, values, strict=True)}
