"""A user's own measurements: one CSV or Parquet file for one combination.

Columns: ``architecture`` (text as the space writes it) or one operation index a position (``p0``, ``p1``,
...); ``value``, the metric; optionally ``accuracy`` in %. The request says where the file lies (``file``)
and what the values are (``unit``, ``direction``, optionally ``batch_size``).
"""

from hwpred.sources.requests import DIRECTIONS, LARGER, SMALLER, check_request

_FORMATS = (".csv", ".parquet")


def files(request):
    """Return the request's own file; ValueError if the request lacks a key."""
    from pathlib import PurePath

    check_request("table", request, kind=("target", "accuracy"))
    name = request.get("file")
    if not isinstance(name, str) or PurePath(name).suffix not in _FORMATS:
        raise ValueError(f"source table needs the key 'file', a path ending in {' or '.join(_FORMATS)}, not {name!r}")
    if request["kind"] == "target":
        check_request("table", request, direction=(SMALLER, LARGER))
        if not request.get("unit"):
            raise ValueError(f"source table needs the key 'unit' for {name}, such as 'ms'")
    return [name]


def load_target(request, paths, table):
    """Return the values of the column ``value``."""
    facts = {key: request.get(key) for key in ("unit", "direction", "batch_size")}
    return _load(request, paths, table, "value", **facts)


def load_accuracy(request, paths, table):
    """Return the values of the column ``accuracy``, in %."""
    return _load(request, paths, table, "accuracy", unit="%", direction=DIRECTIONS["accuracy"])


def _load(request, paths, table, column, **facts):
    from hwpred.sources.measurements import check_measurements

    path = paths[files(request)[0]]
    frame = _read(path)
    _check_columns(path, frame, column, table.space)
    values = _numbers(path, frame, column)
    return check_measurements(f"{path}, column {column!r}", _indices(path, frame, table), values, table, **facts)


def _read(path):
    """Read the file, a CSV as text, so that a message can show what stands there."""
    import pandas as pd
    import pyarrow as pa

    try:
        if str(path).endswith(".csv"):
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        else:
            frame = pd.read_parquet(path).reset_index(drop=True)
    except (ValueError, pa.ArrowInvalid) as error:
        raise ValueError(f"{path} cannot be read as a table ({str(error).strip()}); correct the file") from error
    if not isinstance(frame.index, pd.RangeIndex):
        raise ValueError(f"{path}: its rows have more fields than its header; correct the file")
    return frame


def _check_columns(path, frame, column, space):
    positions = [f"p{i}" for i in range(space.positions)]
    identity = ["architecture"] if "architecture" in frame else positions
    missing = [name for name in [*identity, "value", column] if name not in frame]
    extra = [name for name in frame if name not in [*identity, "value", "accuracy"]]
    if missing or extra:
        wrong = f"lacks column {missing[0]!r}" if missing else f"has unknown column {extra[0]!r}"
        raise ValueError(
            f"{path} {wrong}; its columns are architecture (or {positions[0]} to {positions[-1]}), value and, "
            "if known, accuracy"
        )


def _numbers(path, frame, column, *, whole=False):
    """Convert a column to numbers, or name the first row that holds none (rows count from 1 below the header)."""
    import pandas as pd

    numbers = pd.to_numeric(frame[column], errors="coerce").astype(float)
    wrong = numbers.isna() | (whole & (numbers % 1 != 0))
    if wrong.any():
        row = int(wrong.argmax())
        kind = "whole number" if whole else "number"
        raise ValueError(
            f"{path}, row {row + 1}, column {column!r}: {frame[column][row]!r} is no {kind}; correct or remove the row"
        )
    return numbers.to_numpy()


def _indices(path, frame, table):
    """Return each row's architecture, or name the first row that is none of the table's."""
    space = table.space
    if "architecture" in frame:
        rows, read = frame["architecture"], space.from_text
    else:
        columns = [_numbers(path, frame, f"p{i}", whole=True) for i in range(space.positions)]
        rows, read = zip(*columns, strict=True), space.check
    indices = []
    for row, architecture in enumerate(rows, start=1):
        try:
            indices.append(table.index_of(read(architecture)))
        except ValueError as error:
            raise ValueError(f"{path}, row {row}: {error}") from error
    return indices
