"""From receipts and requests to checked measurements: what the scripts of the data stage share."""

from pathlib import Path

from hwpred.errors import InputError
from hwpred.sources import LOCAL_SOURCES, get_source
from hwpred.sources.fetch import make_receipt, read_receipt
from hwpred.sources.requests import check_is_file
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable


def read_receipts(paths, source=None):
    """Read receipts, each checked against its file.

    Parameters
    ----------
    paths : list of str
        Receipts; of a local source, whose files are not retrieved, the files themselves.
    source : str, optional
        Key of the source.

    Returns
    -------
    dict
        File (as the source names it) -> receipt.

    Raises
    ------
    InputError
        If a file is not there, is none, or has changed since it was retrieved.
    """
    if source in LOCAL_SOURCES:
        for path in paths:
            check_is_file(path, path, LOCAL_SOURCES[source])
        return {path: make_receipt({}, source, path, cache=None) for path in paths}
    receipts = [read_receipt(path) for path in paths]
    return {receipt["file"]: receipt for receipt in receipts}


def load_architectures(space, receipts):
    """Return all architectures that a study of this space knows.

    Parameters
    ----------
    space : str or Space
    receipts : dict
        As ``read_receipts`` returns; empty for a space that is enumerated.

    Returns
    -------
    ArchitectureTable
    """
    space = get_space(space)
    if space.sample is None:
        return ArchitectureTable(space, space.enumerate())
    request = {"kind": "architectures", "space": space.key}
    return ArchitectureTable(space, get_source(space.sample[0]).load_architectures(request, _paths(receipts)))


def load_measurements(request, receipts, table):
    """Load what a request asks for, with the metadata that belong beside it.

    Parameters
    ----------
    request : dict
        As ``hwpred.sources`` describes; ``kind`` is "target" or "accuracy".
    receipts : dict
        As ``read_receipts`` returns.
    table : ArchitectureTable

    Returns
    -------
    measurements : Measurements
    metadata : dict
        space, task, source, unit, direction, batch_size, licence, citation, files (name -> sha256),
        missing, architectures (number of values), notes; of accuracies also quality.

    Raises
    ------
    InputError
        If there is no receipt of a file that the source needs.
    """
    source = get_source(request["source"])
    load = source.load_target if request["kind"] == "target" else source.load_accuracy
    needed = source.files(request)
    missing = [file for file in needed if file not in receipts]
    if missing:
        raise InputError(f"no receipt of {missing[0]}, which source {request['source']} needs; run retrieve_source")
    measurements = load(request, _paths(receipts), table)
    metadata = {
        **{key: request[key] for key in ("space", "task", "source")},
        **{key: getattr(measurements, key) for key in ("unit", "direction", "batch_size", "missing", "notes")},
        "licence": measurements.licence or receipts[needed[0]]["licence"],
        "citation": receipts[needed[0]]["citation"],
        "files": {file: receipts[file]["sha256"] for file in needed},
        "architectures": len(measurements.value),
        **({"quality": measurements.quality} if request["kind"] == "accuracy" else {}),
    }
    return measurements, metadata


def _paths(receipts):
    return {file: Path(receipt["path"]) for file, receipt in receipts.items()}
