"""The committed tables of docs/results: they come back as ``hwpred.writing.write_csv`` wrote them."""

from io import StringIO
from pathlib import Path

import pandas as pd

from hwpred.writing import as_csv

FOLDER = Path("docs/results")
TEXT = {"pairing": str, "predictor": str, "strategy": str, "verification": str}
"""Columns that hold text even where all of it looks like something else ("true")."""


def read_csv(path):
    """Read a table of docs/results: an empty cell is missing, and "NA" is a text."""
    return pd.read_csv(path, dtype=TEXT, keep_default_na=False, na_values=[""])


def as_read(table):
    """Return a table with the digits that its file keeps, so that what is rendered from it and from the file agree."""
    return read_csv(StringIO(as_csv(table)))


class Tables:
    """The committed tables by name, read when they are asked for.

    Parameters
    ----------
    folder : path

    Attributes
    ----------
    read : set of str
        Names of those that were asked for.
    """

    def __init__(self, folder=FOLDER):
        self._folder, self.read = Path(folder), set()

    def __getitem__(self, name):
        self.read.add(name)
        return read_csv(self._folder / f"{name}.csv")
