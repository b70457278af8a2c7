"""Networks in files: a folder or a list of ONNX files as a space, and what a device says about such files."""

import logging
import os
from pathlib import Path

import numpy as np

from hwpred.errors import InputError
from hwpred.spaces.network_files import ALL_CLASSES, NetworkFiles
from hwpred.spaces.operator_counts import COLUMNS

logger = logging.getLogger(__name__)

KEY, SUFFIX = NetworkFiles.key, ".onnx"
MOST_FILES = 20_000
LESS = 0.1
"""Share by which operators are made cheaper, to see how much of the metric they are."""


def is_network_files(space):
    """Return whether a space is one of networks in files."""
    return isinstance(space, NetworkFiles)


def files_of(folder):
    """Return the ONNX files of a folder and of the folders in it, sorted.

    Raises
    ------
    InputError
        If there is no such folder, or none or too many in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name the one that holds the ONNX files")
    found = []
    for place, _, names in os.walk(folder):
        found += [Path(place) / name for name in names if name.lower().endswith(SUFFIX)]
        if len(found) > MOST_FILES:
            raise InputError(f"{folder} holds more than {MOST_FILES:,} ONNX files; name a folder of fewer")
    if not found:
        raise InputError(f"{folder} holds no file that ends in {SUFFIX}; name the folder of the networks")
    return sorted(found)


def read_networks(networks, dimensions=None):
    """Read networks as a space.

    Parameters
    ----------
    networks : str, Path or sequence of them
        A folder, whose files are then called by their paths within it; or files, called by their paths.
    dimensions : dict, optional
        As of ``hwpred.networks.onnx_files.read_graph``.

    Returns
    -------
    NetworkFiles
        Without those that cannot be analysed: the log says which, and why.

    Raises
    ------
    InputError
        If there is no folder or file, or none of them can be analysed.
    """
    if isinstance(networks, str | os.PathLike):
        folder, paths = Path(networks), files_of(networks)
        names = [path.relative_to(folder).as_posix() for path in paths]
    else:
        folder, paths = None, [Path(path) for path in networks]
        names = [path.as_posix() for path in paths]
    rows, kept, digests, left_out = [], [], [], {}
    for name, path in zip(names, paths, strict=True):
        try:
            counts, digest = _counted(path, dimensions)
        except InputError as error:
            if len(paths) == 1:
                raise
            left_out[name] = str(error)
            logger.warning("left out: %s", error)
            continue
        rows.append([float(counts[column]) for column in COLUMNS])
        kept.append(name)
        digests.append(digest)
    if not rows:
        raise InputError(
            f"none of the {len(paths)} networks can be analysed; the first: {next(iter(left_out.values()))}"
        )
    space = NetworkFiles(kept, rows, digests, dimensions, left_out)
    space.folder = folder
    return space


def _counted(path, dimensions):
    try:
        from hwpred.networks.onnx_files import read_graph
        from hwpred.networks.onnx_operators import operators_of
        from hwpred.networks.operator_views import counts_of
    except ImportError as error:
        raise InputError("reading ONNX needs the package onnx: pip install onnx") from error
    graph = read_graph(path, dimensions)
    network = operators_of(graph)
    if network.unknown:
        words = "%s: operators that hwpred does not know count as the bytes that they move: %s"
        logger.warning(words, path, ", ".join(network.unknown))
    return counts_of(network), graph.digest


def with_more(device, other, strict=True):
    """Return a device that knows further networks, and where those are in its space.

    Parameters
    ----------
    device : Device
    other : NetworkFiles
    strict : bool
        Whether two different networks must have different names.

    Returns
    -------
    device : Device
    places : int array
    """
    grown, places = device.space.joined(other)
    if strict and (twice := _first_twice(grown.names)):
        raise InputError(
            f"{twice} is another network than that of the same name that the device knows; rename the file"
        )
    return device.over(grown), places


def _first_twice(names):
    return next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None


def asked(device, networks):
    """Return the device, the networks that somebody asks about, as operations, and what to call them.

    Parameters
    ----------
    device : Device
    networks : "all", a folder, or a sequence of files, of names that the device knows, or of operations
    """
    if isinstance(networks, str | os.PathLike):
        if networks == "all":
            return device, device.space.enumerate(), list(device.space.names)
        networks = files_of(networks)
    networks = list(networks)
    if not all(isinstance(each, str | os.PathLike) for each in networks):
        operations = np.asarray(networks, dtype=np.int64).reshape(len(networks), 1)
        return device, operations, [device.space.to_text(row) for row in operations]
    names = [Path(each).as_posix() for each in networks]
    files = [name for name in names if _is_file(device, name)]
    try:
        places = {name: device.space.from_text(name)[0] for name in names if name not in files}
    except ValueError as error:
        raise InputError(str(error)) from error
    if files:
        read = read_networks(files, device.space.dimensions)
        device, found = with_more(device, read, strict=False)
        places |= dict(zip(read.names, found.tolist(), strict=True))
    # A file that cannot be analysed has no place.
    told = [name for name in names if places.get(name, -1) >= 0]
    return device, np.array([places[name] for name in told], dtype=np.int64).reshape(len(told), 1), told


def _is_file(device, name):
    """Whether a text names a file rather than a network that the device knows."""
    return Path(name).exists() or (name not in device.space.names and name.endswith(SUFFIX))


def class_costs(device):
    """Return what operators of each class cost on a device, over the networks that were measured.

    If the operators of a class computed, moved and numbered 10 % less, the metric would be predicted so much smaller.
    Each class has its share of what all of them would save in a network; a class that would save nothing costs nothing.

    Returns
    -------
    DataFrame
        ``operation``, the class; ``networks`` that have it; its mean ``operators`` a network; its mean share in
        ``macs`` and ``bytes``, in %; ``cost``, mean of what it costs in the metric's unit; ``percent``, mean share of
        the metric. Costs add up to the mean prediction. The most expensive first.
    """
    import pandas as pd

    space, operations = device.space, device.operations
    counts = space.by_class("executed", operations[:, 0])
    parts = counts / np.maximum(counts.sum(axis=2, keepdims=True), 1)
    value, saved = _saved_by_class(device)
    share = saved / np.maximum(saved.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    table = pd.DataFrame(
        {
            "operation": ALL_CLASSES,
            "networks": (space.by_class("drawn", operations[:, 0])[:, 2] > 0).sum(axis=0),
            "operators": counts[:, 2].mean(axis=0),
            "macs": 100 * parts[:, 0].mean(axis=0),
            "bytes": 100 * parts[:, 1].mean(axis=0),
            "cost": (share * value[:, None]).mean(axis=0),
            "percent": 100 * share.mean(axis=0),
        }
    )
    table = table[table["networks"] > 0]
    return table.sort_values("cost", ascending=False, kind="stable", ignore_index=True)


def _saved_by_class(device):
    """Return the predictions of the measured networks (n,), and what less of each class would save (n, classes)."""
    space, operations = device.space, device.operations
    value = device.model.predict_with_std(operations)[0]
    less = [
        device.model.over(space.with_less_of(kind, LESS)).predict_with_std(operations + len(space.names))[0]
        for kind in ALL_CLASSES
    ]
    sign = 1 if device.direction == "smaller" else -1
    return value, np.maximum(sign * (value[:, None] - np.stack(less, axis=1)), 0.0)
