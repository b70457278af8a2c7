"""Draw a family: call its module, and write what it returns to the files that the job was asked for."""

from importlib import import_module

import pandas as pd

from hwpred.figures import style
from hwpred.tables import whole_file
from hwpred.writing import write_csv


def draw(family, inputs, settings, outputs):
    """Draw the figures of a family and write its tables.

    Parameters
    ----------
    family : str
        A module of ``hwpred.drawing``: its function ``draw`` takes ``inputs`` and ``settings`` by name and returns
        figures, tables and texts by the names of ``outputs``.
    inputs : dict
        Name -> list of files.
    settings : dict
    outputs : dict
        Name -> list of files: of a figure one a format.

    Raises
    ------
    ValueError
        If the module returns other names than those of ``outputs``.
    """
    made = import_module(f"hwpred.drawing.{family}").draw(**inputs, **settings)
    if set(made) != set(outputs):
        raise ValueError(f"{family} draws {sorted(made)}, its entry in the registry says {sorted(outputs)}")
    for name, value in made.items():
        _write(value, outputs[name])


def _write(value, files):
    if isinstance(value, pd.DataFrame):
        write_csv(value, *files)
    elif isinstance(value, str):
        (file,) = files
        with whole_file(file) as unfinished:
            unfinished.write_text(value, encoding="utf-8")
    else:
        style.save(value, files)
