"""docs/device.md: every command and every line of Python on it runs, on the files of docs/tutorial."""

import doctest
import json
import runpy
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from hwpred import cli

ROOT = Path(__file__).parents[2]
PAGE, TUTORIAL = ROOT / "docs/device.md", ROOT / "docs/tutorial"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for file in TUTORIAL.glob("*.csv"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_of_the_page_runs(folder):
    page = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, "device.md", str(PAGE), 0)
    assert len(page.examples) > 15
    assert doctest.DocTestRunner().run(page).failed == 0


def test_the_commands_of_the_page_run(folder, capsys):
    commands = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    hwpred")]
    assert {command.split()[1] for command in commands} == {
        "plan", "advise", "fit", "predict", "select", "suggest", "explain", "export", "report",
    }  # fmt: skip
    for command in commands:
        assert cli.main([*shlex.split(command)[1:], "--quiet"]) == 0, command
    assert len(pd.read_csv("to_measure.csv")) == 60
    assert len(pd.read_csv("predictions.csv")) == 15_625
    assert "Under the limit of 1.00 ms take" in Path("my_device.html").read_text(encoding="utf-8")
    output = capsys.readouterr().out
    assert "Use structured_gp" in output
    assert "70 architectures" in output


def test_the_tutorial_files_are_made_from_the_embedded_measurements(tmp_path):
    made = runpy.run_path(str(TUTORIAL / "make.py"))
    made["make"](tmp_path)
    files = sorted(TUTORIAL.glob("*.csv"))
    assert [file.name for file in files] == ["accuracies.csv", "more.csv", "my_device.csv", "suggested.csv"]
    for file in files:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_programs_get_json_and_exit_codes(folder, capsys):
    facts = ["--space", "nasbench201", "--metric", "latency", "--unit", "ms"]
    assert cli.main(["fit", "my_device.csv", *facts, "--output", "d.hwpred", "--predictor", "ridge_reg", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["predictor"] == "ridge_reg"
    assert told["history"][0]["rows"] == 60
    limit = ["--accuracy", "accuracies.csv", "--limit", "1"]
    assert cli.main(["select", "d.hwpred", *limit, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"]["probability"] >= 0.5
    out_of_reach = ["--accuracy", "accuracies.csv", "--limit", "0.001", "--confidence", "0.99"]
    assert cli.main(["select", "d.hwpred", *out_of_reach, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"] is None
    assert cli.main(["suggest", "d.hwpred", "2", "--json"]) == 0
    assert [row["std_after"] for row in json.loads(capsys.readouterr().out)] == [None, None]
    assert cli.main(["predict", "d.hwpred", "--architectures", "more.csv", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 10
    assert cli.main(["predict", "d.hwpred", "--architectures", "more.csv"]) == 0
    numbers = capsys.readouterr().out.splitlines()[1].split(",")[1:5]
    assert all(len(number.replace(".", "").lstrip("0")) <= 6 for number in numbers)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["predict", "none.hwpred"], "none.hwpred does not exist"),
        (["predict", "more.csv"], "more.csv is torn, or no file that hwpred saved"),
        (["fit", "more.csv"], "--space is missing"),
        (
            ["fit", "none.csv", "--space", "nasbench201", "--metric", "latency", "--unit", "ms", "--output", "d"],
            "none.csv",
        ),
        (["plan", "--space", "nasbench", "--number", "9"], "unknown space 'nasbench'"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_1(folder, capsys, arguments, words):
    assert cli.main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_a_wrong_command_line_has_exit_code_2_and_help_is_a_manual(capsys):
    with pytest.raises(SystemExit) as error:
        cli.main(["predikt"])
    assert error.value.code == 2
    with pytest.raises(SystemExit) as error:
        cli.main(["--help"])
    assert error.value.code == 0
    told = capsys.readouterr().out
    assert "exit codes" in told
    assert "hwpred plan --space" in told
