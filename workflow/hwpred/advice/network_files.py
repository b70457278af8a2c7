"""What a device of networks in ONNX files says about further files, and about classes of operators."""

import os
from pathlib import Path

import numpy as np

from hwpred.advice.reading import as_list, check_operations
from hwpred.errors import InputError
from hwpred.sources.network_files import SUFFIX, files_of, read_networks
from hwpred.spaces import get_space
from hwpred.spaces.counted import CountedNetworks
from hwpred.spaces.network_files import NetworkFiles
from hwpred.spaces.operator_counts import ALL_CLASSES


def is_network_files(space):
    """Return whether a space is one of networks in files."""
    return isinstance(space, NetworkFiles)


def is_counted(space):
    """Return whether a space (or its key) is one of networks whose operators are counted: files, or timm's."""
    return isinstance(get_space(space), CountedNetworks)


def with_more(device, other, strict=True):
    """Return a device that knows further networks, and where those are in its space.

    Parameters
    ----------
    device : Device
    other : NetworkFiles
        Networks that the device may know already.
    strict : bool
        Whether two different networks must have different names.

    Returns
    -------
    device : Device
    places : int array

    Raises
    ------
    InputError
        If two different networks have one name, and ``strict``.
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

    Returns
    -------
    device : Device
        That knows the networks of new files, too.
    operations : int array of shape (n, 1)
    texts : list of str
        File or name of each network.

    Raises
    ------
    InputError
        If a name belongs to no network that the device knows, or a file cannot be read.
    """
    given = device.space.asked
    if isinstance(networks, str | os.PathLike):
        if networks == "all":
            _check_is_read(given, "all networks of the device")
            return device, device.space.enumerate(), list(device.space.names)
        networks = files_of(networks)
    networks = as_list(networks, 'networks are a folder, a list of files, or "all"', "file")
    if not all(isinstance(each, str | os.PathLike) for each in networks):
        _check_is_read(given, "networks that the device knows")
        operations = check_operations(np.asarray(networks).reshape(len(networks), -1), device.space)
        return device, operations, [device.space.to_text(row) for row in operations]
    names = [Path(each).as_posix() for each in networks]
    files = [name for name in names if _is_file(device, name)]
    try:
        places = {name: device.space.from_text(name)[0] for name in names if name not in files}
    except ValueError as error:
        raise InputError(str(error)) from error
    if places:
        _check_is_read(given, next(iter(places)))
    if files:
        read = read_networks(files, device.space.dimensions, asked=given)
        device, found = with_more(device, read, strict=False)
        places |= dict(zip(read.names, found.tolist(), strict=True))
    # A file that cannot be analysed has no place.
    told = [name for name in names if places.get(name, -1) >= 0]
    return device, np.array([places[name] for name in told], dtype=np.int64).reshape(len(told), 1), told


def _check_is_read(given, networks):
    """Refuse values of dimensions where no file is read, since what the device knows was read with other values."""
    if given:
        raise InputError(
            f"dimension {given[0]!r} has a new value, and {networks} would be predicted with the values of before; "
            "name the files, by paths that are there, or leave the dimension out"
        )


def _is_file(device, name):
    """Whether a text names a file rather than a network that the device knows."""
    return Path(name).exists() or (name not in device.space.names and name.endswith(SUFFIX))


def class_costs(device, operations):
    """Return what operators of each class cost on a device, in some networks that it knows.

    Parameters
    ----------
    device : Device
    operations : int array of shape (networks, 1)
        The networks, as places in the device's space.

    Returns
    -------
    DataFrame
        ``operation``, the class; ``networks`` that have it; its mean ``operators`` a network; its mean share in
        ``macs`` and ``bytes``, in %; ``cost``, mean of what it costs in the metric's unit; ``percent``, mean share of
        the metric (``hwpred.spaces.counted.CountedNetworks.cost_shares``). Costs add up to the mean prediction. The
        most expensive first.
    """
    import pandas as pd

    space = get_space(device.space)
    counts = space.by_class(space.views[-1], operations[:, 0])
    parts = counts / np.maximum(counts.sum(axis=2, keepdims=True), 1)
    value, shares = space.cost_shares(
        operations, lambda known, rows: device.model.over(known).predict_with_std(rows)[0], device.direction
    )
    share = np.stack(list(shares.values()), axis=1)
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
