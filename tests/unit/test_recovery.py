"""After a kill: what a run left, and whether one is still at work."""

import os
import subprocess
import sys
import time

import pytest

from hwpred.errors import InputError
from hwpred.study.recovery import check_unlocked, main, remove_unfinished, running
from hwpred.tables import whole_file


@pytest.fixture
def snakemake(tmp_path):
    """A process that looks like Snakemake in a folder, until the end of the test."""
    script = tmp_path / "bin" / "snakemake"
    script.parent.mkdir()
    script.write_text("import time\ntime.sleep(60)\n")
    folder = tmp_path / "study"
    folder.mkdir()
    process = subprocess.Popen([sys.executable, script], cwd=folder)
    deadline = time.monotonic() + 20
    while not running(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield folder, process
    process.kill()
    process.wait()


def lock(folder):
    locks = folder / ".snakemake" / "locks"
    locks.mkdir(parents=True)
    (locks / "0.input.lock").write_text("results/x\n")


def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_run_at_work_is_found_in_its_own_folder_only(snakemake, tmp_path):
    folder, process = snakemake
    assert running(folder) == [process.pid]
    assert running(tmp_path) == []
    process.kill()
    process.wait()
    assert running(folder) == []


def test_resuming_is_refused_while_a_run_is_at_work(snakemake, monkeypatch, capsys):
    folder, process = snakemake
    monkeypatch.chdir(folder)
    assert main([]) == 1
    assert f"a run is at work in this folder (process {process.pid})" in capsys.readouterr().err
    lock(folder)
    assert main(["--only-check"]) == 1
    assert "wait for its end" in capsys.readouterr().err


def test_after_a_kill_the_message_names_how_to_go_on(tmp_path):
    check_unlocked(tmp_path)
    lock(tmp_path)
    with pytest.raises(InputError, match="was killed, and left its lock; go on with it: make resume"):
        check_unlocked(tmp_path)


def test_only_what_a_dead_process_left_unfinished_is_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "run" / "figures"
    with whole_file(folder / "targets.pdf") as being_written:
        being_written.write_text("a part")
        left = folder / being_written.name.replace(str(os.getpid()), str(ended_process()))
        left.write_text("a part")
        (folder / ".hidden.pdf").write_text("somebody's")
        assert main([]) == 0
        assert capsys.readouterr().out == f"Removed {left.relative_to(tmp_path)}, which was left unfinished\n"
        assert being_written.exists()
        assert (folder / ".hidden.pdf").exists()
    assert remove_unfinished("results") == []
