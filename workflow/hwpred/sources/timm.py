"""timm (Wightman, PyTorch Image Models): inference speed of image networks on several set-ups, and their accuracies.

Files of the repository's folder ``results/``: ``benchmark-infer-<device>.csv``, as timm's ``benchmark.py`` writes them
(``hwpred.sources.timm_csv``), where the device is precision, layout, torch and the hardware:
``amp-nchw-pt240-cu124-rtx3090``. On GPUs the batch is the largest that fits, at most 1,024 (256 if compiled). It
differs between networks and is noted; as a feature it told predictors nothing that the operators do not.
``results-imagenet.csv``: ImageNet top-1 of each network with weights. Its names carry the weights' tag behind a dot,
which speeds do not have; where there are several weights of one network at one size, the best top-1 counts.
"""

import re

from hwpred.sources.requests import DIRECTIONS, check_request

TASK = "imagenet"
ACCURACIES = "results-imagenet.csv"
_SIZE, _TOP1 = "img_size", "top1"


def files(request):
    """Return the file that a request needs; ValueError if timm does not have it."""
    check_request("timm", request, kind=("target", "accuracy"), space=("zoo",), task=(TASK,))
    if request["kind"] == "accuracy":
        return [ACCURACIES]
    check_request("timm", request, metric=("latency",))
    device = str(request.get("device"))
    if not re.fullmatch(r"[a-z0-9_-]+", device):
        raise ValueError(
            f"source timm has no device {device!r}; use what one of its files is called behind benchmark-infer-, such "
            "as amp-nchw-pt240-cu124-rtx3090"
        )
    return [f"benchmark-infer-{device}.csv"]


def load_target(request, paths, table):
    """Return the times of an image, in ms."""
    from hwpred.sources.timm_csv import read_times

    return read_times(paths[files(request)[0]], table)


def load_accuracy(request, paths, table):
    """Return the best ImageNet top-1 of each network and size, in %."""
    from hwpred.sources.measurements import check_measurements
    from hwpred.sources.timm_csv import NAME, known_networks, read_rows

    path = paths[files(request)[0]]
    rows = read_rows(path, (NAME, _SIZE, _TOP1))
    by_network = rows.dropna(subset=_TOP1).groupby("network")[_TOP1]
    best, weights = by_network.max(), by_network.size()
    known = known_networks(path, list(best.index), table)
    return check_measurements(
        f"{path}, column {_TOP1!r}",
        list(known.values()),
        [float(best[name]) for name in known],
        table,
        unit="%",
        direction=DIRECTIONS["accuracy"],
        notes={"networks_with_several_weights": int((weights > 1).sum()), "unknown_networks": len(best) - len(known)},
    )
