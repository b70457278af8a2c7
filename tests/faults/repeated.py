"""The same numbers, whatever happens: after kills, and in other arrangements."""

import os
import subprocess
import sys
from functools import cache, partial

import numpy as np
import study
from arrangements import PREDICTORS
from journal import Trial
from test_arrangements import CHAINS, LAST_BITS, SECONDS

from hwpred.predictors.registry import REGISTRY
from hwpred.tables import read_table

ROOT = study.ROOT
KILLS = 30
ARRANGEMENTS = {
    "seeds together": ({}, ["0,1"]),
    "a block a seed": ({}, ["1", "0"]),
    "two threads": ({"OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}, ["0,1"]),
    "other hashes of texts": ({"PYTHONHASHSEED": "7"}, ["0,1"]),
}


def kills(folder):
    """Yield the kills of one study, which ends in the same results."""
    outcome = cache(partial(_killed, folder))
    for number in range(KILLS):
        yield Trial("study", f"kill {number + 1}, followed by what make resume does", outcome)


def _killed(folder):
    test = "tests/workflow/test_same_results.py::test_killed_runs_end_in_the_same_results"
    command = [sys.executable, "-m", "pytest", "-q", f"--basetemp={folder / 'kills'}", test]
    done = subprocess.run(
        command, env={**os.environ, "HWPRED_TEST_KILLS": str(KILLS)}, cwd=ROOT, capture_output=True, text=True
    )
    return study.Outcome("silent" if done.returncode else "same", done.stdout[-2000:] if done.returncode else "")


def arranged(folder):
    """Yield each predictor in each further arrangement."""
    for name in list(ARRANGEMENTS)[1:]:
        for predictor in PREDICTORS:
            yield Trial(name, predictor, partial(_compared, folder, name, predictor))


def _compared(folder, name, predictor):
    one, other = (_fits(folder, arrangement, predictor) for arrangement in (next(iter(ARRANGEMENTS)), name))
    if one.equals(other):
        return study.Outcome("same", "every bit")
    numbers = one.select_dtypes("number").columns
    tolerance = CHAINS.get(predictor, LAST_BITS) if REGISTRY[predictor].on_torch else 0
    is_close = np.allclose(one[numbers], other[numbers], rtol=tolerance, atol=tolerance, equal_nan=True)
    return study.Outcome("same" if is_close else "silent", f"within {tolerance:g}" if is_close else "other numbers")


def _fits(folder, name, predictor):
    environment, blocks = ARRANGEMENTS[name]
    output = folder / "arrangements" / f"{name}.parquet"
    if not output.exists():
        command = [sys.executable, ROOT / "tests" / "unit" / "arrangements.py", output, *blocks]
        base = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        subprocess.run(command, env={**base, **environment}, check=True)
    fits = read_table(output, "fits")
    return fits[fits["predictor"] == predictor].drop(columns=SECONDS).reset_index(drop=True)
