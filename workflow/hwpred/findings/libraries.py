"""CPU seconds of what well-known libraries do as well, theirs and ours: the suite in ``benchmarks`` measures them."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from hwpred.errors import InputError

KEY = ["work", "library", "samples", "at_once"]
NAMES = {"sklearn": "scikit-learn", "torch": "PyTorch", "gpytorch": "GPyTorch", "ngboost": "NGBoost", "scipy": "SciPy"}
"""Packages that are called otherwise than they are imported."""
HOW = (
    "`make benchmark` installs it in .venv/benchmarks; then run "
    "`PYTHONPATH=.venv/benchmarks snakemake docs/results/libraries.csv`"
)


def tabulate(suite):
    """Run the suite and return the table ``libraries``.

    Parameters
    ----------
    suite : sequence of path
        Its tests, and the modules that they import.

    Returns
    -------
    dict of DataFrame
        A row a work and size: ``seconds`` of the library and ``our_seconds``, the least of a few rounds each.

    Raises
    ------
    InputError
        If something that it needs is not installed, or a test fails: both sides do not agree.
    """
    if find_spec("pytest_benchmark") is None:
        raise InputError(f"pytest-benchmark is not installed: {HOW}")
    with TemporaryDirectory() as folder:
        file = Path(folder, "seconds.json")
        command = [sys.executable, "-m", "pytest", "--quiet", "-rs", "-p", "no:cacheprovider", suite[0]]
        found = subprocess.run([*command, f"--benchmark-json={file}"], capture_output=True, text=True, check=False)
        if found.returncode:
            raise InputError(f"{suite[0]} fails, so there are no seconds to write down:\n{found.stdout}{found.stderr}")
        skipped = [line for line in found.stdout.splitlines() if line.startswith("SKIPPED")]
        if skipped:
            raise InputError(f"{suite[0]} skips works that the table has ({skipped[0]}): {HOW}")
        return {"libraries.csv": beside(json.loads(file.read_text(encoding="utf-8"))["benchmarks"])}


def beside(measured):
    """Return a row a work and size.

    Parameters
    ----------
    measured : list of dict
        As pytest-benchmark writes them: two for each, whose ``extra_info`` says which ``side`` it is.

    Returns
    -------
    DataFrame
        Columns ``KEY``, ``seconds``, ``our_seconds``, ``times`` (their ratio), ``compared``, ``largest_difference``.
    """
    rows = pd.DataFrame([{**each["extra_info"], "least": each["stats"]["min"]} for each in measured])
    theirs, ours = (rows[rows["side"] == side].set_index(KEY) for side in ("theirs", "ours"))
    table = theirs[["least"]].rename(columns={"least": "seconds"})
    table["our_seconds"] = ours["least"]
    table["times"] = table["seconds"] / table["our_seconds"]
    table = table.join(ours[["compared", "largest_difference"]]).reset_index()
    return table.replace({"library": NAMES})
