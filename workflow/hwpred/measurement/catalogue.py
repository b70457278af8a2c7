"""The definitions of what was measured, for the key ``catalogues`` of a study."""

from hwpred.structure import has_dead_operations

KEYS = ("space", "task", "device", "metric")
DEAD_OPERATIONS = {"onnxruntime": "dropped", "torch": "run"}
"""What each runtime does with operations that do not reach the output."""


def definitions(combinations, folder):
    """Return the definitions of combinations whose tables lie in a folder.

    Parameters
    ----------
    combinations : iterable of dict
        ``space``, ``task``, ``device``, ``metric``, and ``runtime`` where this machine ran the networks.
    folder : str

    Returns
    -------
    list of dict
        As files of combinations have them.
    """
    return [
        {key: entry[key] for key in KEYS} | {"source": "measured", "folder": folder} | _dead_operations(entry)
        for entry in combinations
    ]


def _dead_operations(entry):
    """Return the key ``dead_operations`` where there are any and it is known what the device does with them."""
    # Metrics of the graph are those of what a compiler would execute.
    known = "dropped" if entry["device"] == "graph" else DEAD_OPERATIONS.get(entry.get("runtime"))
    return {"dead_operations": known} if known and has_dead_operations(entry["space"]) else {}
