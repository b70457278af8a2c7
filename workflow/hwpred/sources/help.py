"""HELP (Lee et al., NeurIPS 2021): latencies of NAS-Bench-201 and FBNet architectures on many devices.

Files of the repository's folder ``data/``: ``<space>/latency/<device>.pt`` holds one latency in ms for
each architecture, in index order; ``fbnet/arch.pt`` the 5,000 sampled FBNet architectures. Any device
of the repository can be named, not only those with a known checksum.

A GPU's name ends with the batch size; for the other devices the source states none. The tasks say
what went in: on ``nasbench201`` ``cifar10`` for the four devices that HELP took from HW-NAS-Bench,
``cifar`` for its own measurements of 32x32 images (of no data set in particular); on ``fbnet`` ``images``.
"""

import re

from hwpred.sources.requests import DIRECTIONS, check_request

HW_NAS_BENCH_DEVICES = ("raspi4", "pixel3", "eyeriss", "fpga")
GPUS = ("1080ti", "2080ti", "titanx", "titanxp", "titan_rtx")
FBNET_ARCHITECTURES = "fbnet/arch.pt"
FBNET_SIZE = 5000


def files(request):
    """Return the files that a request needs; ValueError if HELP does not have it."""
    check_request("help", request, kind=("target", "architectures"))
    if request["kind"] == "architectures":
        check_request("help", request, space=("fbnet",))
        return [FBNET_ARCHITECTURES]
    check_request("help", request, space=("nasbench201", "fbnet"), metric=("latency",))
    device = str(request.get("device"))
    if not re.fullmatch(r"[a-z0-9_]+", device):
        raise ValueError(
            f"source help has no device {device!r}; use the name of one of its files, such as titan_rtx_32"
        )
    check_request("help", request, task=(_task(request["space"], device),))
    return [f"{request['space']}/latency/{device}.pt"]


def load_target(request, paths, table):
    """Return the latencies of one device, in ms."""
    from hwpred.sources.measurements import check_measurements
    from hwpred.sources.restricted_pickle import read_torch

    path = paths[files(request)[0]]
    values = _read_list(path, read_torch)
    return check_measurements(
        str(path),
        range(len(values)),
        values,
        table,
        expected=len(table),
        unit="ms",
        direction=DIRECTIONS["latency"],
        batch_size=_batch_size(request["device"]),
    )


def load_architectures(paths):
    """Return HELP's sample of FBNet, int8 of shape (5000, 22)."""
    import numpy as np

    from hwpred.sources.restricted_pickle import read_torch

    path = paths[FBNET_ARCHITECTURES]
    rows = _read_list(path, read_torch)
    if len(rows) != FBNET_SIZE:
        raise ValueError(f"{path}: {len(rows)} architectures, expected {FBNET_SIZE}; the file is not the published one")
    for row, choices in enumerate(rows):
        if not isinstance(choices, list) or not all(type(choice) is int and 0 <= choice < 128 for choice in choices):
            raise ValueError(f"{path}: architecture {row} is no list of choices but {choices!r}; get the file again")
        if len(choices) != len(rows[0]):
            raise ValueError(f"{path}: architecture {row} has {len(choices)} choices, the first has {len(rows[0])}")
    return np.array(rows, dtype=np.int8)


def _read_list(path, read):
    content = read(path)
    if not isinstance(content, list):
        raise ValueError(f"{path} holds a {type(content).__name__} instead of a list; it is not the published file")
    return content


def _task(space, device):
    if space == "fbnet":
        return "images"
    return "cifar10" if device in HW_NAS_BENCH_DEVICES else "cifar"


def _batch_size(device):
    name, _, suffix = device.rpartition("_")
    return int(suffix) if name in GPUS and suffix.isdigit() else None
