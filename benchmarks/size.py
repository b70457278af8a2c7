"""Measure what grows with size: plans of many jobs, many measurements, many candidates.

    PYTHONPATH=workflow python benchmarks/size.py --output benchmarks/size.csv

Each measurement is a process of its own, so that its memory is its own, and takes some minutes of one core in all.
Columns of the table: ``work``; ``how_many`` jobs, measurements, files or candidates; ``cpu_seconds`` of the process, or
of the step that is named; ``memory_mb``, the most that the process held.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
import yaml

from hwpred.predictors.registry import REGISTRY

ROOT = Path(__file__).parents[1]
COLUMNS = ["work", "how_many", "cpu_seconds", "memory_mb"]
PLANS = ((20, 25), (200, 25), (200, 50), (200, 2))
"""Combinations of a plan, and seeds of a block."""
SEEDS, SOURCES = 50, 5
MEASURED, CELLS = 15_000, "nasbench201-cifar10-epyc_onnx-latency"
FEW, CANDIDATES = 300, 1_000_000
FILES = 2_000
"""ONNX files, of as many cells of NAS-Bench-201; a million of them would fill 1.4 TB."""


def main(options):
    """Measure each work in a process of its own, and write the table anew after each."""
    rows = []
    for name in options.works:
        printed = subprocess.run(
            [sys.executable, __file__, "--work", name], env={**os.environ, "OMP_NUM_THREADS": "1"}, check=True,
            stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        rows += [line.split(",") for line in printed.splitlines()]
        pd.DataFrame(rows, columns=COLUMNS).to_csv(options.output, index=False)
        print(printed, end="", flush=True)


def invented_study(combinations, folder):
    """Write a catalogue of that many invented devices into a folder; return their study, of all predictors."""
    names = [f"nasbench201-cifar-dev{i:04d}-latency" for i in range(combinations)]
    entries = [
        {"space": "nasbench201", "task": "cifar", "device": f"dev{i:04d}", "metric": "latency", "source": "help"}
        | {"transfer_from": [names[(i + k) % combinations] for k in range(1, 1 + SOURCES)]}
        for i in range(combinations)
    ]
    catalogue = Path(folder, "catalogue.yaml")
    catalogue.write_text(yaml.safe_dump({"combinations": entries}))
    return {"catalogues": [str(catalogue)], "seeds": SEEDS, "predictors": list(REGISTRY), "combinations": names}


def plan(combinations, seed_block):
    """Plan a study of that many combinations, in blocks of so many seeds."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder, "study.yaml")
        study.write_text(yaml.safe_dump({**invented_study(combinations, folder), "seed_block": seed_block}))
        command = ["snakemake", "--snakefile", ROOT / "Snakefile", "--directory", folder, "--dry-run", "--cores", "1"]
        profile = ["--workflow-profile", ROOT / "workflow/profiles/default", "--configfile", study]
        planned = subprocess.run([*command, *profile], check=True, capture_output=True, text=True).stdout
    jobs = int(re.search(r"^total\s+(\d+)$", planned, re.MULTILINE).group(1))
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    show("plan", jobs, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def learn():
    """Fit ``structured_gp`` to most cells of NAS-Bench-201, and predict all of them."""
    from hwpred.predictors.devices import use_device
    from hwpred.predictors.registry import get_predictor
    from hwpred.spaces import get_space
    from hwpred.training.data import Data

    use_device("cpu")
    table = pd.read_parquet(ROOT / f"data/embedded/{CELLS}.parquet")
    value, cells = table["value"].to_numpy(), table["architecture"].to_numpy()
    operations = get_space("nasbench201").enumerate()[cells]
    standardised = (value - value.mean()) / value.std()
    data = Data(CELLS, "nasbench201", "smaller", cells, operations, standardised, value=value, metric="latency")
    predictor = get_predictor("structured_gp")
    x, rows = predictor.encode(data), np.random.default_rng(0).permutation(len(value))[:MEASURED]
    start = process_time()
    model = predictor().fit(x[rows], data.target[rows], np.random.default_rng(0))
    show("fit structured_gp", MEASURED, process_time() - start)
    start = process_time()
    model.predict(x)
    show("predict with it", len(value), process_time() - start)


def choose():
    """Predict a million networks of FBNet, with intervals, from 300 made-up measurements."""
    import hwpred

    rng = np.random.default_rng(0)
    operations = rng.integers(0, 9, (CANDIDATES, 22)).astype(np.int8)
    few = pd.DataFrame(operations[:FEW], columns=[f"p{i}" for i in range(22)])
    few["value"] = 5 + operations[:FEW].sum(axis=1) + rng.normal(size=FEW)
    device = hwpred.fit(few, space="fbnet")
    start = process_time()
    device.predict(operations)
    show("predict candidates", CANDIDATES, process_time() - start)


def read():
    """Read and predict ONNX files, from 300 measurements; predict a million networks as if read, a folder at a time."""
    import hwpred
    from hwpred.sources.network_files import MOST_FILES, read_networks
    from hwpred.spaces import get_space
    from hwpred.spaces.network_files import NetworkFiles

    space, rng = get_space("nasbench201"), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for place, cell in enumerate(rng.permutation(space.enumerate())[:FILES]):
            hwpred.export(space.to_text(cell), "nasbench201", "cifar10", Path(folder, f"{place}.onnx"))
        few = [str(Path(folder, f"{place}.onnx")) for place in range(FEW)]
        networks = read_networks(few)
        macs = networks.by_class("executed")[:, 0].sum(axis=1)
        measured = pd.DataFrame({"file": few, "value": 1 + macs / 1e7 + rng.normal(size=FEW) / 10})
        device = hwpred.fit(measured, networks=few)
        start = total_seconds()
        device.predict(folder)
        show("read and predict ONNX files", FILES, total_seconds() - start)
    start = process_time()
    for _ in range(CANDIDATES // MOST_FILES):
        counts = networks.counts[rng.integers(FEW, size=MOST_FILES)] * rng.uniform(0.5, 2, (MOST_FILES, 1))
        names = [f"{place}.onnx" for place in range(MOST_FILES)]
        invented = NetworkFiles(names, counts.round(), rng.integers(2**62, size=MOST_FILES))
        known, places = device.space.joined(invented)
        device.over(known).predict(places[:, None])
    show("predict networks that were read", CANDIDATES, process_time() - start)


def total_seconds():
    """Return the CPU seconds of this process and of those that it started and that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def show(work, count, seconds, memory=None):
    """Print one row of the table."""
    memory = memory or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(work, count, f"{seconds:.3g}", f"{memory:.0f}", sep=",", flush=True)


WORKS = {"learn": learn, "choose": choose, "read": read} | {
    f"plan of {combinations} by {block}": lambda setting=(combinations, block): plan(*setting)
    for combinations, block in PLANS
}


def parse(arguments=None):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--output", type=Path, default=Path("size.csv"))
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--work", choices=WORKS, help="measure this one here, and print its rows")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    options = parse()
    if options.work:
        WORKS[options.work]()
    else:
        main(options)
