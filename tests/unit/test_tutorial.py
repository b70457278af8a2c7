"""docs/tutorial/my_device.md: every command on it runs, in order, and prints what the page shows."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from console import commands, run, shows

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial"
PAGE = TUTORIAL / "my_device.md"


def test_the_commands_print_what_the_page_shows(tmp_path, monkeypatch, capsys):
    for file in TUTORIAL.glob("*.csv"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = []
    for command, shown in commands(PAGE):
        printed = run(command, capsys)
        assert shows(shown, printed), f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"
        ran.append(command)
    assert [command.split()[1] for command in ran if command.startswith("hwpred")] == [
        "plan", "fit", "predict", "select", "select", "suggest", "fit", "select", "report",
    ]  # fmt: skip
    assert "Under the limit of 1.60 ms take" in Path("my_device.html").read_text(encoding="utf-8")
    planned = pd.read_csv("to_measure.csv").architecture
    assert planned.tolist() == pd.read_csv("my_device.csv").architecture.tolist()


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("tau 0.936, 60 rows\n", "tau 0.9361, 60 rows\n", True),
        ("tau 0.936\n", "tau 0.836\n", False),
        ("60 rows\n", "61 rows\n", False),
        ("nor_conv_3x3~0\n", "nor_conv_1x1~0\n", False),
        ("a,1.5\n...\n", "a,1.51\nb,2\nc,3\n", True),
        ("a,1.5\n...\n", "b,1.5\nb,2\n", False),
        ("", "a line that the page does not show\n", False),
    ],
)
def test_shown_and_printed_are_compared(shown, printed, same):
    assert shows(shown, printed) is same
