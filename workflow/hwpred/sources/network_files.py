"""Networks in ONNX files: a folder or a list of them as a space."""

import hashlib
import logging
import os
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from hwpred.errors import InputError
from hwpred.networks.onnx_process import CountingProcess
from hwpred.spaces.network_files import KEY, NetworkFiles, NetworkNames

logger = logging.getLogger(__name__)

SUFFIX = ".onnx"
MOST_FILES = 20_000
LOOKED_AT = 2**16
"""Bytes at the beginning and at the end of a file that tell whether it has changed: weights lie between them."""


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


class NetworkFolder(NetworkNames):
    """The files of a folder, before they are read: called by their paths within it.

    Parameters
    ----------
    key : str
    folder : str or Path
    dimensions : dict
        As of ``hwpred.networks.onnx_files.read_graph``.

    Raises
    ------
    InputError
        As ``files_of``; or if a name has braces, which mean something else to Snakemake.
    """

    def __init__(self, key, folder, dimensions):
        self.paths = files_of(folder)
        if braces := [path for path in self.paths if set("{}") & set(str(path))]:
            raise InputError(f"{braces[0]} has braces in its name, which a study cannot use; rename it")
        super().__init__((path.relative_to(folder).as_posix() for path in self.paths), key, dimensions)
        self.folder = Path(folder)

    @cached_property
    def digest(self):
        """Hash of the names, the dimensions, the sizes of the files and their beginnings and ends."""
        told = hashlib.sha256(repr((self.names, sorted(self.dimensions.items()))).encode())
        for path in self.paths:
            told.update(_ends_of(path))
        return told.hexdigest()[:12]

    def read(self):
        """Return the networks with what is counted of them, as ``read_networks``."""
        space = read_networks(self.folder, self.dimensions, self.key)
        space.digest = self.digest
        return space


def _ends_of(path):
    """Return the size, the beginning and the end of a file; nothing of what is no file, or may not be read."""
    if not path.is_file() or not os.access(path, os.R_OK):
        return b""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        beginning = file.read(LOOKED_AT)
        file.seek(max(size - LOOKED_AT, 0))
        return f"{size}\n".encode() + beginning + file.read(LOOKED_AT)


def read_networks(networks, dimensions=None, key=KEY, asked=None):
    """Read networks as a space.

    Parameters
    ----------
    networks : str, Path or sequence of them
        A folder, whose files are then called by their paths within it; or files, called by their paths.
    dimensions : dict, optional
        As of ``hwpred.networks.onnx_files.read_graph``.
    key : str, optional
        What the space is called.
    asked : iterable of str, optional
        The dimensions that a network must have, so that no value is given in vain; all of ``dimensions``.

    Returns
    -------
    NetworkFiles
        Without those that cannot be analysed: the log says which, and why.

    Raises
    ------
    InputError
        If there is no folder or file, none of them can be analysed, none has a dimension that is asked for, or the
        package onnx is missing.
    """
    if find_spec("onnx") is None:
        raise InputError("reading ONNX needs the package onnx: pip install onnx")
    if isinstance(networks, str | os.PathLike):
        folder, paths = Path(networks), files_of(networks)
        names = [path.relative_to(folder).as_posix() for path in paths]
    else:
        folder, paths = None, [Path(path) for path in networks]
        names = [path.as_posix() for path in paths]
    found, left_out = _counted(names, paths, dimensions)
    if len(paths) == 1 and left_out:
        raise InputError(left_out[names[0]])
    if not found:
        raise InputError(f"none of the {len(paths)} networks can be analysed; the first: {left_out[names[0]]}")
    check_dimensions(dimensions if asked is None else asked, (each["dimensions"] for each in found.values()))
    counts, digests = zip(*((each["counts"], each["digest"]) for each in found.values()), strict=True)
    space = NetworkFiles(found, counts, digests, dimensions, left_out, key=key)
    space.folder = folder
    return space


def check_dimensions(given, found):
    """Check that each dimension that somebody gives a value is one of a network's.

    Parameters
    ----------
    given : iterable of str or None
    found : iterable of collections of str
        Of each network that could be read, what the dimensions that its file leaves open are called.

    Raises
    ------
    InputError
        If no network has one of them.
    """
    there = set().union(*found)
    if unknown := sorted(set(given or ()) - there):
        known = f"they have {', '.join(sorted(there))}" if there else "all of theirs have a size"
        raise InputError(
            f"no network that could be read has a dimension {unknown[0]!r} without a size: {known}; correct its name, "
            "or leave it out"
        )


def _counted(names, paths, dimensions):
    """Return {name: what is counted} and, of those that cannot be analysed, {name: why}."""
    found, left_out = {}, {}
    with CountingProcess() as process:
        for name, path in zip(names, paths, strict=True):
            try:
                found[name] = process.count(path, dimensions)
                # A tenth of the memory of so many int.
                found[name]["counts"] = np.array(found[name]["counts"], dtype=float)
            except InputError as error:
                left_out[name] = str(error)
                if len(paths) > 1:
                    logger.warning("left out: %s", error)
                continue
            if unknown := found[name]["unknown"]:
                words = "%s: operators that hwpred does not know count as the bytes that they move: %s"
                logger.warning(words, path, ", ".join(unknown))
    return found, left_out
