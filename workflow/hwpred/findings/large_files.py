"""What it takes to count the operators of ONNX files: small ones, and one of a gigabyte of weights."""

import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import pandas as pd
from onnx import TensorProto, helper

from hwpred.findings.network_files import write_networks
from hwpred.sources.network_files import read_networks

LAYERS, WIDTH = 16, 4096
"""Of 64 MB each."""
# What the system counts of a child in getrusage begins with the size of its parent.
PROGRAM = """\
import re, sys
from pathlib import Path
from hwpred.networks.onnx_files import read_graph
from hwpred.networks.onnx_operators import operators_of
from hwpred.networks.operator_views import counts_of
from time import perf_counter
start = perf_counter()
counts_of(operators_of(read_graph(sys.argv[1])))
seconds = perf_counter() - start
print(seconds, int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000)
"""


def tabulate(program):
    """Return the table ``onnx_files``.

    Parameters
    ----------
    program : sequence of path
        ``examples/write_networks.py``.

    Returns
    -------
    dict of DataFrame
        A row a kind of file: its ``size_mb``, the ``seconds`` that counting takes, and the ``peak_mb`` of the
        process, the imported libraries included. ``forty``: all networks that the program writes, in one process.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_networks(program[0], folder)
        size, start = sum(file.stat().st_size for file in Path(folder).iterdir()), perf_counter()
        networks = read_networks(folder).names
        rows = [{"files": "forty", "networks": len(networks), "size_mb": size / 1e6, "seconds": perf_counter() - start}]
    with tempfile.TemporaryDirectory() as folder:
        for place in ("inside", "outside"):
            file = Path(folder, f"{place}.onnx")
            size = write_large(file, external=place == "outside")
            told = subprocess.run([sys.executable, "-c", PROGRAM, file], capture_output=True, text=True, check=True)
            seconds, peak = map(float, told.stdout.split())
            row = {"files": place, "networks": 1, "size_mb": size / 1e6}
            rows.append(row | {"seconds": seconds, "peak_mb": peak})
    return {"onnx_files.csv": pd.DataFrame(rows)}


def write_large(file, external):
    """Write a network of one gigabyte of weights, all zeros.

    The files are sparse: zeros take no space on a disk. To a reader they are as any other.

    Parameters
    ----------
    file : Path
    external : bool
        Whether weights stand in a file of their own.

    Returns
    -------
    int
        Bytes of all files.
    """
    shape = (WIDTH, WIDTH)
    weights = [TensorProto(name=f"w{i}", dims=shape, data_type=TensorProto.FLOAT) for i in range(LAYERS)]
    nodes = [helper.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"]) for i in range(LAYERS)]
    ends = [helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, (1, WIDTH)) for i in (0, LAYERS)]
    model = helper.make_model(helper.make_graph(nodes, "large", ends[:1], ends[1:]), ir_version=8)
    size = math.prod(shape) * 4
    if external:
        for place, tensor in enumerate(weights):
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in {"location": "weights", "offset": place * size, "length": size}.items():
                tensor.external_data.add(key=key, value=str(value))
        model.graph.initializer.extend(weights)
        file.write_bytes(model.SerializeToString())
        Path(file.parent, "weights").touch()
        os.truncate(file.parent / "weights", size * LAYERS)
        return file.stat().st_size + size * LAYERS
    graph = model.graph.SerializeToString()
    tensors = [_field(9, size, tensor.SerializeToString()) for tensor in weights]
    heads = [_field(5, len(tensor) + size) + tensor for tensor in tensors]
    model.ClearField("graph")
    with file.open("wb") as opened:
        opened.write(model.SerializeToString() + _field(7, len(graph) + sum(map(len, heads)) + LAYERS * size) + graph)
        for head in heads:
            opened.write(head)
            opened.truncate(opened.seek(size, os.SEEK_CUR))
    return file.stat().st_size


def _field(number, length, before=b""):
    """Return the head of a field of Protocol Buffers that has so many bytes, with what stands before it."""
    found = bytearray([number << 3 | 2])
    while length > 127:
        found.append(length & 127 | 128)
        length >>= 7
    return before + bytes([*found, length])
