"""Accel-NASBench (Ahmad et al., DAC 2024): MnasNet-space architectures, trained, and measured on accelerators.

``anb_dataset_jsons.tar.gz`` of the repository's folder ``anb_dataset/`` holds one JSON file for each of
5,138 results: the choices of the seven blocks, ImageNet accuracies (training by a proxy, one seed) and
the mean latencies (ms) and throughputs (images/s) of each platform. 13 architectures are there twice,
trained and measured again; the result with the smaller file number is kept, so 5,125 architectures
remain, in the order of the file numbers. A null is a missing value: left out and counted.
The archive is read in place, nothing is unpacked.
"""

from hwpred.sources.nested import look_up
from hwpred.sources.requests import DIRECTIONS, check_request

FILE = "anb_dataset_jsons.tar.gz"
RESULTS = 5138
DEVICES = {
    "latency": ("zcu102", "vck190"),
    "throughput": ("a100", "3090", "tpuv2", "tpuv3", "zcu102", "vck190"),
}
_UNITS = {"latency": "ms", "throughput": "images/s"}


def files(request):
    """Return the file that a request needs; ValueError if Accel-NASBench does not have it."""
    check_request("accelnasbench", request, kind=("target", "accuracy", "architectures"), space=("mnasnet",))
    if request["kind"] != "architectures":
        check_request("accelnasbench", request, task=("imagenet",))
    if request["kind"] == "target":
        check_request("accelnasbench", request, metric=tuple(DEVICES))
        check_request("accelnasbench", request, device=DEVICES[request["metric"]])
    return [FILE]


def load_architectures(request, paths):
    """Return the 5,125 distinct architectures in the order of their file numbers."""
    import numpy as np

    return np.array(list(_read_results(paths[FILE])), dtype=np.int8)


def load_target(request, paths, table):
    """Return the latencies (ms) or throughputs (images/s) of one device."""
    name = f"{request['metric']}_{request['device']}"
    return _load(
        request,
        paths,
        table,
        ("platform_perf", name, f"{request['metric']}_mean"),
        unit=_UNITS[request["metric"]],
        direction=DIRECTIONS[request["metric"]],
    )


def load_accuracy(request, paths, table):
    """Return ImageNet top-1 accuracies of the proxy training, in %."""
    return _load(request, paths, table, ("metrics", "val_top1"), unit="%", direction=DIRECTIONS["accuracy"])


def _load(request, paths, table, keys, **facts):
    from hwpred.sources.measurements import check_measurements

    path = paths[files(request)[0]]
    results = _read_results(path)
    values = {}
    for operations, (name, content) in results.items():
        values[table.index_of(operations)] = look_up(f"{path}: {name}", content, *keys)
    present = {index: value for index, value in values.items() if value is not None}
    return check_measurements(
        f"{path}, key {'.'.join(keys)}",
        list(present),
        list(present.values()),
        table,
        missing=len(values) - len(present),
        notes={"repeated_results_left_out": RESULTS - len(values)},
        **facts,
    )


def _read_results(path):
    """Return operations -> (file name, content) of the first result of each architecture, by file number."""
    import json
    import re
    import tarfile
    import zlib

    numbered = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                number = re.search(r"result_(\d+)\.json$", member.name)
                if member.isfile() and number:
                    numbered[int(number.group(1))] = member.name, json.load(archive.extractfile(member))
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise ValueError(f"{path} is no archive of JSON files ({error}); get the file again") from error
    if len(numbered) != RESULTS:
        raise ValueError(f"{path}: {len(numbered)} results, expected {RESULTS}; the file is not the published one")
    results = {}
    for _, (name, content) in sorted(numbered.items()):
        results.setdefault(_operations(path, name, content), (name, content))
    return results


def _operations(path, name, content):
    """Return the indices of a result's choices, in the order of the space's positions."""
    from hwpred.spaces.mnasnet import BLOCKS, CHOICES

    operations = []
    for block in range(BLOCKS):
        for choice, allowed in CHOICES.items():
            key = f"block{block}_{choice}"
            value = look_up(f"{path}: {name}", content, "architecture", key)
            if value not in allowed:
                raise ValueError(f"{path}: {name} has {key} {value!r}; allowed are {', '.join(map(str, allowed))}")
            operations.append(allowed.index(value))
    return tuple(operations)
