"""What `make` says before and while it installs: folders and Pythons that cannot work, and why torch is not there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FAKE_PYTHON = """\
#!{python}
import sys
from pathlib import Path
calls = Path({calls!r})
first = not calls.exists()
with open(calls, "a") as file:
    print(*sys.argv[1:], file=file)
if first:
    print({says!r}, file=sys.stderr)
    sys.exit({code})
"""
NONE = "ERROR: No matching distribution found for torch"


def make(folder, *arguments):
    folder.mkdir()
    shutil.copy(PROJECT / "Makefile", folder)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    command = ["make", ".venv/bin/pip", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["my study", "it's", "a$b", "a;b", "a(b)", "a&b", "a:b", 'a"b'])
def test_a_path_that_a_shell_reads_otherwise_is_refused_before_anything_is_installed(tmp_path, name):
    done = make(tmp_path / name, f"PYTHON={sys.executable}")
    assert done.returncode
    assert f"{name}, has a blank or another character" in done.stdout
    assert not (tmp_path / name / ".venv").exists()


def test_umlauts_in_the_path_are_fine(tmp_path):
    python = tmp_path / "python"
    python.write_text(FAKE_PYTHON.format(python=sys.executable, calls=str(tmp_path / "calls"), says="", code=0))
    python.chmod(0o755)
    done = make(tmp_path / "Prüfung_1.2-b", f"PYTHON={python}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "calls").read_text().splitlines()[-1] == "-m venv --clear .venv"


def test_a_python_that_is_too_old_or_too_new_is_refused(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    done = make(tmp_path / "folder", f"PYTHON={python}")
    assert done.returncode
    assert f"Python 3.11, 3.12 or 3.13 is needed, and {python} is none of them" in done.stdout


def install_torch(tmp_path, says, code=1):
    """Run the script with a pip that fails that way the first time; return what it did and how pip was called."""
    calls, python = tmp_path / "calls", tmp_path / "python"
    python.write_text(FAKE_PYTHON.format(python=sys.executable, calls=str(calls), says=says, code=code))
    python.chmod(0o755)
    script = PROJECT / ".ci" / "install-torch"
    done = subprocess.run([script, python, "https://cpu.example"], capture_output=True, text=True)
    return done, calls.read_text().splitlines()


def test_torch_comes_from_the_index_without_cuda(tmp_path):
    done, calls = install_torch(tmp_path, "", code=0)
    assert done.returncode == 0
    assert done.stderr == "\n"
    (call,) = calls
    assert "--index-url https://cpu.example torch==" in call


@pytest.mark.parametrize(
    "reason",
    [
        f"NewConnectionError: Name or service not known\n{NONE}",
        f"Could not fetch URL: 404\n{NONE}",
        NONE,
        "ERROR: ResolutionImpossible: for help visit",
    ],
)
def test_torch_comes_from_the_default_index_where_the_other_cannot_be_reached_or_has_none(tmp_path, reason):
    done, calls = install_torch(tmp_path, reason)
    assert done.returncode == 0
    assert len(calls) == 2
    assert "--index-url" not in calls[1]
    assert reason in done.stderr
    assert "about 2.5 GB to download" in done.stderr


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (f"There was a problem confirming the ssl certificate: SSLError\n{NONE}", "export PIP_CERT="),
        (f"ProxyError: Tunnel connection failed: 407 Proxy Authentication Required\n{NONE}", "export HTTPS_PROXY="),
        ("ERROR: Could not install packages due to an OSError: No space left on device", "pip says why above"),
    ],
)
def test_what_would_stop_the_default_index_as_well_stops_at_once(tmp_path, says, sentence):
    done, calls = install_torch(tmp_path, says)
    assert done.returncode == 1
    assert len(calls) == 1
    assert says in done.stderr
    assert sentence in done.stderr
