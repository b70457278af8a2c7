"""CPU seconds of counting the operators of networks: from ONNX files, on torch's meta device, all cells at once."""

import tempfile
import time
from pathlib import Path

import pandas as pd
import torch

from hwpred.networks.export import export
from hwpred.networks.onnx_files import read_graph
from hwpred.networks.onnx_operators import operators_of
from hwpred.networks.operator_views import counts_of
from hwpred.networks.operators import count_operators
from hwpred.networks.profiles import nasbench201
from hwpred.networks.torch_modules import TorchNetwork
from hwpred.seeding import generator
from hwpred.spaces.nasbench201.network import build
from hwpred.tables import read_table

TASK = "cifar10"
NETWORKS = 30
"""Random cells whose networks are counted one by one, each with five cells a stage."""


def tabulate(architectures, run_seed):
    """Return the table ``counting``: a row a way to count.

    Parameters
    ----------
    architectures : sequence of path
        The table of NAS-Bench-201's cells.
    run_seed : int

    Returns
    -------
    dict of DataFrame
        ``way``, ``networks`` and ``cpu_seconds_per_network``, imports and the first network left out.
    """
    table = read_table(architectures[0], "architectures", {"space": "nasbench201"})
    operations = table[[f"p{i}" for i in range(6)]].to_numpy()
    rows = generator(run_seed, "counting").permutation(len(table))[: NETWORKS + 1]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{row}.onnx") for row in rows]
        for row, file in zip(rows, files, strict=True):
            export(table["operations"][row], "nasbench201", TASK, file)
        found = [("ONNX file", NETWORKS, _seconds(_count_file, files))]
    cells = [operations[row].tolist() for row in rows]
    found += [
        ("torch's meta device", NETWORKS, _seconds(_count_module, cells)),
        ("all cells at once", len(table), _seconds(_count_all, [operations[:2], operations]) / len(table)),
    ]
    return {"counting.csv": pd.DataFrame(found, columns=["way", "networks", "cpu_seconds_per_network"])}


def _seconds(count, given):
    """Return the mean CPU seconds of counting each of ``given`` but the first."""
    count(given[0])
    started = time.process_time()
    for one in given[1:]:
        count(one)
    return (time.process_time() - started) / (len(given) - 1)


def _count_file(file):
    return counts_of(operators_of(read_graph(file)))


def _count_module(operations):
    network = build(operations, TASK)
    with torch.device("meta"):
        module = TorchNetwork(network, {})
        first = network.layers[0]
        return count_operators(module, torch.empty(network.images, first.channels, first.height, first.width))


def _count_all(operations):
    return nasbench201(operations, TASK)
