"""Networks are measured on this machine and by a command, and what comes out is studied like any other combination."""

import html
import json
import re
import subprocess
import sys

import pandas as pd
import pytest
from conftest import Project

from hwpred.advice.reading import read_measurements
from hwpred.spaces import get_space

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


PHONE_SCRIPT = """
import os, sys
from pathlib import Path
folder = Path({folder!r})
calls = len(os.listdir(folder / "calls"))
(folder / "calls" / f"{{calls:04}}-{{os.path.getsize(sys.argv[1])}}").touch()
if (folder / "unplugged").exists() or calls >= {calls}:
    (folder / "unplugged").touch()
    sys.exit("error: no devices found")
print(os.path.getsize(sys.argv[1]) / 1e6)
"""
PHONE = "nasbench201-cifar10-phone-latency"


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


def test_the_command_hwpred_reads_what_was_measured(measured):
    for name, metric, unit in ((HERE, "latency", "ms"), (MEMORY, "memory", "KiB")):
        rows = read_measurements(measured.study / f"results/smoke/measured/{name}.csv", "nasbench201", metric, unit)
        expected = table(measured, name)
        assert (rows.operations == get_space("nasbench201").enumerate()[expected.architecture]).all()
        assert rows.value == pytest.approx(expected.value, rel=1e-5)
        # A metric that is computed has no time.
        assert rows.time is None if name == MEMORY else rows.time == pytest.approx(expected.started, rel=0, abs=0.051)


def test_a_network_that_the_command_cannot_time_is_left_out_and_named(measured):
    failed = facts(measured, BOARD)["failed"]
    assert 0 < failed < 60
    assert len(table(measured, BOARD)) == 60 - failed
    page = (measured.study / "results" / "smoke" / "measurements.html").read_text()
    assert "the board is too hot" in page
    assert [entry["error"] for entry in facts(measured, BOARD)["failures"]] == [
        "device_command ended with code 1: the board is too hot"
    ] * min(failed, 5)


def test_what_could_not_be_timed_is_timed_again_by_the_command_that_the_end_of_the_run_names(measured, tmp_path):
    cooled = measured.copy(tmp_path)
    failed = facts(cooled, BOARD)["failed"]
    # The copy's configuration names the script of the original.
    measured.edit("tests/smoke/board.py", "size % 5 == 0", "False")
    page = html.unescape((cooled.study / "results" / "smoke" / "measurements.html").read_text())
    sentence = re.search(rf"{BOARD}: \d+ networks could not be timed .* (--forcerun \S+)</p>", page)
    output = cooled.run("--quiet", "rules", "--cores", "1", *expanded(sentence[1]), "--", "measure")
    assert facts(cooled, BOARD)["failed"] == 0
    assert len(table(cooled, BOARD)) == 60 > 60 - failed
    assert "could not be timed" not in output


def expanded(option):
    """What bash makes of an option and a path with braces."""
    return subprocess.run(["bash", "-c", f"echo {option}"], capture_output=True, text=True, check=True).stdout.split()


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


def test_a_phone_that_drops_out_stops_the_run_and_when_it_is_back_the_rest_is_timed(measured, tmp_path):
    project = measured.copy(tmp_path)
    phone = tmp_path / "phone"
    (phone / "calls").mkdir(parents=True)
    (phone / "time.py").write_text(PHONE_SCRIPT.format(folder=str(phone), calls=30))
    measure = measure_configuration("")
    command = f"{sys.executable} {phone / 'time.py'} {{onnx}}"
    measure["combinations"] = [
        {"space": "nasbench201", "task": "cifar10", "device": "phone", "device_command": command}
    ]
    project.configure(run="phone", measure={**measure, "architectures": 40, "reference_seconds": 1000, "computed": []})

    stopped = subprocess.run(
        **project.command("--quiet", "rules", "--cores", "1", "--", "measure"), capture_output=True, text=True
    )
    assert stopped.returncode == 1
    assert "the device seems to be gone: " in stopped.stderr
    assert "start the same command: it goes on from there" in stopped.stderr
    assert len(list((phone / "calls").iterdir())) <= 30 + 5 + 2

    (phone / "time.py").write_text(PHONE_SCRIPT.format(folder=str(phone), calls=10**6))
    (phone / "unplugged").unlink()
    before = len(list((phone / "calls").iterdir()))
    project.run("--quiet", "rules", "--cores", "1", "--", "measure")
    results = project.study / "results" / "phone"
    assert len(pd.read_parquet(results / "measured" / f"{PHONE}.parquet")) == 40
    # Two visits of 40 and of the 4 of the second pass, of which 28 were made before; and the references.
    assert len(list((phone / "calls").iterdir())) - before == 2 * 44 - 28 + 2 * 2 * 2
    assert not list(results.rglob("*.jsonl"))


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
