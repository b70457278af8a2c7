"""One value for each architecture, checked, with what a reader must know about it."""

from dataclasses import dataclass, field
from numbers import Integral, Real

import numpy as np

from hwpred.errors import InputError


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
    licence : str or None
        Of the values, where their file states it.
    quality : str
        Of accuracies, what they are called, where they are another quality.
    missing : int
        Architectures left out because the source's documentation declares their value missing.
    notes : dict
        Whatever else belongs beside the values.
    time : float array of shape (n,) or None
        When each was measured, in any unit, where that is known.
    """

    architecture: np.ndarray
    value: np.ndarray
    unit: str
    direction: str
    batch_size: int | None = None
    licence: str | None = None
    quality: str = "accuracy"
    missing: int = 0
    notes: dict = field(default_factory=dict)
    time: np.ndarray | None = None


def check_measurements(origin, architecture, value, table, *, expected=None, positive=True, time=None, **facts):
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
    time : float array of shape (n,), optional
    **facts
        The other attributes of ``Measurements``.

    Returns
    -------
    Measurements

    Raises
    ------
    InputError
        Text among the numbers, NaN, a placeholder, wrong number, unknown or duplicate architectures.
    """
    architecture = _as_numbers(origin, "architecture", architecture, Integral, np.int64)
    value = _as_numbers(origin, "value", value, Real, np.float64)
    if expected is not None and len(value) != expected:
        raise InputError(f"{origin}: {len(value)} values, expected {expected}; the file is not the published one")
    if len(value) == 0:
        raise InputError(f"{origin}: no values; give at least one row")
    _check_architectures(origin, architecture, table)
    bad = ~np.isfinite(value) | ((value <= 0) if positive else False)
    if bad.any():
        raise InputError(
            f"{origin}: {int(bad.sum())} of {len(value)} values are not finite{' and positive' if positive else ''}, "
            f"the first is {value[bad][0]} at architecture {architecture[bad][0]}; leave such rows out"
        )
    order = np.argsort(architecture)
    return Measurements(architecture[order], value[order], time=None if time is None else time[order], **facts)


def check_varies(origin, value):
    """Check that a metric differs between architectures: of a constant one nothing can be predicted.

    Parameters
    ----------
    origin : str
        File for the message.
    value : float array of shape (n,)

    Raises
    ------
    InputError
        If all values are equal.
    """
    if len(value) and value.min() == value.max():
        raise InputError(f"{origin}: all {len(value)} values are {value[0]}; a constant metric needs no predictor")


def check_order(origin, texts, table):
    """Check that a source counts architectures as the space does.

    Parameters
    ----------
    origin : str
        File for the message.
    texts : iterable of (int, str)
        Index and text of architectures, as the source has them.
    table : ArchitectureTable

    Raises
    ------
    InputError
        If a text is not that of the space's architecture of this index.
    """
    for index, text in texts:
        ours = table.space.to_text(table.operations[index])
        if text != ours:
            raise InputError(f"{origin}: architecture {index} is {text!r} there and {ours!r} here; the order differs")


def _as_numbers(origin, what, numbers, kind, dtype):
    """Convert to an array; numpy alone would read the text "1.5" as a number."""
    if not (isinstance(numbers, np.ndarray) and np.issubdtype(numbers.dtype, np.number)):
        numbers = list(numbers)
        for row, number in enumerate(numbers):
            if not isinstance(number, kind) or isinstance(number, bool):
                kind_words = "whole number" if kind is Integral else "number"
                raise InputError(
                    f"{origin}: the {what} at row {row} is {number!r}, no {kind_words}; correct or remove it"
                )
    return np.asarray(numbers, dtype=dtype)


def _check_architectures(origin, architecture, table):
    unknown = (architecture < 0) | (architecture >= len(table))
    if unknown.any():
        raise InputError(
            f"{origin}: unknown architecture {architecture[unknown][0]}; {table.space.key} has 0 to {len(table) - 1}"
        )
    kinds, counts = np.unique(architecture, return_counts=True)
    if (counts > 1).any():
        twice = kinds[counts > 1][0]
        raise InputError(f"{origin}: architecture {twice} occurs {counts[counts > 1][0]} times; keep one row of it")
