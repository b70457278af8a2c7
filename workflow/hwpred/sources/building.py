"""The tables of a combination's metric and of its accuracies, from the files of a source."""

import numpy as np
import pandas as pd

from hwpred.sources.loading import load_measurements, read_receipts
from hwpred.sources.measurements import check_varies
from hwpred.sources.requests import combination_id
from hwpred.spaces.reading import read_architectures
from hwpred.tables import write_table


def build_targets(architectures, receipts, request, output):
    """Write the table of a combination's metric, raw and standardised (its logarithm where the space says so).

    Parameters
    ----------
    architectures : str
        Path of the space's table.
    receipts : list of str
        Paths of receipts (of a local source: of its files).
    request : dict
        Of kind "target", as ``hwpred.sources`` describes.
    output : str
        Path of a table ``targets`` (``hwpred.tables.SCHEMAS``).

    Raises
    ------
    InputError
        If the metric is constant, besides what the source finds wrong.
    """
    table, measurements, metadata = _read(architectures, receipts, request)
    name, value = combination_id(request), measurements.value
    check_varies(name, value)
    shown = np.log(value) if table.space.logarithmic else value
    target = (shown - shown.mean()) / shown.std()  # over all architectures, of the population
    metadata |= {"combination": name, "device": request["device"], "metric": request["metric"]}
    if table.space.logarithmic:
        metadata["target"] = "logarithm"
    if "file_order" in request:
        metadata["file_order"] = request["file_order"]
    frame = pd.DataFrame({"architecture": measurements.architecture, "value": value, "target": target})
    if measurements.time is not None:
        frame["time"] = measurements.time
    write_table(frame, output, "targets", metadata)


def build_accuracy(architectures, receipts, request, output):
    """Write the table of the accuracies of a space's architectures on one task.

    Parameters
    ----------
    architectures, receipts
        As for ``build_targets``.
    request : dict
        Of kind "accuracy", as ``hwpred.sources`` describes.
    output : str
        Path of a table ``accuracy`` (``hwpred.tables.SCHEMAS``).
    """
    _, measurements, metadata = _read(architectures, receipts, request)
    frame = pd.DataFrame({"architecture": measurements.architecture, "accuracy": measurements.value})
    quality = metadata["quality"]
    title = request.get("title") or (f"accuracy on {request['task']}" if quality == "accuracy" else quality)
    write_table(frame, output, "accuracy", {**metadata, "title": title})


def _read(architectures, receipts, request):
    table = read_architectures(architectures, request["space"])
    return table, *load_measurements(request, read_receipts(receipts, request["source"]), table)
