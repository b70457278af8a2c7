"""Draw a family: call its module, and write what it returns to the files that the job was asked for."""

from importlib import import_module

import pandas as pd

from hwpred.figures import style
from hwpred.figures.table_page import page_of
from hwpred.tables import whole_file
from hwpred.writing import write_csv


def draw(family, inputs, settings, outputs, words):
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
        Name -> list of files: of a figure one a format; of a table the CSV file and, if the report shows it, a page.
    words : dict
        Name of a figure -> its alternative text, which stands in its files; of a table that has a page -> its title.

    Raises
    ------
    ValueError
        If the module returns other names than those of ``outputs``.
    """
    made = import_module(f"hwpred.drawing.{family}").draw(**inputs, **settings)
    if set(made) != set(outputs):
        raise ValueError(f"{family} draws {sorted(made)}, its entry in the registry says {sorted(outputs)}")
    for name, value in made.items():
        if isinstance(value, pd.DataFrame):
            _write_table(value, words.get(name), *outputs[name])
        elif isinstance(value, str):
            _write_text(value, *outputs[name])
        else:
            style.save(value, outputs[name], words[name])


def _write_table(table, title, file, page=None):
    write_csv(table, file)
    if page:
        _write_text(page_of(table, title), page)


def _write_text(text, file):
    with whole_file(file) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
