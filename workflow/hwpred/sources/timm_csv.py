"""A user's own measurements of timm's networks: the CSV that timm's ``benchmark.py`` writes, unchanged.

Of its columns are read ``model``, ``infer_img_size``, ``infer_samples_per_sec`` and ``infer_batch_size``. The metric is
the time of one image, 1000 / samples a second, in ms. A network is called by its name in timm without the tag of its
weights, behind a dot, and by its size; of one that was measured several times counts the median.

What is left out, and counted: rows without a speed, whose measurement failed, and networks that ``hwpred.spaces.zoo``
does not know, since timm had dropped them, or has added them since.
"""

import logging
from pathlib import Path

from hwpred.errors import InputError
from hwpred.sources.requests import DIRECTIONS, check_request

logger = logging.getLogger(__name__)

NAME, SIZE, SPEED, BATCH = "model", "infer_img_size", "infer_samples_per_sec", "infer_batch_size"
UNIT = "ms"
_SHOWN = 5


def is_benchmark(data):
    """Return whether a file (its path ends in .csv) or a DataFrame has the columns that ``benchmark.py`` writes."""
    if hasattr(data, "columns"):
        columns = list(data.columns)
    elif str(data).lower().endswith(".csv") and Path(data).is_file():
        with open(data, encoding="utf-8", errors="replace") as file:
            columns = file.readline().strip().split(",")
    else:
        return False
    return {NAME, SIZE, SPEED} <= set(columns)


def files(request):
    """Return the request's own file; InputError if the request lacks it or asks for something else."""
    check_request("timm_csv", request, kind=("target",), space=("zoo",), metric=("latency",))
    name = request.get("file")
    if not isinstance(name, str) or not name.lower().endswith(".csv"):
        raise InputError(f"source timm_csv needs the key 'file', a path ending in .csv, not {name!r}")
    return [name]


def load_target(request, paths, table):
    """Return the times of an image, in ms."""
    return read_times(paths[files(request)[0]], table)


def read_times(path, table):
    """Read a file that timm's ``benchmark.py`` wrote.

    Parameters
    ----------
    path : str or Path
    table : ArchitectureTable
        Of the space ``zoo``.

    Returns
    -------
    Measurements
        ``batch_size`` where it is the same for all; ``notes``: ``batch_sizes`` (how many networks were measured at
        each), ``unknown_networks`` (how many are left out), and ``hwpred.sources.remarks.repeats``.
    """
    import numpy as np

    from hwpred.sources import remarks
    from hwpred.sources.measurements import check_measurements

    rows = read_rows(path, (NAME, SIZE, SPEED), (BATCH,))
    measured = _measured(path, rows)
    parts = {}
    for name, speed in zip(measured["network"], measured[SPEED], strict=True):
        parts.setdefault(name, []).append(1000 / speed)
    known = known_networks(path, parts, table)
    counts = _batch_sizes(measured[measured["network"].isin(known.keys())])
    return check_measurements(
        str(path),
        [known[name] for name in known],
        [float(np.median(parts[name])) for name in known],
        table,
        missing=len(rows) - len(measured),
        unit=UNIT,
        direction=DIRECTIONS["latency"],
        batch_size=next(iter(counts)) if len(counts) == 1 else None,
        notes={
            "batch_sizes": {str(size): count for size, count in counts.items()},
            "unknown_networks": len(parts) - len(known),
            **remarks.repeats([np.array(parts[name]) for name in known]),
        },
    )


def check_file(request):
    """Say what can be said of a file before any job runs; as ``hwpred.sources.table.check_file``."""
    from hwpred.sources.table import FileSummary
    from hwpred.spaces import get_space

    (path,) = files(request)
    rows = read_rows(path, (NAME, SIZE, SPEED), (BATCH,))
    measured = _measured(path, rows)
    names, known = dict.fromkeys(measured["network"]), set(get_space(request["space"]).names)
    unknown = [name for name in names if name not in known]
    warnings = (_unknown_words(unknown),) if unknown else ()
    return FileSummary(len(names) - len(unknown), warnings)


def _measured(path, rows):
    """Return the rows that have a speed."""
    measured = rows[rows[SPEED].notna()]
    wrong = measured[measured[SPEED] <= 0]
    if len(wrong):
        raise InputError(f"{path}, line {wrong.index[0] + 2}: {SPEED} of {wrong[NAME].iloc[0]} is not positive")
    return measured


def _unknown_words(names):
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"left out, since the space zoo does not have them: {', '.join(names[:_SHOWN])}{more}"


def _batch_sizes(rows):
    """Return {batch size: how many rows}, ascending; nothing of a file without them."""
    if BATCH not in rows:
        return {}
    counts = rows[BATCH].dropna().astype(int).value_counts().sort_index()
    return {int(size): int(count) for size, count in counts.items()}


def read_rows(path, needed, further=()):
    """Read a CSV file of timm.

    Parameters
    ----------
    path : str or Path
    needed : sequence of str
        Columns that it must have: the network's name, the side of its images, and others, which hold numbers.
    further : sequence of str
        Columns of numbers that it may have.

    Returns
    -------
    DataFrame
        The rows that tell the side of the images, and ``network``: what it is called here, ``resnet50@224``.

    Raises
    ------
    InputError
        If it is no CSV, or lacks a column that is needed, or a cell of those is no number.
    """
    import pandas as pd

    from hwpred.spaces.zoo import name_of

    try:
        rows = pd.read_csv(path, thousands=",")
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as CSV ({error}); give the file that timm wrote") from error
    missing = [name for name in needed if name not in rows]
    if missing:
        raise InputError(f"{path} lacks column {missing[0]!r}, which timm writes; it needs {', '.join(needed)}")
    for column in (name for name in (*needed, *further) if name in rows and name != NAME):
        numbers = pd.to_numeric(rows[column], errors="coerce")
        wrong = rows[numbers.isna() & rows[column].notna()]
        if len(wrong):
            place = f"{path}, line {wrong.index[0] + 2}, column {column!r}"
            raise InputError(f"{place}: {wrong[column].iloc[0]!r} is no number; correct it, or leave the cell empty")
        rows[column] = numbers
    size = needed[1]
    rows = rows[rows[size].notna()].copy()
    rows["network"] = [name_of(name, int(side)) for name, side in zip(rows[NAME], rows[size], strict=True)]
    return rows


def known_networks(path, names, table):
    """Find the networks that the space has; the log tells how many it has not.

    Parameters
    ----------
    path : str or Path
        File for the log.
    names : iterable of str
    table : ArchitectureTable
        Of the space ``zoo``.

    Returns
    -------
    dict
        Name -> index in the table.
    """
    places = {text: (place,) for place, text in enumerate(table.space.names)}
    known = {name: table.index_of(places[name]) for name in names if name in places}
    unknown = [name for name in names if name not in known]
    if unknown:
        logger.warning("%s: %s", path, _unknown_words(unknown))
    return known
