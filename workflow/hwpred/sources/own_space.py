"""The search space that a person declares: its file, and the file of architectures that it may name."""

import os
from pathlib import Path

from hwpred.errors import InputError

SUFFIXES = (".yaml", ".yml")


def is_declaration(space):
    """Return whether that names a file of a declared space, rather than a space."""
    return isinstance(space, os.PathLike) or (isinstance(space, str) and space.lower().endswith(SUFFIXES))


def read_space(path):
    """Read a declared search space (``docs/your_space.md``).

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    hwpred.spaces.declared.DeclaredSpace

    Raises
    ------
    InputError
        One sentence: the file, the key or the row, the value, and what to do.
    """
    from hwpred.documents import read_mapping
    from hwpred.spaces.declaration import checked

    content = read_mapping(path)
    space = checked(content, path)
    if file := _file_of(content, path):
        return checked(content, path, _architectures(space, file, path))
    return space


def files_of(path):
    """Return the files that a declared space is read from: the declaration, and the architectures that it may name."""
    from hwpred.documents import read_mapping

    return [str(path), *filter(None, [_file_of(read_mapping(path), path)])]


def _file_of(content, path):
    """Return the file of architectures, which lies beside the declaration or where the process was started."""
    named = content.get("architectures", "all")
    if not isinstance(named, str) or named == "all":
        return None
    beside = Path(path).parent / named
    return str(beside if beside.exists() or not Path(named).exists() else named)


def _architectures(space, file, path):
    """Read the different architectures of a file, int array of shape (architectures, positions)."""
    import numpy as np

    from hwpred.sources.formats import read_data_file
    from hwpred.sources.table import SUFFIXES as TABLES
    from hwpred.sources.table import architectures_of, check_columns

    if not file.lower().endswith(TABLES):
        raise InputError(
            f"{path}: architectures is {Path(file).name!r}; write all, a number, or a file that ends in "
            f"{', '.join(TABLES)}"
        )
    if not Path(file).exists():
        raise InputError(f"{path}: architectures names {file}, which does not exist; correct the path")
    known = {"architecture", *space.columns}
    words = f"architecture, or {', '.join(space.columns)}"
    data = read_data_file(file, file, known.__contains__, words)
    check_columns(data, space, words)
    rows = list(dict.fromkeys(architectures_of(data, space)))
    if len(rows) < 2:
        raise InputError(f"{file} has {len(rows)} different architectures; give at least two")
    return np.array(rows, dtype=np.int8)
