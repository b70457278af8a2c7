"""HW-NAS-Bench-360: NAS-Bench-201 measured on a Raspberry Pi 5 and a Pixel 6a through three frameworks.

``dataset.parquet`` of the repository's folder ``results/``, one row for each architecture, device,
framework and task. Isomorphic architectures share the measurement of their representative
(``rep_arch_idx``; 6,466 were measured). A device is named with its framework, such as ``pi5_onnx``.
Rows whose ``status`` is not ``ok`` are failures by the source's own word: left out and counted.

Accuracies of ``cifar100`` and ``ninapro`` are in %. Those of ``darcy``, a regression, lie between -0.80
and 0.98 and grow with the network, so they are read as 1 - relative error (larger is better).
"""

from hwpred.sources.requests import DIRECTIONS, check_request

FILE = "dataset.parquet"
TASKS = ("cifar100", "ninapro", "darcy")
DEVICES = ("pi5_litert", "pi5_onnx", "pi5_torchmobile", "pixel_litert")
METERED_DEVICES = DEVICES[:3]
_METRICS = {"latency": ("lat_ms_median", "ms"), "energy": ("energy_mj", "mJ")}


def files(request):
    """Return the file that a request needs; ValueError if HW-NAS-Bench-360 does not have it."""
    check_request("hwnasbench360", request, kind=("target", "accuracy"), space=("nasbench201",), task=TASKS)
    if request["kind"] == "target":
        check_request("hwnasbench360", request, metric=tuple(_METRICS), device=DEVICES)
        if request["metric"] == "energy" and request["device"] not in METERED_DEVICES:
            raise ValueError(
                f"source hwnasbench360 has no energy of {request['device']!r}; use one of {', '.join(METERED_DEVICES)}"
            )
    return [FILE]


def load_target(request, paths, table):
    """Return the latencies (ms, median) or energies (mJ, of one inference) of one device and task."""
    column, unit = _METRICS[request["metric"]]
    device, framework = request["device"].split("_")
    return _load(request, paths, table, column, device, framework, unit=unit, direction=DIRECTIONS[request["metric"]])


def load_accuracy(request, paths, table):
    """Return the accuracies of one task; they are the same in the rows of all devices."""
    unit = "1 - relative error" if request["task"] == "darcy" else "%"
    return _load(
        request,
        paths,
        table,
        "accuracy",
        "pi5",
        "onnx",
        unit=unit,
        direction=DIRECTIONS["accuracy"],
        positive=request["task"] != "darcy",
    )


def _load(request, paths, table, column, device, framework, **facts):
    from hwpred.sources.measurements import check_measurements

    path = paths[files(request)[0]]
    rows = _read_rows(path, column, device=device, framework=framework, task=request["task"])
    if len(rows) != len(table):
        raise ValueError(f"{path}: {len(rows)} rows of {device}, {framework} and {request['task']}, not {len(table)}")
    good = rows[rows["status"] == "ok"]
    return check_measurements(
        f"{path}, column {column!r}",
        good["arch_idx"],
        good[column],
        table,
        missing=len(rows) - len(good),
        notes={"distinct_measurements": int(good["rep_arch_idx"].nunique())},
        **facts,
    )


def _read_rows(path, column, **choice):
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["arch_idx", "rep_arch_idx", "status", column]
    try:
        known = pq.read_schema(path).names
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path} is no Parquet file ({error}); get the file again") from error
    missing = [name for name in [*columns, *choice] if name not in known]
    if missing:
        raise ValueError(f"{path} lacks column {missing[0]!r}; the file is not the published one")
    return pd.read_parquet(path, columns=columns, filters=[(key, "==", value) for key, value in choice.items()])
