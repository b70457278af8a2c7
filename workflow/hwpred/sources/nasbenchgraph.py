"""NAS-Bench-Graph (Qin et al., NeurIPS 2022): graph neural networks on eight datasets, from the package's wheel.

Of each dataset, ``nas_bench_graph/light/<dataset>.bench`` is a pickled dictionary: the number of a network, and its
``latency`` in s and ``perf``, the test accuracy as a share. A number has five decimal digits: the place of the
structure among ``STRUCTURES``, and of each of the four operations among ``OPERATIONS``. Of networks that compute the
same, one is there. ``proteins`` has other operations and numbers, and is left out.

The space is declared in ``config/spaces/nas_bench_graph.yaml``, with these words in this order.
"""

from hwpred.sources.nested import look_up
from hwpred.sources.requests import DIRECTIONS, check_request

WHEEL = "nas_bench_graph-1.4.0-py3-none-any.whl"
DATASETS = ("arxiv", "citeseer", "computers", "cora", "cs", "photo", "physics", "pubmed")
STRUCTURES = ("0000", "0001", "0011", "0012", "0013", "0111", "0112", "0122", "0123")
OPERATIONS = ("gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip")
NETWORKS = 26_206


def files(request):
    """Return the file that a request needs; ValueError if NAS-Bench-Graph does not have it."""
    check_request("nasbenchgraph", request, kind=("target", "accuracy"), space=("nas_bench_graph",), task=DATASETS)
    if request["kind"] == "target":
        check_request("nasbenchgraph", request, device=("gpu",), metric=("latency",))
    return [WHEEL]


def load_target(request, paths, table):
    """Return the latencies on one dataset, in ms."""
    return _load(request, paths, table, "latency", 1000, unit="ms", direction=DIRECTIONS["latency"])


def load_accuracy(request, paths, table):
    """Return the test accuracies on one dataset, in %."""
    return _load(request, paths, table, "perf", 100, unit="%", direction=DIRECTIONS["accuracy"])


def _load(request, paths, table, name, factor, **facts):
    from hwpred.sources.measurements import check_measurements
    from hwpred.sources.restricted_pickle import read_pickle

    declared = (STRUCTURES, *[OPERATIONS] * 4)
    if table.space.operations != declared:
        raise ValueError(f"{table.space.key} is declared with other words than NAS-Bench-Graph has: {declared}")
    member = f"nas_bench_graph/light/{request['task']}.bench"
    origin = f"{paths[WHEEL]}, {member}"
    content = read_pickle(paths[WHEEL], member)
    if not isinstance(content, dict):
        raise ValueError(f"{origin} holds a {type(content).__name__}, no dictionary; it is not the published file")
    return check_measurements(
        origin,
        [table.index_of(operations_of(number, origin)) for number in content],
        [factor * float(look_up(origin, network, name)) for network in content.values()],
        table,
        expected=NETWORKS,
        **facts,
    )


def operations_of(number, origin):
    """Read a network's number: the place of its structure, and of its four operations.

    Parameters
    ----------
    number : int
        Five decimal digits.
    origin : str
        File for the message.

    Returns
    -------
    tuple of int
        Places among ``STRUCTURES`` and, four times, ``OPERATIONS``.

    Raises
    ------
    ValueError
        If it is no number of a network.
    """
    digits = tuple(map(int, f"{number:05d}")) if isinstance(number, int) else ()
    if len(digits) != 5 or 9 in digits:
        raise ValueError(
            f"{origin} has the network {number!r}, which is no number of one; it is not the published file"
        )
    return digits
