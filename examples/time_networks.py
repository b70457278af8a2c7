"""Time the ONNX files of a folder on this machine, on one core: python time_networks.py networks times.csv.

Writes a CSV with the columns file and value, the median time in ms, as ``hwpred fit --networks`` reads it
(docs/your_networks.md). Inputs must have fixed shapes and hold float32. ``--number 20`` times twenty files at random.
"""

import argparse
import csv
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import onnxruntime

VISITS, RUNS = 5, 10
"""How often all networks are visited, and how often each one then runs."""


def session_of(file):
    """Return a function that runs the network once, and returns how many ms that took."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    inputs = {entry.name: rng.standard_normal(entry.shape, np.float32) for entry in session.get_inputs()}

    def milliseconds():
        start = perf_counter()
        session.run(None, inputs)
        return 1e3 * (perf_counter() - start)

    return milliseconds


def time_networks(folder, number=None):
    """Return {file: median time in ms} of the ONNX files of a folder."""
    files = sorted(Path(folder).rglob("*.onnx"))
    rng = np.random.default_rng(0)
    files = [files[place] for place in rng.permutation(len(files))[:number]]
    sessions = [session_of(file) for file in files]
    times = [[] for _ in files]
    # A machine is slower now and then: each network is timed at several moments, in another order each time.
    for _ in range(VISITS):
        for place in rng.permutation(len(files)):
            sessions[place]()
            times[place] += [sessions[place]() for _ in range(RUNS)]
    return {file.relative_to(folder).as_posix(): median(each) for file, each in zip(files, times, strict=True)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("folder")
    parser.add_argument("output")
    parser.add_argument("--number", type=int, help="of networks, drawn at random (all)")
    given = parser.parse_args()
    with open(given.output, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "value"])
        writer.writerows((name, f"{value:.5g}") for name, value in time_networks(given.folder, given.number).items())
