"""hwpred within a program of somebody, such as a search or a notebook: the program's own settings stay."""

import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
PROGRAM = """
import logging, os, sys

import numpy as np
import torch

import hwpred


def state():
    # scikit-learn and threadpoolctl set variables of their own.
    own = {name: value for name, value in os.environ.items() if not name.startswith("KMP_")}
    kind, key, place, *_ = np.random.get_state()
    numbers = kind, hash(key.tobytes()), place, hash(torch.random.get_rng_state().numpy().tobytes())
    settings = torch.get_default_dtype(), torch.get_default_device(), torch.is_grad_enabled(), np.geterr()
    root = logging.getLogger()
    return own, os.getcwd(), numbers, settings, root.level, root.handlers, sys.excepthook, sys.path


folder, out = sys.argv[1:]
before = state()
for predictor in ("auto", "svmr", "lgb", "minimlp"):
    device = hwpred.fit(f"{folder}/my_device.csv", "nasbench201", predictor=predictor)
    device.predict("all")
    device.suggest(2)
    device.select(f"{folder}/accuracies.csv", 1.0)
    device.explain()
    device.save(f"{out}/mine.hwpred")
    if predictor == "svmr":
        grown = hwpred.load(f"{out}/mine.hwpred").append(f"{folder}/more.csv")
        grown.report(f"{out}/mine.html", f"{folder}/accuracies.csv", 1.0)
    for one, other in zip(before, state()):
        assert one == other, (predictor, one, other)
assert "matplotlib" not in sys.modules
"""


def test_a_program_keeps_its_settings(tmp_path):
    command = [sys.executable, "-c", PROGRAM, str(TUTORIAL), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
