"""Numbers in the cells of a person's file: which are missing, and what is said of one that is wrong."""

import re

import numpy as np

from hwpred.errors import InputError

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none"))
"""What a cell without a measurement holds, in any case."""
SMALLEST, LARGEST = 1e-30, 1e30
"""No quantity that anybody measures on a device is beyond these, and squares of what lies between are finite."""
_BOUNDS = {"accuracy": (0, 100, "in %, from 0 to 100"), "value": (SMALLEST, LARGEST, "positive")}
"""The least and the largest value of a column, in words; a quality of another name may be any finite number."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_WITH_COMMA = re.compile(r"[+-]?\d+(,\d+)?(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
_FAILED = "correct it, or leave the cell empty if the measurement failed"


def is_missing(cell):
    """Whether a cell, text or number, stands for a measurement that is not there."""
    return cell.lower() in MISSING if isinstance(cell, str) else bool(np.isnan(cell))


def measured_values(data, column, name_architecture):
    """Return the cells of a column that holds a metric, ``value``, the ``accuracy`` or another quality.

    Parameters
    ----------
    data : DataFile
    column : str
    name_architecture : callable
        Names the architecture of a row, for messages.

    Returns
    -------
    float array of shape (rows,)
        NaN where a cell is missing.

    Raises
    ------
    InputError
        Of the first row whose cell is no number, or none that can have been measured.
    """
    value = _numbers(data, column)
    low, high, words = _BOUNDS.get(column, (-LARGEST, LARGEST, "a finite number"))
    for row in np.flatnonzero(~np.isnan(value) & ~((value >= low) & (value <= high))):
        cell = data.columns[column][row]
        reason = f"is not {words}"
        if _is_other_text(cell):
            reason = "is no number"
        elif column == "value" and value[row] > 0:
            reason = f"is no measurement, above {LARGEST:g} or below {SMALLEST:g}"
        place = f"{data.name}, {data.row(row)}, column {column!r}, architecture {name_architecture(row)!r}"
        raise InputError(f"{place}: {_shown(cell)} {reason}; {_FAILED}")
    return value


def whole_numbers(data, column):
    """Return the cells of a column as whole numbers.

    Parameters
    ----------
    data : DataFile
    column : str

    Returns
    -------
    list of int

    Raises
    ------
    InputError
        Of the first row whose cell is no whole number.
    """
    value = _numbers(data, column)
    for row in np.flatnonzero(~np.isfinite(value) | (np.trunc(value) != value)):
        cell = data.columns[column][row]
        raise InputError(
            f"{data.name}, {data.row(row)}, column {column!r}: {_shown(cell)} is no whole number; correct it"
        )
    return [int(number) for number in value]


def moments(data, column, measured):
    """Return the times in a column.

    Parameters
    ----------
    data : DataFile
    column : str
    measured : int array
        Rows that have a value: a measurement that failed, or is still to be done, needs no time.

    Returns
    -------
    float array of shape (rows,)
        In seconds, or places in the order of measuring; NaN where it is missing.

    Raises
    ------
    InputError
        Of the first row whose cell is no number.
    """
    value = _numbers(data, column)
    needed = np.isin(np.arange(len(value)), measured)
    for row in np.flatnonzero(np.isinf(value) | (needed & np.isnan(value))):
        cell = data.columns[column][row]
        raise InputError(
            f"{data.name}, {data.row(row)}, column {column!r}: {_shown(cell)} is no number; give when the row was "
            "measured, in seconds or as its place in the order of measuring, or rename the column"
        )
    return value


def texts_of(data, column):
    """Return the cells of a column as text.

    Parameters
    ----------
    data : DataFile
    column : str

    Returns
    -------
    list of str
        A number as it is usually written, a missing one empty.
    """
    cells = data.columns[column]
    if isinstance(cells, list):
        return cells
    return ["" if np.isnan(cell) else f"{cell:.12g}" for cell in cells]


def _numbers(data, column):
    """NaN where a cell is missing, infinity where it holds other text."""
    cells = data.columns[column]
    if isinstance(cells, list):
        cells = [_number(cell) for cell in _without_decimal_commas(data, column, cells)]
    return np.asarray(cells, dtype=float)


def _number(cell):
    if cell.lower() in MISSING:
        return np.nan
    return float(cell) if _NUMBER.fullmatch(cell) else np.inf


def _without_decimal_commas(data, column, cells):
    """Write points for decimal commas; InputError where a comma may be either that or between thousands."""
    known = [cell for cell in cells if cell.lower() not in MISSING]
    commas = [cell for cell in known if "," in cell]
    if not commas or not all(map(_WITH_COMMA.fullmatch, known)):
        return cells
    if all(map(_THOUSANDS.fullmatch, commas)):
        row = cells.index(commas[0])
        raise InputError(
            f"{data.name}, {data.row(row)}, column {column!r}: {commas[0]!r} may have a decimal comma or one between "
            "thousands; write numbers with decimal points"
        )
    data.remarks.append(f"the numbers of column {column!r} have decimal commas")
    return [cell.replace(",", ".") for cell in cells]


def _is_other_text(cell):
    return isinstance(cell, str) and not (_NUMBER.fullmatch(cell) or _INFINITE.fullmatch(cell))


def _shown(cell):
    """A cell as a message shows it; a slip may have made it very long."""
    text = repr(cell) if isinstance(cell, str) else f"{cell:g}"
    return text if len(text) <= 120 else f"{text[:100]}...'"
