"""Files of strangers, each read by a process of its own whose time and memory are measured."""

import json
import os
from functools import partial
from pathlib import Path

import study
from journal import Trial
from strangers import devices, networks, pickles, tables, texts

MOST_SECONDS, MOST_MEMORY_MB = 20, 500
REQUEST = {"source": "table", "kind": "target", "space": "nasbench201", "task": "t", "device": "d", "metric": "latency"}
REQUEST |= {"unit": "ms", "direction": "smaller"}


def trials(folder):
    """Yield a trial for each file."""
    folder = (folder / "strangers").absolute()
    marker = folder / "marker"
    if not (folder / "names.json").exists():
        # In a process of its own, whose memory those that read do not begin with.
        made = study.apart(partial(_make, folder, marker), limit=3600)
        if made.kind != "done":
            raise RuntimeError(made.words)
    for subject, path, fault in json.loads((folder / "names.json").read_text()):
        yield Trial(subject, fault, partial(_trial, Path(path), _READERS[subject], marker))


def _make(folder, marker):
    """Write all files, and last which there are."""
    study.emptied(folder)
    subjects = {
        "pickle": ("pickle", pickles.pickles(marker)),
        "CSV": ("csv", texts.csv_files()),
        "YAML": ("yaml", texts.yaml_files()),
        "Parquet": ("parquet", tables.parquet_files()),
        "ONNX": ("onnx", networks.onnx_files()),
        "saved device": ("hwpred", devices.saved_devices(folder)),
        "torch file": ("pt", pickles.torch_files(marker)),
    }
    names = []
    for subject, (suffix, files) in subjects.items():
        for number, (fault, content) in enumerate(files):
            path = folder / f"{suffix}-{number}.{suffix}"
            path.write_bytes(content)
            names.append((subject, str(path), fault))
    (folder / "names.json").write_text(json.dumps(names))


def _trial(path, read, marker):
    found = study.apart(partial(read, path), path.parent, refusals=(ValueError,))
    if marker.exists():
        os.unlink(marker)
        return found.called("run")
    if found.kind in ("done", "sentence") and found.seconds > MOST_SECONDS:
        return found.called("slow")
    if found.kind in ("done", "sentence") and found.memory_mb > MOST_MEMORY_MB:
        return found.called("large")
    if found.kind == "sentence" and (path.name not in found.words or "\n" in found.words):
        return found.called("bare")
    return found


def _used(content):
    """Look at each thing that the outermost container holds, as a source does."""
    import numpy as np

    for value in content.values() if isinstance(content, dict) else content if isinstance(content, list) else [content]:
        if isinstance(value, (np.ndarray, np.generic, int, float, str, bytes)):
            hash(bytes(value) if isinstance(value, np.ndarray) else value)


def _read_pickle(path):
    from hwpred.sources.restricted_pickle import read_pickle

    _used(read_pickle(path))


def _read_torch(path):
    from hwpred.sources.restricted_pickle import read_torch

    _used(read_torch(path))


def _read_measurements(path):
    from hwpred.sources.table import check_file

    check_file({**REQUEST, "file": str(path)})


def _read_study(path):
    from hwpred.study.studies import of_files

    of_files([path])


def _read_network(path):
    from hwpred.networks.onnx_process import CountingProcess

    with CountingProcess() as process:
        process.count(Path(path))


def _read_device(path):
    import hwpred
    from hwpred.spaces import get_space

    device = hwpred.load(path)
    device.predict(get_space(device.space).enumerate()[:10])


_READERS = {
    "pickle": _read_pickle,
    "CSV": _read_measurements,
    "YAML": _read_study,
    "Parquet": _read_measurements,
    "ONNX": _read_network,
    "saved device": _read_device,
    "torch file": _read_torch,
}
