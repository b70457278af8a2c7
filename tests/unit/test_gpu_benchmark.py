"""The benchmark of a GPU, with a processor in its place."""

import os
import subprocess
import sys

import pandas as pd
from load_script import PROJECT


def test_the_benchmark_compares_the_same_fits(tmp_path):
    few = ["--sizes", "5", "11", "--seeds", "2", "--search", "2", "--core-seeds", "1", "--processes", "1"]
    command = [sys.executable, PROJECT / "benchmarks/gpu.py", "--device", "cpu", "--predictors", "sparse_gp", *few]
    # One thread: several would wait for each other where other tests run.
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "workflow"), "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, "--output", tmp_path / "gpu.csv"], env=environment, check=True)
    row = pd.read_csv(tmp_path / "gpu.csv").iloc[0]
    expected = {"predictor": "sparse_gp", "device": "cpu", "seeds": 2, "core_seeds": 1, "tau_difference": 0}
    assert row[list(expected)].to_dict() == expected
    assert row["one_core_seconds"] > 0
    assert row["seconds"] > 0
    fits = pd.read_csv(tmp_path / "gpu.fits.csv")
    assert fits.groupby("device")["seed"].apply(sorted).to_dict() == {"core": [0, 0], "gpu": [0, 0, 1, 1]}
