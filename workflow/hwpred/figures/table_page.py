"""A table as a page that a browser opens, instead of a CSV file, which it stores."""

from html import escape

import pandas as pd

from hwpred.writing import as_text

_LOOK = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1em; }
table { border-collapse: collapse; }
h1 { font-size: 1.3em; margin: 0 0 0.7em; }
thead th { position: sticky; top: 0; background: #fff; border-bottom: 2px solid #555; vertical-align: bottom; }
tbody th { font-weight: normal; }
td, th { padding: 0.15em 0.7em; text-align: left; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:nth-child(odd) { background: #f3f5f7; }
"""


def page_of(table, title):
    """Return a table as a page in HTML that needs no connection.

    Parameters
    ----------
    table : DataFrame
        Its cells are written as in the CSV file (``hwpred.writing.as_text``).
    title : str
        What the table shows.

    Returns
    -------
    str
    """
    marks = [' class="n"' if pd.api.types.is_numeric_dtype(table[name]) else "" for name in table]
    names = [escape(str(name)).replace("_", " ") for name in table]
    head = "".join(f'<th scope="col"{mark}>{name}</th>' for mark, name in zip(marks, names, strict=True))
    rows = "\n".join(_row(marks, cells) for cells in as_text(table).itertuples(index=False))
    title = escape(title[0].upper() + title[1:])
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f'<style>{_LOOK}</style>\n<main>\n<h1 id="title">{title}</h1>\n<table aria-labelledby="title">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</main>\n</html>\n"
    )


def _row(marks, cells):
    """Return a row, whose first cell says what it is about."""
    first, *others = (f"{mark}>{escape(cell)}" for mark, cell in zip(marks, cells, strict=True))
    return f'<tr><th scope="row"{first}</th>' + "".join(f"<td{cell}</td>" for cell in others) + "</tr>"
