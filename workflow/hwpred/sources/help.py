"""HELP (Lee et al., NeurIPS 2021): latencies of NAS-Bench-201, FBNet and once-for-all networks on many devices.

Files of the repository's folder ``data/``: ``<space>/latency/<device>.pt`` holds one latency in ms for
each architecture, in index order; ``fbnet/arch.pt`` the 5,000 sampled FBNet architectures and
``ofa/ofa_archs.pt`` the 5,000 of once-for-all's MobileNetV3. Any device of the repository can be named,
not only those with a known checksum.

A GPU's name ends with the batch size; for the other devices the source states none. The tasks say
what went in: on ``nasbench201`` ``cifar10`` for the four devices that HELP took from HW-NAS-Bench,
``cifar`` for its own measurements of 32x32 images (of no data set in particular); on ``fbnet`` and ``ofa`` ``images``.
"""

import re

from hwpred.sources.requests import DIRECTIONS, check_request

HW_NAS_BENCH_DEVICES = ("raspi4", "pixel3", "eyeriss", "fpga")
GPUS = ("1080ti", "2080ti", "titanx", "titanxp", "titan_xp", "titan_rtx", "v100")
ARCHITECTURES = {"fbnet": "fbnet/arch.pt", "ofa": "ofa/ofa_archs.pt"}
SAMPLE_SIZE = 5000


def files(request):
    """Return the files that a request needs; ValueError if HELP does not have it."""
    check_request("help", request, kind=("target", "architectures"))
    if request["kind"] == "architectures":
        check_request("help", request, space=tuple(ARCHITECTURES))
        return [ARCHITECTURES[request["space"]]]
    check_request("help", request, space=("nasbench201", *ARCHITECTURES), metric=("latency",))
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
    values = _read_list(path, read_torch(path))
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


def load_architectures(request, paths):
    """Return HELP's sample of a space.

    Raises
    ------
    ValueError
        If the file is not the published one.
    """
    import numpy as np

    from hwpred.sources.nested import look_up
    from hwpred.sources.restricted_pickle import read_torch

    space, path = request["space"], paths[ARCHITECTURES[request["space"]]]
    content = read_torch(path)
    rows = _read_list(path, look_up(path, content, "arch") if space == "ofa" else content)
    if len(rows) != SAMPLE_SIZE:
        raise ValueError(f"{path}: {len(rows)} architectures, expected {SAMPLE_SIZE}; it is not the published file")
    read = _ofa_operations if space == "ofa" else _fbnet_operations
    return np.array([read(f"{path}: architecture {number}", row) for number, row in enumerate(rows)], dtype=np.int8)


def _fbnet_operations(origin, choices):
    from hwpred.spaces.fbnet import SPACE

    if not isinstance(choices, list) or not all(type(choice) is int and 0 <= choice < 128 for choice in choices):
        raise ValueError(f"{origin} is no list of choices but {choices!r}; get the file again")
    if len(choices) != SPACE.positions:
        raise ValueError(f"{origin} has {len(choices)} choices, FBNet has {SPACE.positions}; get the file again")
    return choices


def _ofa_operations(origin, network):
    """Read kernel sizes ``ks`` and expansions ``e`` of 20 layers, depths ``d`` of the stages, and resolution ``r``."""
    from hwpred.sources.nested import look_up
    from hwpred.spaces.ofa import DEPTHS, SPACE, STAGES

    kernels, expansions, depths, resolution = (look_up(origin, network, key) for key in ("ks", "e", "d", "r"))
    try:
        layers = list(zip(kernels, expansions, strict=True))
        # Layers beyond the depth are in the file, but not in the network.
        starts = range(0, STAGES * DEPTHS[-1], DEPTHS[-1])
        stages = [layers[start : start + depth] for start, depth in zip(starts, depths, strict=True)]
        return SPACE.check(SPACE.from_network(int(resolution), stages))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{origin} is no network of ofa ({error}); the file is not the published one") from error


def _read_list(path, content):
    if not isinstance(content, list):
        raise ValueError(f"{path} holds a {type(content).__name__} instead of a list; it is not the published file")
    return content


def _task(space, device):
    if space != "nasbench201":
        return "images"
    return "cifar10" if device in HW_NAS_BENCH_DEVICES else "cifar"


def _batch_size(device):
    name, _, suffix = device.rpartition("_")
    return int(suffix) if name in GPUS and suffix.isdigit() else None
