"""docs/tutorial/measure_and_deploy.md: what stands there runs, on fewer networks, timed less carefully."""

import doctest
import json
import shutil
import sys

import pandas as pd
from conftest import ROOT, Project
from console import commands, run

PAGE = ROOT / "docs/tutorial/measure_and_deploy.md"
MEASURED = "results/my_machine/measured/nasbench201-cifar10-my_machine-latency"


def test_networks_are_measured_chosen_and_run(tmp_path, monkeypatch, capsys):
    project = Project(tmp_path)
    for folder in ("docs/tutorial", "examples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    project.edit("docs/tutorial/measure.yaml", "architectures: 60", "architectures: 30")
    project.edit("docs/tutorial/measure.yaml", "visits: 3", "visits: 1")
    project.edit("docs/tutorial/measure.yaml", "least: 10, most: 40", "least: 3, most: 5")
    monkeypatch.chdir(tmp_path)
    environment = project.command()["env"]
    printed = {}
    for command, _ in commands(PAGE):
        if command.startswith("snakemake "):
            arguments = [sys.executable, "-m", *command.split(), "--quiet", "all"]
            project.run_command({"args": arguments, "env": environment, "cwd": tmp_path})
        else:
            printed[command.split()[1]] = run(command, capsys)
    assert len(pd.read_csv(f"{MEASURED}.csv")) == 30
    assert json.loads((tmp_path / f"{MEASURED}.json").read_text())["failed"] == 0
    assert "30 architectures, held out" in printed["fit"]
    # Whoever measures is another machine, and busy: the time is one of this network, whatever the page says.
    times = [float(time) for time in printed["examples/time_onnx.py"].split()]
    assert len(times) == 5
    assert 0.1 < min(times) < 100
    python = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, PAGE.name, str(PAGE), 0)
    assert len(python.examples) == 6
    assert doctest.DocTestRunner().run(python).failed == 0
