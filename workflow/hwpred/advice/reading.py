"""A person's measurements and accuracies, as files or in memory, read by the reader of ``hwpred.sources.table``."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from hwpred.errors import InputError
from hwpred.spaces import get_space, space_keys
from hwpred.spaces.base import Space

_PREDICTED = frozenset(
    ("architecture", "value", "std", "lower", "upper", "measured", "probability", "predicted", "gain", "std_after")
)
"""Columns of what is predicted, chosen or suggested, beside which a quality has its own."""
_IN_MEMORY = "dataframe.csv"
"""What messages call a table that is no file."""


@dataclass(frozen=True)
class Rows:
    """One number for each of several different architectures.

    Attributes
    ----------
    operations : int array of shape (n, positions)
        In the order in which the architectures stand in the file first.
    value : float array of shape (n,)
        The metric, or the accuracy in % or another quality; of an architecture with several rows the median.
    direction : str
        ``"smaller"`` or ``"larger"`` is better.
    notes : dict
        What the reader says of the rows: ``repeats``, ``warnings``, ``ignored_columns``.
    time : float array of shape (n,) or None
        When each was measured, where the file says so; of an architecture with several rows the median.
    """

    operations: np.ndarray
    value: np.ndarray
    direction: str
    notes: dict
    time: np.ndarray | None = None


def read_measurements(data, space, metric, unit, direction=None):
    """Read measurements of a device.

    Parameters
    ----------
    data : str, Path or DataFrame
        A file as ``hwpred.sources.table`` describes, or a table with its columns; of timm's networks also what timm's
        ``benchmark.py`` wrote, unchanged.
    space : str or Space
    metric, unit : str
        As of ``hwpred.fit``.
    direction : str, optional
        ``"smaller"`` or ``"larger"``; a known metric has its own.

    Returns
    -------
    Rows

    Raises
    ------
    InputError
        One sentence that names the file, the row, and what to do.
    """
    from hwpred.sources import table, timm_csv
    from hwpred.sources.requests import DIRECTIONS

    space = known_space(space)
    if direction is None and metric not in DIRECTIONS:
        raise InputError(f"metric {metric!r} is none of {', '.join(DIRECTIONS)}: say which direction is better")
    facts = {"metric": metric, "unit": unit, "direction": direction or DIRECTIONS[metric]}
    load = table.load_target
    if str(space) == "zoo" and timm_csv.is_benchmark(data):
        if unit != timm_csv.UNIT:
            raise InputError(
                f"unit is {unit!r}, and what timm's benchmark.py wrote is read in {timm_csv.UNIT}; give that"
            )
        load = timm_csv.load_target
    # The accuracy is known elsewhere, so that a column of it needs no remark.
    return _read(data, {"kind": "target", "space": space, "accuracy": True, **facts}, load)


def read_accuracies(accuracy, space, quality="accuracy", direction=None):
    """Read accuracies in %, or another quality.

    Parameters
    ----------
    accuracy : str, Path, DataFrame, Series, dict, or array
        A file or table with the columns ``architecture`` and ``accuracy``; accuracies by the architectures' texts; or
        one accuracy for each architecture of the space, in index order.
    space : str or Space
    quality : str
        What it is, and what its column is called: ``"accuracy"``, or another word such as ``"perplexity"``.
    direction : str, optional
        ``"smaller"`` or ``"larger"`` is better; needed for a quality that hwpred does not know.

    Returns
    -------
    Rows
    """
    import pandas as pd

    from hwpred.sources import table

    direction = check_quality(quality, direction)
    if isinstance(accuracy, Mapping | pd.Series):
        accuracy = pd.Series(accuracy).rename_axis("architecture").rename(quality).reset_index()
    elif not isinstance(accuracy, str | os.PathLike | pd.DataFrame):
        return _in_index_order(np.asarray(accuracy), space, quality, direction)
    request = {"kind": "accuracy", "space": space, "quality": quality, "direction": direction}
    return _read(accuracy, request, table.load_accuracy)


def check_quality(quality, direction=None):
    """Return which values of a quality are better.

    Parameters
    ----------
    quality : str
        ``"accuracy"``, ``"perplexity"``, or a word of your own.
    direction : str, optional
        ``"smaller"`` or ``"larger"``; needed for a quality that hwpred does not know.

    Returns
    -------
    str
        ``"smaller"`` or ``"larger"``.

    Raises
    ------
    InputError
        If nobody says so, another direction is given than hwpred knows, or tables have another column of that name.
    """
    from hwpred.sources.requests import DIRECTIONS, LARGER, SMALLER

    if quality.lower() in _PREDICTED:
        raise InputError(f"quality {quality!r} is a column of predictions; call it by another name")
    direction = direction or DIRECTIONS.get(quality)
    if direction not in (SMALLER, LARGER) or DIRECTIONS.get(quality, direction) != direction:
        known = DIRECTIONS.get(quality, "'smaller' or 'larger'")
        raise InputError(f"direction of {quality!r} is {direction!r}; say which values of it are better: {known}")
    return direction


def read_architectures(architectures, space):
    """Return architectures as operations.

    Parameters
    ----------
    architectures : "all", sequence of str, or int array of shape (n, positions)
        ``"all"`` of a space that can be enumerated.
    space : str or Space

    Returns
    -------
    int array of shape (n, positions)

    Raises
    ------
    InputError
        If one is no architecture of the space.
    """
    known = get_space(space)
    if isinstance(architectures, str):
        if architectures != "all":
            raise InputError(f'architectures are a list of texts, or "all", not the text {architectures!r}')
        return every(space)
    said = 'architectures are a list of texts, an array of operations, or "all"'
    architectures = as_list(architectures, said, "architecture")
    found, texts = [], _by_text(space)
    for row, architecture in enumerate(architectures):
        try:
            if isinstance(architecture, str):
                found.append(texts.get(architecture) or known.from_text(architecture))
            else:
                found.append(known.check(_whole(architecture)))
        except ValueError as error:
            raise InputError(f"architecture {row + 1} of {len(architectures)}: {error}") from error
    return np.array(found, dtype=np.int64).reshape(len(found), known.positions)


def as_list(given, said, column):
    """Return what somebody asks about as a list.

    Parameters
    ----------
    given : iterable
    said : str
        What it should be.
    column : str
        Of a table, the one that would do: of the whole table, the names of its columns would be read.

    Returns
    -------
    list

    Raises
    ------
    InputError
        If it is a table, or nothing that can be listed.
    """
    if hasattr(given, "columns") or not isinstance(given, Iterable):
        raise InputError(f"{said}, not a {type(given).__name__}; of a table, give its column {column}")
    return list(given)


def architectures_in(file, space):
    """Return the architectures that a file lists, in its order.

    Parameters
    ----------
    file : str or Path
        As ``hwpred.sources.table`` reads files of measurements; values are not needed.
    space : str or Space

    Returns
    -------
    int array of shape (n, positions), or list of str
        Of networks in files their names, which may be those of further files.

    Raises
    ------
    InputError
        One sentence that names the file, the row, and what to do.
    """
    from hwpred.advice.network_files import is_network_files
    from hwpred.sources import table
    from hwpred.sources.formats import read_data_file

    known = get_space(space)
    one = len(known.columns) == 1
    words = f"architecture, or {known.columns[0]}{'' if one else f' to {known.columns[-1]}'}"
    data = read_data_file(file, str(file), {"architecture", *known.columns}.__contains__, words)
    table.check_columns(data, known, words)
    if is_network_files(known):
        return data.columns.get("file", data.columns.get("architecture"))
    return np.array(table.architectures_of(data, known), dtype=np.int64)


def check_operations(operations, space):
    """Return operations of a search as an array, once all of them are known to be architectures of the space.

    Parameters
    ----------
    operations : int array of shape (n, positions)
    space : str or Space

    Returns
    -------
    int array of shape (n, positions)

    Raises
    ------
    InputError
        If they are of another shape, or one is no architecture of the space.
    """
    known, operations = get_space(space), np.asarray(operations)
    if not len(operations):
        return np.empty((0, known.positions), dtype=np.int64)
    if operations.ndim != 2 or operations.shape[1] != known.positions or operations.dtype.kind not in "iuf":
        raise InputError(
            f"operations are an array of {operations.dtype} of shape {operations.shape}; {space} needs one of int and "
            f"of shape (architectures, {known.positions})"
        )
    wrong = np.flatnonzero((operations != np.floor(operations)).any(axis=1) | ~known.holds(operations))
    if len(wrong):
        raise InputError(
            f"architecture {wrong[0] + 1} of {len(operations)}: {operations[wrong[0]].tolist()} is none of {space}"
        )
    return operations if operations.dtype.kind in "iu" else operations.astype(np.int64)


def _whole(operations):
    """Check that the operations of one architecture are whole numbers, of any type; return them."""
    try:
        if all(operation == int(operation) for operation in operations):
            return operations
    except (TypeError, ValueError, OverflowError):  # no sequence, or of no numbers
        pass
    raise ValueError(f"{operations!r} is neither a text nor a row of whole numbers, one a position")


@cache
def every(space):
    """Return all architectures of a space in index order (not to be changed), or say that there are too many."""
    try:
        return get_space(space).enumerate()
    except ValueError as error:
        raise InputError(
            f"{space} has too many architectures to go through all of them; name those that you are interested in"
        ) from error


@cache
def _by_text(space):
    """Return the operations of all architectures by their texts; none if there are too many. Reading takes longer."""
    known = get_space(space)
    rows = known.enumerate().tolist() if known.sample is None else []
    return {known.to_text(row): tuple(row) for row in rows}


def known_space(space, networks=None, dimensions=None):
    """Return the key of a space of hwpred, the space that a file declares, or that of networks in files.

    Parameters
    ----------
    space : str, Path, Space or None
        A key, or the YAML file of a declared space (``docs/your_space.md``).
    networks, dimensions :
        As of ``hwpred.sources.network_files.read_networks``.

    Returns
    -------
    str or Space
        The key of a space of hwpred; else the space itself, declared or of networks in files.

    Raises
    ------
    InputError
        If there is no such space, or the file has a mistake.
    """
    from hwpred.sources import network_files
    from hwpred.sources.own_space import is_declaration, read_space

    if networks is not None:
        if space not in (None, network_files.KEY):
            raise InputError(
                f"space is {space!r}, and networks in files are of the space {network_files.KEY}; give one"
            )
        return network_files.read_networks(networks, dimensions)
    if dimensions:
        raise InputError("dimensions are those of ONNX files; name these as networks, too, or leave them out")
    if space in (None, network_files.KEY) and not isinstance(space, Space):
        raise InputError(
            "networks are missing: name the folder of ONNX files, or the search space of the architectures"
        )
    if isinstance(space, Space):
        return space if space.declared else space.key
    if is_declaration(space):
        return read_space(space)
    if space not in space_keys():
        raise InputError(
            f"unknown space {space!r}; use one of {', '.join(space_keys())}, or the YAML file that declares yours"
        )
    return space


class _AsTheyCome:
    """In place of a space's table of architectures: numbers them in the order in which they are asked for."""

    def __init__(self, space):
        self.space, self.numbers = get_space(space), {}

    def __len__(self):
        return len(self.numbers)

    def index_of(self, operations):
        return self.numbers.setdefault(tuple(operations), len(self.numbers))


def _read(data, request, load):
    _check_is_table(data)
    with tempfile.TemporaryDirectory() as folder:
        path, name = data, str(data)
        if not isinstance(data, str | os.PathLike):
            path, name = Path(folder) / _IN_MEMORY, _IN_MEMORY
            data.to_csv(path, index=False)
        table = _AsTheyCome(request["space"])
        found = load({**request, "file": name}, {name: path}, table)
    operations = np.array(list(table.numbers), dtype=np.int64)[found.architecture]
    return Rows(operations, found.value, found.direction, found.notes, found.time)


def _check_is_table(data):
    """Check that data are a DataFrame, or a file that is there."""
    import pandas as pd

    from hwpred.sources.table import SUFFIXES

    if isinstance(data, pd.DataFrame):
        return
    if not isinstance(data, str | os.PathLike):
        raise InputError(f"the rows are a {type(data).__name__}; give a DataFrame, or the path of a file")
    if not os.path.exists(data):  # of a name that no file system takes, too, at which Path.exists fails
        raise InputError(f"{data} does not exist; give the path of a file, or a DataFrame")
    if not os.path.isdir(data) and not str(data).lower().endswith(SUFFIXES):
        raise InputError(f"{data} ends in none of {', '.join(SUFFIXES)}; name the file by what it holds")
    if Path(data).is_dir():
        raise InputError(f"{data} is a folder; give the path of a file, or a DataFrame")


def _in_index_order(accuracy, space, quality, direction):
    operations = every(space)
    if accuracy.shape != (len(operations),):
        raise InputError(
            f"accuracies of shape {accuracy.shape}: give one for each of the {len(operations):,} architectures of "
            f"{space} in index order, or a table with the columns architecture and {quality}"
        )
    if not (np.issubdtype(accuracy.dtype, np.number) and np.isfinite(accuracy).all()):
        raise InputError("accuracies must be numbers; leave out architectures without one by giving a table")
    return Rows(operations, accuracy.astype(float), direction, {})
