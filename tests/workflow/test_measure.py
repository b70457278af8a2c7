"""Networks are measured on this machine and by a command, and what comes out is studied like any other combination."""

import json
import sys

import pandas as pd
import pytest
from conftest import Project

HERE = "nasbench201-ImageNet16-120-here-latency"
BOARD = "nasbench201-cifar10-board-latency"
MEMORY = "nasbench201-ImageNet16-120-graph-memory"
BOARD_SCRIPT = """
import os, sys
size = os.path.getsize(sys.argv[1])
if size % 5 == 0:
    sys.exit("the board is too hot")
for run in range(3):
    print(size / 1e6 + run / 1e3)
"""


def measure_configuration(board):
    return {
        "combinations": [
            {"space": "nasbench201", "task": "ImageNet16-120", "device": "here", "runtime": "onnxruntime"},
            {"space": "nasbench201", "task": "cifar10", "device": "board", "device_command": board},
        ],
        "computed": [{"space": "nasbench201", "task": "ImageNet16-120", "metric": "memory"}],
        "train_accuracies": False,
        "architectures": 60,
        "threads": 1,
        "chunk_size": 40,
        "visits": 2,
        "effort": {"warm_up": 1, "least": 3, "most": 5, "relative_error": 0.05},
        "outlier_spread": 0.5,
        "references": 2,
        "reference_seconds": 5,
        "command_timeout": 30,
        "again": 10,
        "again_folder": "results/smoke/measured",
    }


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("measured"))
    script = project.study / "board.py"
    script.write_text(BOARD_SCRIPT)
    project.configure(measure=measure_configuration(f"{sys.executable} {script} {{onnx}}"))
    project.run("--quiet", "all", "--cores", "1", "--", "measure")
    return project


def table(project, name):
    return pd.read_parquet(project.study / "results" / "smoke" / "measured" / f"{name}.parquet")


def facts(project, name):
    return json.loads((project.study / "results" / "smoke" / "measured" / f"{name}.json").read_text())


def test_every_network_is_timed_on_this_machine(measured):
    assert len(table(measured, HERE)) == 60
    assert table(measured, HERE).value.between(0.001, 1000).all()
    assert {"processor", "onnxruntime", "threads"} <= set(facts(measured, HERE)["device"][0])


def test_a_network_that_the_command_cannot_time_is_left_out_and_named(measured):
    failed = facts(measured, BOARD)["failed"]
    assert 0 < failed < 60
    assert len(table(measured, BOARD)) == 60 - failed
    page = (measured.study / "results" / "smoke" / "measurements.html").read_text()
    assert "the board is too hot" in page


def test_what_was_measured_is_studied_like_any_other_combination(measured):
    catalogue = "results/smoke/measured/combinations.yaml"
    sizes = {"train_sizes": {"nasbench201": [10, 30]}, "test_sizes": {"nasbench201": 10}}
    measured.configure(
        catalogues=[catalogue], combinations=[HERE, BOARD, MEMORY], predictors=["lin_reg"], run="study", **sizes
    )
    measured.run("--quiet", "all", "--", "evaluate_all")
    for name in (HERE, BOARD, MEMORY):
        evaluation = pd.read_parquet(measured.study / "results" / "study" / "evaluation" / f"{name}.parquet")
        assert set(evaluation.train_size) == {10, 30}


def test_after_a_kill_only_the_chunk_that_is_missing_is_measured(measured, tmp_path):
    killed = measured.copy(tmp_path)
    killed.configure(run="smoke")
    results = killed.study / "results" / "smoke"
    for lost in (results / "timings" / HERE / "first-1.parquet", results / "measured" / f"{HERE}.parquet"):
        lost.unlink()
    assert killed.would_run("measure")["measure_chunk"] == 1


def test_a_machine_is_compared_with_measured_values(measured):
    measured.configure(run="smoke")
    measured.run("--quiet", "all", "--cores", "1", "--rerun-triggers", "mtime", "--", "measure_again")
    compared = pd.read_csv(measured.study / "results" / "smoke" / "tables" / "measured_again.csv")
    board = compared.set_index("combination").loc[BOARD]
    assert (board.kendall_tau, board.median_ratio) == (1, 1)
