"""Everything that can be studied, by kind of device: the catalogues of config/ as one table."""

import pandas as pd

from hwpred import device_names
from hwpred.documents import read_yaml
from hwpred.sources import LOCAL_SOURCES, get_source
from hwpred.sources.requests import combination_id

COMPUTED = "arithmetic_intensity"
"""A metric that no device is needed for."""


def tabulate(catalogues, sources):
    """Return the table ``combinations``: a row a combination of the catalogues.

    Parameters
    ----------
    catalogues : sequence of path
    sources : sequence of path
        The list of the public files, alone.

    Returns
    -------
    dict of DataFrame
        ``combination``, ``space``, ``task``, ``device``, ``kind``, ``metric``, ``source``, ``accuracy`` (the task whose
        accuracies, or perplexities, belong to it, if known), ``file``: ``checksum`` (public, its content is checked),
        ``commit`` (public, at a fixed commit), ``by hand`` (its authors hand it out), ``here`` (in this repository).
    """
    public = read_yaml(sources[0])
    entries = [entry for file in catalogues for entry in read_yaml(file)["combinations"]]
    rows = [
        {
            "combination": combination_id(entry),
            **{key: str(entry[key]) for key in ("space", "task", "device")},
            "kind": kind_of(str(entry["device"]), entry["metric"]),
            **{key: entry[key] for key in ("metric", "source")},
            "accuracy": entry.get("accuracy"),
            "file": file_of(entry, public),
        }
        for entry in entries
    ]
    return {"combinations.csv": pd.DataFrame(rows)}


def kind_of(device, metric="latency"):
    """Return the kind of a device.

    Parameters
    ----------
    device : str
    metric : str
        A metric that is computed has a kind of its own.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the device is of no kind that is known.
    """
    kind = device_names.COMPUTED if metric == COMPUTED else device_names.kind_of(device)
    if kind is None:
        raise ValueError(f"device {device!r} is of no known kind; add it to DEVICES of hwpred.device_names")
    return kind


def file_of(entry, public):
    """Return how far the files of a combination are known.

    Parameters
    ----------
    entry : dict
        The combination's, of a catalogue.
    public : dict
        Source -> what the list of public files says of it.

    Returns
    -------
    str
        A word of the column ``file`` of ``tabulate``.
    """
    if entry["source"] in LOCAL_SOURCES:
        return "here"
    known = public[entry["source"]]
    if known["url"] is None:
        return "by hand"
    names = get_source(entry["source"]).files({**entry, "device": str(entry["device"]), "kind": "target"})
    return "checksum" if all(known["files"].get(name) for name in names) else "commit"
