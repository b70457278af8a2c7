"""The tables between the stages: Parquet files of declared columns and types, with metadata that travel with them.

A file appears whole or not at all: it is written beside its place and then renamed. Its pages carry checksums, so that
a table that has changed on the disk is noticed where it is read.
"""

import hashlib
import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hwpred import __version__
from hwpred.errors import InputError

_METADATA_KEY = b"hwpred"
_DIGITS = 16
_TYPES = {
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "str": pa.large_string(),
    "bool": pa.bool_(),
}
_COLUMNS = {
    "architectures": {"architecture": "int32", "operations": "str"},
    "targets": {"architecture": "int32", "value": "float64", "target": "float64", "time": "float64"},
    "accuracy": {"architecture": "int32", "accuracy": "float64"},
    "measured": {
        "architecture": "int32",
        "value": "float32",
        "spread": "float32",
        "count": "int32",
        "started": "float64",
    },
    "fits": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "test_size": "int32",
        "kendall_tau": "float64?",
        "spearman": "float64?",
        "pearson": "float64?",
        "mae": "float64",
        "rmse": "float64",
        "deviation_mean": "float64",
        "deviation_std": "float64",
        "precision_at_10": "float64?",
        "precision_at_20": "float64?",
        "median_error_percent": "float64?",
        "within_10_percent": "float64?",
        "coverage_95": "float64?",
        "fit_seconds": "float64",
        "search_seconds": "float64",
        "predict_seconds": "float64",
        "search_gain": "float64?",
        "hyperparameters": "str",
    },
    "predictions": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "architecture": "int32",
        "target": "float32",
        "prediction": "float32",
    },
    "trainings": {"architecture": "int32", "seed": "int32", "accuracy": "float64"},
    "timings": {
        "architecture": "int32",
        "role": "str",
        "started": "float64",
        "median": "float32?",
        "spread": "float32?",
        "count": "int32",
        "error": "str",
        "core": "int32",
    },
    "selection": {
        "trial": "int32",
        "architectures": "int32",
        "deviation_std": "float64",
        "kendall_tau": "float64?",
        "mra_all": "float64",
        "mra_pareto": "float64",
        "hypervolume": "float64",
        "best_hypervolume": "float64",
        "selected": "int32",
        "kept": "int32",
    },
    "space_predictions": {
        "train_size": "int32",
        "seed": "int32",
        "architecture": "int32",
        "measured": "bool",
        "prediction": "float32",
        "std": "float32?",
    },
    "predicted_selection": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "architectures": "int32",
        "verification": "str",
        "verified": "int32",
        "kendall_tau": "float64?",
        "deviation_std": "float64",
        "mra": "float64",
        "hypervolume": "float64",
        "best_hypervolume": "float64",
        "kept": "int32",
    },
    "limited_selection": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "limit": "float64",
        "margin": "float64",
        "verification": "str",
        "verified": "int32",
        "broken": "bool",
        "overshoot_percent": "float64?",
        "quality_lost": "float64?",
        "measured": "int32",
        "found": "bool",
    },
    "adaptive_selection": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "mra": "float64",
        "hypervolume": "float64",
        "best_hypervolume": "float64",
        "kept": "int32",
        "seconds": "float64",
    },
    "comparison": {
        "predictor": "str",
        "family": "str",
        "train_size": "int32",
        "seed": "int32",
        "kind": "str",
        "kendall_tau": "float64?",
        "deviation_std": "float64",
        "mra_all": "float64",
        "mra_pareto": "float64",
        "hypervolume_lost_percent": "float64",
    },
    "offers": {
        "strategy": "str",
        "predictor": "str",
        "train_size": "int32",
        "verified": "int32",
        "seed": "int32",
        "seconds": "float64",
        "mra": "float64",
        "hypervolume_percent": "float64",
    },
    "explanation": {"train_size": "int32", "seed": "int32", "kind": "str", "part": "str", "value": "float64?"},
    "evaluation": {
        "predictor": "str",
        "train_size": "int32",
        "measure": "str",
        "mean": "float64?",
        "std": "float64?",
        "q05": "float64?",
        "q50": "float64?",
        "q95": "float64?",
        "seeds": "int32",
    },
}


def _schema(columns):
    return pa.schema([pa.field(name, _TYPES[word.rstrip("?")], word.endswith("?")) for name, word in columns.items()])


SCHEMAS = {kind: _schema(columns) for kind, columns in _COLUMNS.items()}
"""Arrow schema of each kind of table; a column that may hold missing values is nullable (``?`` above).

``architectures`` has one column a position besides, ``p0``, ``p1``, ... (int8, or int16 where a position
has more than 128 operations), and of networks in files ``counts/<name>`` (float64).
"""
COLUMNS = {kind: tuple(schema.names) for kind, schema in SCHEMAS.items()}
"""Names of the columns of each kind."""
OPTIONAL = {"measured": ("started",), "targets": ("time",)}
"""Columns that a table of the kind lacks where it is not known when its rows were measured."""
OVER_SEEDS = ("evaluation", "explanation")
"""Kinds whose rows are about all seeds of a study."""


_MADE_BY, _ASKED = {}, {}
_OF_SIZES, _OF_SEEDS = ("run_seed", "train_sizes", "test_size"), ("seeds",)
_NOTED_LATER = ("kind", "block", "name", *_OF_SIZES, *_OF_SEEDS)
"""Metadata that tables of earlier versions lack."""
_PLACES = ("file", "folder", "cache", "command")
"""Settings that tell where something lies, which differs from one machine to another."""


def say_what_made_them(params):
    """Let each table that this process writes from now on say what made it.

    Its metadata get ``made_by``: ``code``, the hash of the code (``hwpred.study.code``), and ``settings``, a hash of
    all other parameters but for the places of files.

    Parameters
    ----------
    params : iterable of (str, object)
        Names and values of the parameters of the job, ``code`` among them.
    """
    settings = dict(params)
    _MADE_BY.update(code=settings.pop("code"))
    text = json.dumps(_without_places(settings), sort_keys=True, default=str)
    _MADE_BY.update(settings=hashlib.sha256(text.encode()).hexdigest()[:12])


def say_what_is_asked(asked):
    """Let each table of fits, or made of fits, that this process writes or reads be one that the study asks for.

    Those that it writes note it in their metadata; others than those are refused.

    Parameters
    ----------
    asked : dict
        Combination -> ``run_seed``, ``train_sizes``, ``test_size`` and, for tables over all seeds, ``seeds``.
    """
    _ASKED.update(asked)


def asked_of(kind, metadata, asked):
    """Return what the study asks of one table; a block of seeds is a part of it, however many seeds there are.

    Parameters
    ----------
    kind : str
    metadata : dict
        Of the table.
    asked : dict
        As ``say_what_is_asked`` takes it.

    Returns
    -------
    dict
        Metadata that the table must have; empty of one that is not of fits.
    """
    keys = _OF_SIZES if "train_size" in COLUMNS[kind] else ()
    keys += _OF_SEEDS if kind in OVER_SEEDS else ()
    told = asked.get(metadata.get("combination"), {})
    return {key: told[key] for key in keys if key in told}


def _without_places(value):
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in _PLACES}
    return [_without_places(inner) for inner in value] if isinstance(value, list | tuple) else value


def write_table(frame, path, kind, metadata=None):
    """Write a table of that kind with its metadata.

    Parameters
    ----------
    frame : DataFrame
        Numbers are converted to the column's type where nothing is lost but precision.
    path : str or Path
    kind : str
        Key of ``SCHEMAS``.
    metadata : dict, optional
        Anything that JSON can hold. ``kind``, ``hwpred``, the version that wrote the table, and what made it
        (``say_what_made_them``, ``say_what_is_asked``) are added.

    Raises
    ------
    ValueError
        If a column is missing, unknown, of another type, or lacks values that it must have.
    """
    fields = _fields(frame.columns, path, kind, [name for name in frame if _is_wide(frame[name])])
    arrays = [_converted(frame[field.name], field, path, kind) for field in fields]
    # Metadata are often handed on from another table: what made that one did not make this one.
    told = {key: value for key, value in (metadata or {}).items() if key != "made_by"}
    told |= asked_of(kind, told, _ASKED)
    made_by = {"made_by": _MADE_BY} if _MADE_BY else {}
    # Whether a column may be null is checked above; a table as pandas would write it is read by every other tool.
    table = pa.table(arrays, schema=pa.schema([field.with_nullable(True) for field in fields]))
    facts = {**told, **made_by, "kind": kind, "hwpred": __version__, "rows_digest": _digest_of_rows(table)}
    text = json.dumps({**facts, "metadata_digest": _digest_of_facts(facts)}, sort_keys=True)
    with whole_file(path) as unfinished:
        table = table.replace_schema_metadata({_METADATA_KEY: text})
        pq.write_table(table, unfinished, compression="zstd", write_page_checksum=True)


def read_table(path, kind, expect=None):
    """Read a table of that kind.

    Parameters
    ----------
    path : str or Path
    kind : str
        Key of ``SCHEMAS``.
    expect : dict, optional
        Metadata that the table must have, such as ``{"combination": ...}``.

    Returns
    -------
    DataFrame

    Raises
    ------
    InputError
        If the file is torn or has changed on the disk, is of another kind, belongs to something else than expected, or
        its columns, types or missing values are not those of its kind.
    """
    with _readable(path, kind), pq.ParquetFile(path, page_checksum_verification=True) as file:
        metadata, digest = _stored_metadata(file.schema_arrow)
        _check_metadata(metadata, path, kind, expect)
        table = file.read()
        table.validate(full=True)
    wide = [field.name for field in table.schema if field.type == _TYPES["int16"]]
    for field in _fields(table.column_names, path, kind, wide):
        _check_type(table[field.name], field, path, kind)
        _check_missing(table[field.name], field, path, kind)
    with _readable(path, kind):
        _check_digest("rows", digest, _digest_of_rows(table))
    return table.to_pandas()


def read_tables(paths, kind, expect=lambda path: None):
    """Read several tables of one kind, or none, into one.

    Parameters
    ----------
    paths : iterable of str or Path
    kind : str
        A key of ``SCHEMAS``.
    expect : callable
        From a path to the metadata that its table must have: ``of_combination``, ``of_predictor``.

    Returns
    -------
    DataFrame
        The columns of the kind, and ``combination``, which tells to which one each row belongs.

    Raises
    ------
    InputError
        As of ``read_table``.
    """
    frames = [
        read_table(path, kind, expect(path)).assign(combination=read_metadata(path)["combination"]) for path in paths
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*COLUMNS[kind], "combination"])


def of_combination(path):
    """Return the metadata that a table of one combination must have, which lies at ``<combination>.parquet``."""
    return {"combination": Path(path).stem}


def of_name(path):
    """Return the same for one of measurements, which lies at ``<name>.parquet``."""
    return {"name": Path(path).stem}


def of_predictor(path):
    """Return the same for one at ``<combination>/<predictor>/<seeds>.parquet``."""
    combination, predictor = Path(path).parts[-3:-1]
    return {"combination": combination, "predictor": predictor, "block": Path(path).stem}


def read_metadata(path, kind=None, expect=None):
    """Read the metadata that ``write_table`` stored.

    Parameters
    ----------
    path : str or Path
    kind : str, optional
        What the table must be. One of a version that did not note the kind passes.
    expect : dict, optional
        Keys with the values that they must have.

    Returns
    -------
    dict
        ``kind`` and ``hwpred`` (the version) included.

    Raises
    ------
    InputError
        If the file is no table of this project, is torn, or is not what it must be.
    """
    with _readable(path, kind):
        metadata, _ = _stored_metadata(pq.read_schema(path))
    _check_metadata(metadata, path, kind, expect)
    return metadata


def _stored_metadata(schema):
    """Return the metadata of a table, and the digest of its rows; None where a version wrote it that noted none."""
    metadata = json.loads((schema.metadata or {}).get(_METADATA_KEY, b"null"))
    if not isinstance(metadata, dict):
        return metadata, None
    digest, rows = (metadata.pop(key, None) for key in ("metadata_digest", "rows_digest"))
    if digest is None and rows is not None:
        raise pa.ArrowInvalid("its metadata lack their digest")
    _check_digest("metadata", digest, _digest_of_facts({**metadata, "rows_digest": rows}))
    return metadata, rows


def _check_digest(what, written, found):
    if written not in (None, found):
        raise pa.ArrowInvalid(f"its {what} are not those that were written")


def _digest_of_facts(facts):
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def _digest_of_rows(table):
    """Return a digest of the columns' names and values; missing numbers count as NaN, however they are stored.

    Parquet's own checksums leave out the end of a file, which says how many rows there are, and what they are.
    """
    digest = hashlib.sha256(json.dumps(table.column_names).encode())
    for column in table.columns:
        if _family(column.type) == "text":
            digest.update(pc.binary_length(column).to_numpy().astype("<i8").tobytes())
            digest.update("".join(column.to_pylist()).encode())
            continue
        values = column.to_numpy()
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.nan, values)
        digest.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()[:_DIGITS]


def _check_metadata(metadata, path, kind, expect):
    if not isinstance(metadata, dict):
        raise InputError(f"{path} lacks the metadata of {_named(kind)}; {_advice(kind)}")
    known = metadata.get("kind")
    asked = asked_of(known, metadata, _ASKED) if known in COLUMNS else {}
    expected = {**({"kind": kind} if kind else {}), **(expect or {}), **asked}
    for key, value in expected.items():
        if metadata.get(key) != value and (key in metadata or key not in _NOTED_LATER):
            raise InputError(f"{path}: its {key} is {metadata.get(key)!r}, not {value!r}; {_advice(kind)}")


def _named(kind):
    return f"the {kind} table" if kind else "a table of hwpred"


def _advice(kind):
    return "get the file again, or measure again" if kind == "measured" else "delete it and run again"


@contextmanager
def _readable(path, kind):
    """Say which file it is that cannot be read."""
    try:
        yield
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path} cannot be read as {_named(kind)} ({reason}); {_advice(kind)}") from error


def _fields(columns, path, kind, wide):
    """Return the declared field of each of these columns, in their order; wide positions are int16."""
    declared = {field.name: field for field in SCHEMAS[kind]}
    if kind == "architectures":
        positions = [name for name in columns if name.startswith("p") and name[1:].isdigit()]
        types = {name: _TYPES["int16" if name in wide else "int8"] for name in positions}
        types |= {name: _TYPES["float64"] for name in columns if name.startswith("counts/")}
        declared |= {name: pa.field(name, own, nullable=False) for name, own in types.items()}
    missing = [name for name in declared if name not in (*columns, *OPTIONAL.get(kind, ()))]
    extra = [name for name in columns if name not in declared]
    if missing or extra:
        words = [f"lacks column {name!r}" for name in missing] + [f"has unknown column {name!r}" for name in extra]
        raise InputError(f"{path}: the {kind} table {', '.join(words)}; its columns are {', '.join(COLUMNS[kind])}")
    return [declared[name] for name in columns]


def _is_wide(column):
    """Whether numbers of operations are too large for int8."""
    return pd.api.types.is_integer_dtype(column) and len(column) > 0 and column.max() > np.iinfo(np.int8).max


def _converted(column, field, path, kind):
    """Return a column as an array of its declared type; never text as numbers, or numbers without their fraction."""
    try:
        array = pa.array(column, from_pandas=True)
        if not pa.types.is_null(array.type) and _family(array.type) != _family(field.type):
            raise pa.ArrowInvalid(f"it is of type {array.type}")
        array = array.cast(field.type)
    except pa.ArrowException as error:
        raise InputError(f"{path}: column {field.name!r} of the {kind} table is no {field.type} ({error})") from error
    _check_missing(array, field, path, kind)
    return array


def _check_type(column, field, path, kind):
    found = column.type
    is_right = _family(found) == "text" if _family(field.type) == "text" else found == field.type
    if not is_right and not (pa.types.is_null(found) and len(column) == 0):
        raise InputError(
            f"{path}: column {field.name!r} of the {kind} table is of type {found}, not {field.type}; {_advice(kind)}"
        )


def _check_missing(column, field, path, kind):
    """NaN counts as missing: pandas knows no difference."""
    missing = column.is_null(nan_is_null=True)
    if not field.nullable and (count := pc.sum(missing).as_py()):
        row = pc.index(missing, True).as_py()
        raise InputError(
            f"{path}: column {field.name!r} of the {kind} table lacks {count} of {len(column)} values, the first in "
            f"row {row + 1}; {_advice(kind)}"
        )


def _family(kind):
    """Types that a column may be converted between."""
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    return "text" if pa.types.is_large_string(kind) or pa.types.is_string(kind) else str(kind)


@contextmanager
def whole_file(path):
    """Yield a temporary path beside ``path`` that takes its place if all goes well; of a link, of what it leads to."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        # An administrator, as in most containers, would replace /dev/null for all programs.
        raise InputError(f"{path} is no regular file, so that none can take its place; write into another one")
    unfinished = target.with_name(f".{target.stem}.{os.getpid()}.unfinished{target.suffix}")
    try:
        yield unfinished
        os.replace(unfinished, target)
    except OSError as error:
        if str(error.filename) == str(unfinished):  # nobody has given that name
            error.filename = str(path)
        raise
    finally:
        with suppress(OSError):  # it is not there, or its name is too long
            unfinished.unlink()
