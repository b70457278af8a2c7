"""NASGraph (Huang et al., 2024): accuracies of NAS-Bench-201 as text tables.

``nasbench201_<task>.csv`` of the repository's folder ``data/`` lists index, architecture and the
accuracies in % after 200 epochs (Dong and Yang, ICLR 2020). Used is ``test accuracy``. The networks
of ``cifar10`` were trained on its training split alone (NAS-Bench-201's ``cifar10-valid``).
"""

from hwpred.sources.requests import DIRECTIONS, check_request

TASKS = ("cifar10", "cifar100", "ImageNet16-120")
_INDEX, _TEXT, _ACCURACY = "file id", "arch str", "test accuracy"


def files(request):
    """Return the file that a request needs; ValueError if NASGraph does not have it."""
    check_request("nasgraph", request, kind=("accuracy",), space=("nasbench201",), task=TASKS)
    return [f"nasbench201_{request['task']}.csv"]


def load_accuracy(request, paths, table):
    """Return the test accuracies of one task, in %.

    Raises
    ------
    ValueError
        If the file is not the published one.
    """
    import pandas as pd

    from hwpred.sources.measurements import check_measurements, check_order

    path = paths[files(request)[0]]
    frame = pd.read_csv(path)
    missing = [name for name in (_INDEX, _TEXT, _ACCURACY) if name not in frame]
    if missing:
        raise ValueError(f"{path} lacks column {missing[0]!r}; the file is not the published one")
    accuracies = check_measurements(
        f"{path}, column {_ACCURACY!r}",
        frame[_INDEX],
        frame[_ACCURACY],
        table,
        expected=len(table),
        unit="%",
        direction=DIRECTIONS["accuracy"],
    )
    check_order(path, zip(frame[_INDEX], frame[_TEXT], strict=True), table)
    return accuracies
