"""A user's own measurements: one file for one combination.

The file is text (``.csv``, ``.tsv`` or ``.txt``, separated by commas, semicolons or tabs; also compressed, ``.csv.gz``)
or Parquet (``hwpred.sources.formats``). Its columns, in any order and case:

- ``architecture``, text as the space writes it, or one operation index a position (``p0``, ``p1``, ...;
  ``operation_key`` tells which is which), or both where they agree; a declared space has a column for the choice at
  each of its positions;
- ``value``, the metric; a file that is used for its accuracies alone needs none;
- optionally ``started``, when the row was measured, in seconds, or ``order``, its place in the order of measuring;
- optionally ``accuracy`` in %, or another quality that networks are selected by, such as ``perplexity``: the request
  of accuracies names its column (``quality``) and says which values are better (``direction``) and their ``unit``.

Other columns are ignored, with a word in the log. The request says where the file lies (``file``) and what the values
are (``unit``, ``direction``, optionally ``batch_size``).

What is done with a row:

- An empty cell, ``NA``, ``N/A``, ``NaN``, ``null`` or ``none`` is a measurement that failed: the row is left out, and
  counted and named in the log. An accuracy may be missing where a value is known, and the other way round.
- A value of zero or less, an infinite one and any other text (``timeout``, ``12.7 ms``, ``-1``) are refused, since what
  they stand for is not known. So is an accuracy below 0 or above 100, and a column of accuracies that are all at
  most 1: fractions.
- Decimal commas are read if all numbers of the column have them and none could be a thousands separator.
- An architecture that is measured several times has the median; how many were and how far they vary is noted
  (``hwpred.sources.remarks.repeats``).
- What is strange but may be right (two units in one column, a direction that contradicts the metric, nearly equal
  values) is noted under ``warnings`` and logged.
"""

import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field

from hwpred.errors import InputError
from hwpred.sources.requests import DIRECTIONS, LARGER, SMALLER, check_request

logger = logging.getLogger(__name__)

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet")
_UNUSED_ACCURACY = (
    "column 'accuracy' is not used, since the combination has no key 'accuracy' (config/README.md, Your own device)"
)
ACCURACY = "accuracy"
TIMES = ("started", "order")
"""Columns that say when a row was measured; the first of them that a file has counts."""
_SHOWN = 5
_INDICES = re.compile(r"[\[(]?[\d,\s]+[\])]?")


@dataclass(frozen=True)
class FileSummary:
    """What ``check_file`` says of a file.

    Attributes
    ----------
    architectures : int
        Different ones that have a value (for a request of accuracies: an accuracy).
    warnings : tuple of str
        How the file was read where that is not plain, which rows are left out, and what is strange about the values.
    """

    architectures: int
    warnings: tuple


@dataclass(frozen=True)
class _Found:
    """What one column says: each architecture's median, the rows without a value, what must be known of both."""

    operations: list
    value: object
    missing_rows: list
    notes: dict = field(default_factory=dict)
    time: object = None


def files(request):
    """Return the request's own file; InputError if the request lacks a key or the file's name cannot be used."""
    check_request("table", request, kind=("target", "accuracy"))
    name = request.get("file")
    if not isinstance(name, str) or not name.lower().endswith(SUFFIXES):
        raise InputError(
            f"source table needs the key 'file', a path ending in .csv, .tsv, .txt (each also with .gz) or .parquet, "
            f"not {name!r}"
        )
    if name.startswith("~") or set("{}*") & set(name):
        raise InputError(f"source table cannot use {name!r}: write the path without ~, braces and *")
    if request["kind"] == "target" or _quality(request) not in DIRECTIONS:
        check_request("table", request, direction=(SMALLER, LARGER))
    if request["kind"] == "accuracy" and _quality(request).lower() == "architecture":
        raise InputError(
            f"quality is {_quality(request)!r}, and the column of that name in {name} holds something else; call the "
            "quality, and its column, by another name"
        )
    if request["kind"] == "target" and not request.get("unit"):
        raise InputError(f"source table needs the key 'unit' for {name}, such as 'ms'")
    return [name]


def load_target(request, paths, table):
    """Return the values of the column ``value``: of an architecture with several rows their median."""
    facts = {key: request.get(key) for key in ("unit", "direction", "batch_size")}
    return _load(request, paths, table, "value", **facts)


def load_accuracy(request, paths, table):
    """Return the values of the column ``accuracy``, in %, or of another quality, of the architectures that have one."""
    quality = _quality(request)
    unit, direction = "%", DIRECTIONS[ACCURACY]
    if quality != ACCURACY:
        unit, direction = request.get("unit", quality), request.get("direction") or DIRECTIONS[quality]
    return _load(request, paths, table, quality.lower(), unit=unit, direction=direction, quality=quality)


def check_file(request):
    """Say everything about a user's file that can be said before any job runs.

    Only whether an architecture is among the published sample of its space (fbnet, mnasnet) is left to the job.

    Parameters
    ----------
    request : dict
        As ``hwpred.sources`` describes; ``kind`` is "target" or "accuracy".

    Returns
    -------
    FileSummary

    Raises
    ------
    InputError
        One sentence with the file, the row and its line, and what to do.
    """
    from hwpred.sources.measurements import check_varies
    from hwpred.spaces import get_space
    from hwpred.spaces.base import ArchitectureTable

    space, column = get_space(request["space"]), _column_of(request)
    data = _read(request, files(request)[0], space)
    table = ArchitectureTable(space, space.enumerate()) if space.sample is None else None
    architectures = architectures_of(data, space, table)
    found = _measured(data, space, architectures, column, request)
    if column == "value" and len(found.value) > 1:
        check_varies(data.name, found.value)
    missing = found.missing_rows if column == "value" else []
    warnings = _words(data, found, missing)
    if column == "value" and "accuracy" in data.columns and "accuracy" not in request:
        # A word about the study, not about the values: what builds the table is not told of accuracies.
        warnings.append(_UNUSED_ACCURACY)
    return FileSummary(len(found.operations), tuple(warnings))


def operation_key(space):
    """Return which number stands for which operation in the columns ``p0``, ``p1``, ... of a file.

    Parameters
    ----------
    space : str
        Key of the space.

    Returns
    -------
    dict
        Column -> {number: name of the operation}. What each position is of is written in ``config/README.md``.
    """
    from hwpred.spaces import get_space

    return {f"p{position}": dict(enumerate(names)) for position, names in enumerate(get_space(space).operations)}


def _words(data, found, missing_rows):
    """Sentences about how the file was read, what it lacks and what is strange about it."""
    missing = [f"left out, since the value is missing: {data.rows(missing_rows)}"] if missing_rows else []
    return [*data.remarks, *missing, *found.notes.get("warnings", ())]


def _column_of(request):
    # A file's columns are in any case.
    return "value" if request["kind"] == "target" else _quality(request).lower()


def _quality(request):
    return request.get("quality", ACCURACY)


def _load(request, paths, table, column, **facts):
    import numpy as np

    from hwpred.sources.measurements import check_measurements

    name = files(request)[0]
    data = _read(request, paths[name], table.space)
    architectures = architectures_of(data, table.space, table)
    found = _measured(data, table.space, architectures, column, request)
    _log(data, found)
    if unread := [_text(data, row, table.space) for row in np.flatnonzero(~_is_read(architectures))]:
        shown = ", ".join(unread[:_SHOWN]) + (", ..." if len(unread) > _SHOWN else "")
        logger.warning("%s: left out, since their files cannot be analysed: %s", data.name, shown)
    indices = [table.index_of(operations) for operations in found.operations]
    facts["missing"] = len({architectures[row] for row in found.missing_rows} - set(found.operations))
    origin = f"{name}, column {column!r}"
    return check_measurements(
        origin, indices, found.value, table, positive=column == "value", notes=found.notes, time=found.time, **facts
    )


def _log(data, found):
    for words in _words(data, found, found.missing_rows):
        logger.warning("%s: %s", data.name, words)
    if data.ignored:
        logger.info("%s: columns that are not used: %s", data.name, ", ".join(data.ignored))
    if "repeats" in found.notes:
        told = "%s: %d architectures were measured more than once and have the median; relative std of one value: %.2g"
        logger.info(told, data.name, *(found.notes["repeats"][key] for key in ("architectures", "std")))


def _read(request, path, space):
    """Read the file's known columns; InputError if one is missing that the request needs."""
    from hwpred.sources.formats import read_data_file

    one = len(space.columns) == 1
    positions = space.columns[0] if one else f"{space.columns[0]} to {space.columns[-1]}"
    words = f"architecture (or {positions}), value and, if known, {_quality(request)}"
    times = TIMES if request["kind"] == "target" else ()
    known = {"architecture", "value", ACCURACY, _quality(request).lower(), *space.columns, *times}
    data = read_data_file(path, request["file"], known.__contains__, words)
    check_columns(data, space, words, _column_of(request))
    return data


def check_columns(data, space, words, *more):
    """Check that a file has rows, and the columns that tell its architectures.

    Parameters
    ----------
    data : DataFile
    space : Space
    words : str
        The columns that a file may have, for the message.
    *more : str
        Further columns that it must have.

    Raises
    ------
    InputError
        If it lacks one of them, or has no rows.
    """
    by_position = any(name in data.columns for name in space.columns)
    needed = [*(space.columns if by_position else ["architecture"]), *more]
    missing = [name for name in needed if name not in data.columns]
    if missing:
        there = ", ".join(filter(None, [*data.columns, *data.ignored])) or "none"
        raise InputError(f"{data.name} lacks column {missing[0]!r}: it has {there}; its columns are {words}")
    if len(data) == 0:
        raise InputError(f"{data.name} has no rows below its header; give at least one")


def _measured(data, space, architectures, column, request):
    """Return the median of each architecture's values, with what must be said about them."""
    import numpy as np

    from hwpred.sources import remarks
    from hwpred.sources.cells import measured_values, moments

    value, read = measured_values(data, column, lambda row: _text(data, row, space)), _is_read(architectures)
    _check_values(data, space, column, value, read)
    rows = np.flatnonzero(read & ~np.isnan(value))
    numbers = {}
    group = np.array([numbers.setdefault(architectures[row], len(numbers)) for row in rows])
    parts = np.split(rows[np.argsort(group, kind="stable")], np.cumsum(np.bincount(group))[:-1])
    median = np.array([np.median(value[part]) for part in parts])
    notes = remarks.repeats([value[part] for part in parts]) if value[rows].min() > 0 else {}
    if strange := _strange(data, column, request, value, parts, median):
        notes["warnings"] = strange
    if data.ignored:
        notes["ignored_columns"] = data.ignored
    times = [moments(data, name, rows) for name in TIMES if name in data.columns]
    time = np.array([np.median(times[0][part]) for part in parts]) if times else None
    return _Found(list(numbers), median, np.flatnonzero(read & np.isnan(value)).tolist(), notes, time)


def _check_values(data, space, column, value, read):
    """Check that there are values, and that accuracies are no fractions."""
    import numpy as np

    if not read.any():
        first = next(iter(space.left_out.values()))
        raise InputError(f"{data.name}: none of its networks can be analysed; the first: {first}")
    known = value[read & ~np.isnan(value)]
    if len(known) == 0:
        raise InputError(f"{data.name}, column {column!r}: no values; give at least one")
    if column == ACCURACY and known.max() <= 1:
        raise InputError(f"{data.name}, column 'accuracy': no value is above 1, they look like fractions; give percent")


def _strange(data, column, request, value, parts, median):
    """Return in words what is strange about values; ``parts`` has the rows of each architecture."""
    import numpy as np

    from hwpred.sources import remarks

    rows, strange = np.sort(np.concatenate(parts)), []
    if value[rows].min() > 0:  # a spread in shares of the mean needs one; a quality may be negative
        strange += remarks.unsteady(value, parts, data.rows)
    if request["kind"] == "target":
        strange += remarks.wrong_direction(request["metric"], request["direction"])
        strange += remarks.other_unit(value[rows], lambda places: data.rows([rows[place] for place in places]))
        strange += remarks.little_spread(median)
    return strange


def _is_read(architectures):
    """Return of each architecture whether it is known; one of a file that cannot be analysed is not."""
    import numpy as np

    return np.array([min(row) >= 0 for row in architectures], dtype=bool)


def architectures_of(data, space, table=None):
    """Return the operations of each row.

    Parameters
    ----------
    data : DataFile
    space : Space
    table : ArchitectureTable or None
        The architectures that there are, where not all of the space are.

    Returns
    -------
    list of tuples of int
        ``UNREAD`` (``hwpred.spaces.network_files``) for a network whose file cannot be analysed.

    Raises
    ------
    InputError
        Of the first row that is no architecture of the space or the table.
    """
    found = []
    if "architecture" in data.columns:
        texts = [cell if isinstance(cell, str) else f"{cell:g}" for cell in data.columns["architecture"]]
        found.append(_each(data, texts, lambda text: _from_text(text, space)))
    if space.columns[0] in data.columns:
        found.append(_from_positions(data, space))
    for row, both in enumerate(zip(*found, strict=True)):
        if len(set(both)) > 1:
            columns = ", ".join(space.columns[:2])
            raise InputError(
                f"{data.name}, {data.row(row)}, architecture {_text(data, row, space)!r}: {columns}, ... "
                f"say {space.to_text(both[1])!r}; correct one, or leave these columns out"
            )
    if table is not None:
        _each(data, found[0], lambda row: table.index_of(row) if min(row) >= 0 else None)
    return found[0]


def _from_positions(data, space):
    from hwpred.sources.cells import texts_of, whole_numbers

    if space.declared:
        rows = zip(*(texts_of(data, name) for name in space.columns), strict=True)
        return _each(data, list(rows), space.from_cells)
    rows = list(zip(*(whole_numbers(data, name) for name in space.columns), strict=True))
    return _each(data, rows, space.check)


def _from_text(text, space):
    """Read an architecture; blanks and capitals, which no space writes, are forgiven."""
    try:
        return space.from_text(text)
    except ValueError as error:
        with suppress(ValueError):
            return space.from_text("".join(text.split()).lower())
        hint = "; numbers go into columns p0, p1, ... (config/README.md)" if _INDICES.fullmatch(text) else ""
        raise InputError(f"{error}{hint}") from error


def _each(data, items, read):
    """Apply to the item of each row, once to equal ones; what it raises gets the row in front."""
    known = {}
    for row, item in enumerate(items):
        if item not in known:
            try:
                known[item] = read(item)
            except ValueError as error:
                raise InputError(f"{data.name}, {data.row(row)}: {error}") from error
    return [known[item] for item in items]


def _text(data, row, space):
    """Text of a row's architecture as the file has it, or its numbers."""
    if "architecture" in data.columns:
        return data.columns["architecture"][row]
    cells = [data.columns[name][row] for name in space.columns]
    return "-".join(cell if isinstance(cell, str) else f"{cell:g}" for cell in cells)
