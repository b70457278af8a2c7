"""One value for each architecture, checked, with what a reader must know about it."""

from dataclasses import dataclass, field

import numpy as np

SMALLER, LARGER = "smaller", "larger"


@dataclass(frozen=True)
class Measurements:
    """Values of one metric.

    Attributes
    ----------
    architecture : int array of shape (n,)
        Indices in the space's table, ascending.
    value : float array of shape (n,)
    unit : str
    direction : str
        ``"smaller"`` or ``"larger"`` is better.
    batch_size : int or None
        Images measured at once, where the source says so.
    missing : int
        Architectures left out because the source's documentation declares their value missing.
    notes : dict
        Whatever else belongs beside the values.
    """

    architecture: np.ndarray
    value: np.ndarray
    unit: str
    direction: str
    batch_size: int | None = None
    missing: int = 0
    notes: dict = field(default_factory=dict)


def check_measurements(origin, architecture, value, table, *, expected=None, positive=True, **facts):
    """Return ``Measurements`` sorted by architecture, or say what is wrong.

    Parameters
    ----------
    origin : str
        File (and column or key) for the messages.
    architecture : sequence of int
    value : sequence of numbers
    table : ArchitectureTable
    expected : int, optional
        Number of values that there must be.
    positive : bool
        Whether a value of 0 or less is an error (a placeholder such as -1).
    **facts
        The other attributes of ``Measurements``.

    Raises
    ------
    ValueError
        Text among the numbers, NaN, a placeholder, wrong number, unknown or duplicate architectures.
    """
    try:
        value = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{origin}: a value is no number ({error}); correct or remove it") from error
    architecture = np.asarray(architecture, dtype=np.int64)
    if expected is not None and len(value) != expected:
        raise ValueError(f"{origin}: {len(value)} values, expected {expected}; the file is not the published one")
    unknown = (architecture < 0) | (architecture >= len(table))
    if unknown.any():
        raise ValueError(f"{origin}: unknown architecture {architecture[unknown][0]}; the space has {len(table)}")
    kinds, counts = np.unique(architecture, return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"{origin}: architecture {kinds[counts > 1][0]} occurs {counts.max()} times; keep one row")
    bad = ~np.isfinite(value) | ((value <= 0) if positive else False)
    if bad.any():
        raise ValueError(
            f"{origin}: {int(bad.sum())} values are not finite{' and positive' if positive else ''}, "
            f"the first is {value[bad][0]} at architecture {architecture[bad][0]}; leave such rows out"
        )
    order = np.argsort(architecture)
    return Measurements(architecture[order], value[order], **facts)
