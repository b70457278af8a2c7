"""CPU seconds and memory of saving, loading and predicting with a device, beside those of a pickle of the same."""

import json
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from hwpred.findings.own_device_trials import fitted, read_known
from hwpred.seeding import generator

MEASURED = 60
PREDICTED = (1_000, 15_625)
REPEATS = 5
"""Processes that load and predict, of which the median counts."""
PROGRAM = """
import json, pickle, sys, time
form, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
started = time.process_time()
if form == "hwpred":
    from hwpred.advice.storage import load
    device = load(path)
else:
    with open(path, "rb") as file:
        device = pickle.load(file)
loaded = time.process_time()
from hwpred.spaces import get_space
operations = get_space(device.space).enumerate()[:count]
before = time.process_time()
device.predict(operations)
predicted = time.process_time()
# Not ru_maxrss, which begins with that of the process that started this one.
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1000
print(json.dumps({"load_cpu_seconds": loaded - started, "predict_cpu_seconds": predicted - before, "peak_mb": peak}))
"""


def tabulate(architectures, targets, accuracy, run_seed):
    """Return the table ``device_speed``: a row a file format and number of architectures that are predicted.

    Parameters
    ----------
    architectures, targets, accuracy : sequence of path
        Of one combination.
    run_seed : int

    Returns
    -------
    dict of DataFrame
        ``file_mb``; ``save_cpu_seconds``; ``load_cpu_seconds`` in a new process, imports included;
        ``predict_cpu_seconds`` of the first prediction there; ``peak_mb`` of memory of that process, as Linux tells it.
    """
    known = read_known(architectures[0], targets[0], accuracy[0])
    rows = generator(run_seed, "own_device", 0).permutation(len(known.value))[:MEASURED]
    return {"device_speed.csv": pd.DataFrame(timed(fitted(known, rows)))}


def timed(device, counts=PREDICTED, repeats=REPEATS):
    """Save a device in both formats, load each in new processes, and predict.

    Parameters
    ----------
    device : Device
    counts : sequence of int
        How many architectures are predicted.
    repeats : int
        Processes, whose median counts.

    Returns
    -------
    list of dict
        A row a format and number of architectures.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for form, save in (("hwpred", lambda path: device.save(path)), ("pickle", lambda path: _pickle(device, path))):
            path = Path(folder, f"device.{form}")
            started = time.process_time()
            save(path)
            seconds = time.process_time() - started
            facts = {"format": form, "measured": len(device.value), "file_mb": path.stat().st_size / 1e6}
            for count in counts:
                found = pd.DataFrame([_in_a_new_process(form, path, count) for _ in range(repeats)]).median()
                rows.append({**facts, "save_cpu_seconds": seconds, "predicted": count, **found})
    return rows


def _pickle(device, path):
    with path.open("wb") as file:
        pickle.dump(device, file)


def _in_a_new_process(form, path, count):
    command = [sys.executable, "-c", PROGRAM, form, str(path), str(count)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
