"""A table as a page that a browser opens, instead of a CSV file, which it stores."""

from html import escape

import pandas as pd

from hwpred.writing import as_text

_LOOK = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1em; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: 0.7em; max-width: 60em; }
th { position: sticky; top: 0; background: #fff; border-bottom: 2px solid #555; vertical-align: bottom; }
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

    Returns
    -------
    str
    """
    marks = [' class="n"' if pd.api.types.is_numeric_dtype(table[name]) else "" for name in table]
    names = [escape(str(name)).replace("_", " ") for name in table]
    head = "".join(f'<th scope="col"{mark}>{name}</th>' for mark, name in zip(marks, names, strict=True))
    rows = (
        "<tr>" + "".join(f"<td{mark}>{escape(cell)}</td>" for mark, cell in zip(marks, row, strict=True)) + "</tr>"
        for row in as_text(table).itertuples(index=False)
    )
    title = escape(title)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<style>{_LOOK}</style>\n'
        f"<table>\n<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody>\n</table>\n</html>\n"
    )
