"""TransNAS-Bench-101 (Duan et al., CVPR 2021): macro-level networks, trained and timed on each task.

``transnas-bench_v10141024.pth`` is a torch file that its authors hand out: ``data[level][architecture][task]``
holds ``model_info["inference_time"]``, the mean of 800 passes of one 720x1080 image on a V100, in seconds
(device ``v100``, metric ``latency``), and ``metrics``, a list over the epochs for each name of
``metrics_dict[task]``.

As accuracy stands the test metric of the last epoch: top-1 in % for class_scene, class_object and jigsaw,
the mean intersection over union for segmentsemantic, and for room_layout, a regression, the negative loss
(0 is perfect). The two tasks of image generation (autoencoder, normal) are left out, as in the paper.
"""

from hwpred.sources.nested import look_up
from hwpred.sources.requests import DIRECTIONS, check_request

FILE = "transnas-bench_v10141024.pth"
ACCURACIES = {
    "class_scene": ("test_top1", "%"),
    "class_object": ("test_top1", "%"),
    "room_layout": ("test_neg_loss", "negative loss"),
    "jigsaw": ("test_top1", "%"),
    "segmentsemantic": ("test_mIoU", "mIoU"),
}
"""Task -> (metric, unit)."""


def files(request):
    """Return the file that a request needs; ValueError if TransNAS-Bench-101 does not have it."""
    check_request("transnas", request, kind=("target", "accuracy"), space=("transnas_macro",), task=tuple(ACCURACIES))
    if request["kind"] == "target":
        check_request("transnas", request, device=("v100",), metric=("latency",))
    return [FILE]


def load_target(request, paths, table):
    """Return the inference times on one task, in s."""
    return _load(
        request,
        paths,
        table,
        ("model_info", "inference_time"),
        unit="s",
        direction=DIRECTIONS["latency"],
        batch_size=1,
    )


def load_accuracy(request, paths, table):
    """Return the accuracies on one task, in the unit that the module's docstring names."""
    metric, unit = ACCURACIES[request["task"]]
    return _load(
        request,
        paths,
        table,
        ("metrics", metric),
        unit=unit,
        direction=DIRECTIONS["accuracy"],
        positive=request["task"] != "room_layout",
    )


def _load(request, paths, table, keys, **facts):
    from hwpred.sources.measurements import check_measurements
    from hwpred.sources.restricted_pickle import read_torch

    path = paths[files(request)[0]]
    networks = look_up(path, read_torch(path), "data", "macro")
    indices, values = [], []
    for name, tasks in networks.items():
        try:
            indices.append(table.index_of(table.space.from_text(name)))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        value = look_up(path, tasks, request["task"], *keys)
        values.append(value[-1] if isinstance(value, list) and value else value)
    origin = f"{path}, {request['task']}, {keys[-1]}"
    return check_measurements(origin, indices, values, table, expected=len(table), **facts)
