"""The networks themselves: layers, and how a runtime, a count and an analysis read them.

A space says what an architecture's layers are (the module ``network`` of its package); everything else reads layers
only, so a further space gets torch modules, ONNX graphs and counts from one function.

Building (here) imports nothing of counting (``analysis.py``, ``profiles.py``): what times networks must not be measured
again because a count was edited.
"""

from importlib import import_module

_NETWORKS = {
    "nasbench201": "hwpred.spaces.nasbench201.network",
    "transnas_macro": "hwpred.spaces.transnas_macro.network",
    "fbnet": "hwpred.spaces.fbnet.network",
    "mnasnet": "hwpred.spaces.mnasnet.network",
}
NETWORK_SPACES = tuple(_NETWORKS)


def get_networks(space):
    """Return the module that builds the networks of the space with that key.

    It has ``TASKS`` (task -> its input and head) and ``build(operations, task, live)``.

    Raises
    ------
    ValueError
        If the networks of that space are not known.
    """
    if space not in _NETWORKS:
        raise ValueError(f"the networks of space {space!r} are not known; use one of {', '.join(_NETWORKS)}")
    return import_module(_NETWORKS[space])
