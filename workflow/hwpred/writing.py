"""How tables for people are written: as CSV, and as texts for LaTeX and for the terminal, by ``hwpred.columns``."""

from math import floor, log10

import pandas as pd

from hwpred.columns import declared
from hwpred.tables import whole_file

MISSING = "-"
"""What rendered tables have where nothing is known."""
DIGITS = 6
"""Significant digits of CSV files."""
DECIMALS, SIGNIFICANT, MOST_DECIMALS = 3, 3, 4
"""Of rendered numbers that declare no decimals: of those without a unit, and of times and sizes."""


def as_declared(table):
    """Return a table whose columns of counts are whole and whose numbers are numbers, for a CSV file.

    A column that is not declared is left as it is, as is one of counts that are not whole.
    """

    def converted(column):
        kind = getattr(declared(str(column.name)), "kind", None)
        if kind not in ("count", "number") or pd.api.types.is_bool_dtype(column):
            return column
        numbers = pd.to_numeric(column, errors="coerce")
        if numbers.isna().sum() > column.isna().sum():
            return column
        whole = kind == "count" and (numbers.dropna() % 1 == 0).all()
        # Adding 0 turns -0 into 0.
        return numbers.astype("Int64") if whole else numbers + 0

    return table.apply(converted) if len(table) else table


def as_text(table):
    """Return the same with every cell as text, for LaTeX and for the terminal.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        Of str: numbers with the decimals that their columns declare, ``MISSING`` where there is nothing.
    """
    return as_declared(table).apply(lambda column: column.map(_writer(str(column.name))))


def _writer(name):
    column = declared(name)
    decimals = column.decimals if column else DECIMALS

    def text(value):
        if pd.isna(value):
            return MISSING
        return rounded(value, decimals) if isinstance(value, float) else str(value)

    return text


def rounded(value, decimals=None):
    """Return a number as text.

    Parameters
    ----------
    value : float
    decimals : int, optional
        After the point; ``SIGNIFICANT`` digits, if not given.

    Returns
    -------
    str
    """
    # Adding 0 turns a rounded -0 into 0.
    return f"{value:.{SIGNIFICANT}g}" if decimals is None else f"{round(value, decimals) + 0.0:.{decimals}f}"


def as_csv(table):
    """Return a table for people as the text of a CSV file."""
    return as_declared(table).to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g")


def write_csv(table, path):
    """Write a table for people as CSV, whole.

    Parameters
    ----------
    table : DataFrame
    path : str or Path
    """
    with whole_file(path) as unfinished:
        unfinished.write_text(as_csv(table), encoding="utf-8", newline="")


def with_std(mean, std):
    """Round a mean by its standard deviation.

    Parameters
    ----------
    mean, std : float
        Either may be missing.

    Returns
    -------
    str, str
        Both with the decimals that show two digits of the standard deviation, ``MOST_DECIMALS`` at most. Where that is
        missing or 0, they are ``DECIMALS``.
    """
    known = pd.notna(std) and std > 0
    decimals = min(max(1 - floor(log10(std)), 0), MOST_DECIMALS) if known else DECIMALS
    return tuple(MISSING if pd.isna(value) else rounded(float(value), decimals) for value in (mean, std))
