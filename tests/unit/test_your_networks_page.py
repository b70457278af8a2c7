"""docs/your_networks.md: every command and every line of Python on it runs, on networks that it writes and times."""

import doctest
import shlex
import shutil
import subprocess
import uuid
from functools import partial
from pathlib import Path

import onnx
import pandas as pd
import pytest
from load_script import load_script

from hwpred import cli
from hwpred.measurement import cores
from hwpred.measurement import networks as timed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/your_networks.md"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the example's programs, and files that the page takes for granted."""
    shutil.copy(ROOT / "examples" / "write_networks.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    # These cores are not those that measuring processes of this machine share.
    monkeypatch.setattr(timed, "own_cores", partial(cores.own_cores, lock=f"test-{uuid.uuid4()}"))
    networks = load_script("write_networks", "examples")
    Path("more").mkdir()
    onnx.save(networks.cnn(40, 20, 3, 2), "more/new.onnx")
    pd.DataFrame({"file": ["new.onnx"], "value": [0.3]}).to_csv("more.csv", index=False)
    names = list(networks.family(40))
    pd.DataFrame({"file": names, "accuracy": range(50, 90)}).to_csv("accuracies.csv", index=False)
    return tmp_path


def lines(*programs):
    found = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    return [line for line in found if line.split()[0] in programs]


def test_the_commands_and_the_python_of_the_page_run(folder, capsys):
    for command in lines("python"):
        subprocess.run(command, shell=True, check=True)
    assert len(list(Path("networks").iterdir())) == 40
    commands = lines("hwpred")
    assert {command.split()[1] for command in commands} == {
        "fit", "predict", "explain", "suggest", "advise", "select", "plan", "report", "time",
    }  # fmt: skip
    for command in commands:
        assert cli.main([*shlex.split(command)[1:], "--quiet"]) == 0, command
    told = capsys.readouterr().out
    assert "20 architectures, held out" in told
    assert "21 architectures, held out" in told
    assert len(pd.read_csv("to_measure.csv")) == 20
    page = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, "page", str(PAGE), 0)
    assert len(page.examples) >= 6
    assert doctest.DocTestRunner().run(page).failed == 0
