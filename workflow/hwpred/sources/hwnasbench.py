"""HW-NAS-Bench (Li et al., ICLR 2021): NAS-Bench-201 on six devices, measured or estimated.

``HW-NAS-Bench-v1_0.pickle`` is a dictionary ``[space][task][metric]`` of one value for each architecture,
in index order, where a metric is named with its device (``edgegpu_latency``); ``"config"`` beside the
metrics describes each architecture. Latencies are in ms, energies in mJ, arithmetic intensities in
operations per byte. The edge TPU's values are -1 where it failed: missing by the source's own word, so
left out and counted. The FBNet part of the file holds tables of single blocks, no measured networks.
"""

from hwpred.sources.nested import look_up
from hwpred.sources.requests import DIRECTIONS, check_request

FILE = "HW-NAS-Bench-v1_0.pickle"
TASKS = ("cifar10", "cifar100", "ImageNet16-120")
DEVICES = {
    "latency": ("edgegpu", "raspi4", "edgetpu", "pixel3", "eyeriss", "fpga"),
    "energy": ("edgegpu", "eyeriss", "fpga"),
    "arithmetic_intensity": ("eyeriss",),
}
_UNITS = {"latency": "ms", "energy": "mJ", "arithmetic_intensity": "OPs/byte"}
_FAILED = -1


def files(request):
    """Return the file that a request needs; ValueError if HW-NAS-Bench does not have it."""
    check_request("hwnasbench", request, kind=("target",), space=("nasbench201",), task=TASKS, metric=tuple(DEVICES))
    check_request("hwnasbench", request, device=DEVICES[request["metric"]])
    return [FILE]


def load_target(request, paths, table):
    """Return one metric of one device for one task.

    Raises
    ------
    ValueError
        If the file is not the published one.
    """
    from hwpred.sources.measurements import check_measurements
    from hwpred.sources.restricted_pickle import read_pickle

    path = paths[files(request)[0]]
    metric = f"{request['device']}_{request['metric']}"
    content = look_up(path, read_pickle(path), request["space"], request["task"])
    values = list(look_up(path, content, metric))
    origin = f"{path}, {request['space']}, {request['task']}, {metric}"
    if len(values) != len(table):
        raise ValueError(f"{origin}: {len(values)} values, expected {len(table)}; the file is not the published one")
    _check_configurations(path, content.get("config", []), table)
    kept = [i for i, value in enumerate(values) if request["device"] != "edgetpu" or value != _FAILED]
    return check_measurements(
        origin,
        kept,
        [values[i] for i in kept],
        table,
        missing=len(values) - len(kept),
        unit=_UNITS[request["metric"]],
        direction=DIRECTIONS[request["metric"]],
    )


def _check_configurations(path, configurations, table):
    """Compare the descriptions of the architectures, where there are any, with the space's own order."""
    from hwpred.sources.measurements import check_order

    items = list(configurations.items() if isinstance(configurations, dict) else enumerate(configurations))
    if items and len(items) != len(table):
        raise ValueError(f"{path} describes {len(items)} architectures, not {len(table)}; it is not the published file")
    check_order(path, ((index, look_up(path, described, "arch_str")) for index, described in items), table)
