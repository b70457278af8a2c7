"""Everything that can be studied, by kind of device: the catalogues of config/ as one table."""

import re

import pandas as pd

from hwpred.documents import read_yaml
from hwpred.sources import LOCAL_SOURCES, get_source
from hwpred.sources.requests import combination_id

KINDS = {
    "computed": r"graph",
    "FPGA": r"fpga|zcu102|vck190",
    "accelerator": r"eyeriss|edgetpu|tpuv\d",
    "phone": r"pixel|samsung|essential",
    "board": r"raspi4|pi5|edgegpu",
    "CPU": r"cpu_|fp32-nchw-pt\d+-cpu|helix_cpu|epyc|xeon|gold|silver",
    "GPU": r"\d{4}ti|titan|3090|rtx\d{4}|amp-n|P100|[avh]\d+|gpu",
}
"""Kinds of devices -> what names of theirs begin with; the first that fits."""
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
    """Return the kind of a device; ValueError if it is none that is known."""
    if metric == COMPUTED:
        return "computed"
    for kind, pattern in KINDS.items():
        if re.match(pattern, device):
            return kind
    raise ValueError(f"device {device!r} is of no known kind; add it to KINDS of hwpred.findings.combinations")


def file_of(entry, public):
    """Return how far the files of a combination are known, a word of ``tabulate``."""
    if entry["source"] in LOCAL_SOURCES:
        return "here"
    known = public[entry["source"]]
    if known["url"] is None:
        return "by hand"
    names = get_source(entry["source"]).files({**entry, "device": str(entry["device"]), "kind": "target"})
    return "checksum" if all(known["files"].get(name) for name in names) else "commit"
