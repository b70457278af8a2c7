"""The tables between the stages: Parquet files with fixed columns, and metadata that travel with them.

A file appears whole or not at all: it is written beside its place and then renamed.
"""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_METADATA_KEY = b"hwpred"

COLUMNS = {
    "architectures": {"architecture": "int32", "operations": "str"},
    "targets": {"architecture": "int32", "value": "float64", "target": "float64"},
    "accuracy": {"architecture": "int32", "accuracy": "float64"},
    "measured": {"architecture": "int32", "value": "float32", "spread": "float32", "count": "int32"},
    "fits": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "test_size": "int32",
        "kendall_tau": "float64",
        "spearman": "float64",
        "pearson": "float64",
        "mae": "float64",
        "rmse": "float64",
        "deviation_mean": "float64",
        "deviation_std": "float64",
        "precision_at_10": "float64",
        "precision_at_20": "float64",
        "fit_seconds": "float64",
        "search_seconds": "float64",
        "predict_seconds": "float64",
        "search_gain": "float64",
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
        "median": "float32",
        "spread": "float32",
        "count": "int32",
        "error": "str",
        "core": "int32",
    },
    "selection": {
        "trial": "int32",
        "architectures": "int32",
        "deviation_std": "float64",
        "kendall_tau": "float64",
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
    },
    "predicted_selection": {
        "predictor": "str",
        "train_size": "int32",
        "seed": "int32",
        "architectures": "int32",
        "verification": "str",
        "verified": "int32",
        "kendall_tau": "float64",
        "deviation_std": "float64",
        "mra": "float64",
        "hypervolume": "float64",
        "best_hypervolume": "float64",
        "kept": "int32",
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
        "kendall_tau": "float64",
        "deviation_std": "float64",
        "mra_all": "float64",
        "mra_pareto": "float64",
        "lost": "float64",
    },
    "offers": {
        "strategy": "str",
        "predictor": "str",
        "train_size": "int32",
        "verified": "int32",
        "seconds": "float64",
        "mra_mean": "float64",
        "mra_std": "float64",
        "retained_mean": "float64",
        "retained_std": "float64",
        "seeds": "int32",
    },
    "explanation": {"train_size": "int32", "seed": "int32", "kind": "str", "part": "str", "value": "float64"},
    "evaluation": {
        "predictor": "str",
        "train_size": "int32",
        "measure": "str",
        "mean": "float64",
        "std": "float64",
        "q05": "float64",
        "q50": "float64",
        "q95": "float64",
        "seeds": "int32",
    },
}
"""Columns and types of each kind of table; ``architectures`` has ``p0``, ``p1``, ... (int8) besides."""


def write_table(frame, path, kind, metadata=None):
    """Write a table of that kind with its metadata.

    Parameters
    ----------
    frame : DataFrame
    path : str or Path
    kind : str
        Key of ``COLUMNS``.
    metadata : dict, optional
        Anything that JSON can hold.

    Raises
    ------
    ValueError
        If a column is missing or unknown.
    """
    _check_columns(frame.columns, path, kind)
    frame = frame.astype({name: dtype for name, dtype in COLUMNS[kind].items() if dtype != "str"})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata(
        {**(table.schema.metadata or {}), _METADATA_KEY: json.dumps(metadata or {}, sort_keys=True)}
    )
    with whole_file(path) as unfinished:
        pq.write_table(table, unfinished, compression="zstd")


def read_table(path, kind):
    """Read a table of that kind; ValueError names the file and the column that do not fit."""
    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"{path} cannot be read as the {kind} table ({error}); delete it and run again") from error
    _check_columns(frame.columns, path, kind)
    return frame


def read_tables(paths, kind):
    """Read several tables of that kind, or none, into one; ``combination`` tells which each row belongs to."""
    frames = [read_table(path, kind).assign(combination=read_metadata(path)["combination"]) for path in paths]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*COLUMNS[kind], "combination"])


def read_metadata(path):
    """Read the metadata that ``write_table`` stored."""
    return json.loads((pq.read_schema(path).metadata or {}).get(_METADATA_KEY, b"{}"))


def _check_columns(columns, path, kind):
    expected = list(COLUMNS[kind])
    extra = [name for name in columns if name not in expected]
    if kind == "architectures":
        extra = [name for name in extra if not (name.startswith("p") and name[1:].isdigit())]
    missing = [name for name in expected if name not in columns]
    if missing or extra:
        words = [f"lacks column {name!r}" for name in missing] + [f"has unknown column {name!r}" for name in extra]
        raise ValueError(f"{path}: the {kind} table {', '.join(words)}; its columns are {', '.join(expected)}")


@contextmanager
def whole_file(path):
    """Yield a temporary path beside ``path`` that takes its place if all goes well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.unfinished{path.suffix}")
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
