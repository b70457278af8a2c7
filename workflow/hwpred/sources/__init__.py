"""Data sources: raw files in, measurements out. A further source is one module and one line in ``_SOURCES``.

A workflow asks modules for ``files`` before it starts, so they import heavy libraries in their functions only.

A source's module has those of these functions that it can serve; ``paths`` maps each file that
``files`` named to where it lies, ``table`` is the space's ``ArchitectureTable``:

- ``files(request) -> list of str``: the files a request needs, relative to the source's folder; ValueError if
  the source does not have what is asked for;
- ``load_target(request, paths, table) -> Measurements``: a hardware metric;
- ``load_accuracy(request, paths, table) -> Measurements``: accuracies in %, or another quality;
- ``load_architectures(request, paths) -> int8 array of shape (n, positions)``: the published sample of a space.

What they take and return is said here once; their docstrings add what is particular to the source.

A request is a dictionary: ``kind`` ("target", "accuracy" or "architectures"), ``space`` and, as far
as they apply, ``task``, ``device``, ``metric``, ``file``, ``folder``, ``unit``, ``direction``, ``batch_size``,
``quality``.
"""

from importlib import import_module

_SOURCES = {
    "help": "hwpred.sources.help",
    "nasgraph": "hwpred.sources.nasgraph",
    "hwnasbench360": "hwpred.sources.hwnasbench360",
    "accelnasbench": "hwpred.sources.accelnasbench",
    "hwnasbench": "hwpred.sources.hwnasbench",
    "transnas": "hwpred.sources.transnas",
    "hwgptbench": "hwpred.sources.hwgptbench",
    "nasbenchgraph": "hwpred.sources.nasbenchgraph",
    "timm": "hwpred.sources.timm",
    "timm_csv": "hwpred.sources.timm_csv",
    "measured": "hwpred.sources.measured",
    "table": "hwpred.sources.table",
}
SOURCE_KEYS = tuple(_SOURCES)
LOCAL_SOURCES = {"measured": "folder", "table": "file", "timm_csv": "file"}
"""Sources whose files are simply there, not listed and not retrieved -> the request's key that says where."""


def get_source(key):
    """Return the module of that source.

    Raises
    ------
    ValueError
        If there is no such source.
    """
    if key not in _SOURCES:
        raise ValueError(f"unknown source {key!r}; use one of {', '.join(_SOURCES)}")
    return import_module(_SOURCES[key])


def read_declared(declaration):
    """Return the search space that a file declares, or whose networks are files of a folder.

    ``declaration`` says which, as ``hwpred.study.plan`` does. Imported by name: other spaces do without it, so that no
    job of theirs stands on it.
    """
    if "file" in declaration:
        return import_module("hwpred.sources.own_space").read_space(declaration["file"])
    folder = import_module("hwpred.sources.network_files").NetworkFolder
    return folder(declaration["space"], declaration["folder"], declaration["dimensions"]).read()
