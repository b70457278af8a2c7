"""A small picture of every kind of figure, from the default study."""

from io import BytesIO

import pandas as pd
from PIL import Image

from hwpred.figures.style import picture_with_palette

WIDTH = 480
"""Of a thumbnail, pixels."""
COLOURS = 48
"""A thumbnail is looked at, not read."""


def shrink(names, **figures):
    """Return a thumbnail of each kind of figure, and the table of which figures they are: ``gallery``.

    Parameters
    ----------
    names : dict
        Kind -> name of the figure.
    **figures : list of path
        The file of each kind.

    Returns
    -------
    dict
        The table, and PNGs in bytes.
    """
    table = pd.DataFrame({"kind": list(names), "figure": list(names.values())})
    return {"gallery.csv": table, **{f"gallery/{kind}.png": _thumbnail(file) for kind, (file,) in figures.items()}}


def _thumbnail(file):
    """Return a PNG in bytes."""
    small = BytesIO()
    with Image.open(file) as picture:
        size = (WIDTH, round(WIDTH * picture.height / picture.width))
        resized = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    picture_with_palette(resized, COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()
