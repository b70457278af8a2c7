"""The same seed gives the same numbers: with other cores and blocks, and after any number of kills."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd

KILLS = int(os.environ.get("HWPRED_TEST_KILLS", "3"))


def test_cores_and_seed_blocks_do_not_change_a_single_bit(project):
    project.configure(run="other", seed_block=1)
    project.run("--quiet", "all", "--cores", "1", "train_all")
    assert len(list((project.study / "results" / "other" / "fits").rglob("*.parquet"))) == 2 * (3 * 3 + 1)
    pd.testing.assert_frame_equal(project.fits("other"), project.fits(), check_exact=True)


def recovery(project):
    """Do what ``make resume`` does first."""
    command = {**project.command(), "args": [sys.executable, "-m", "hwpred.study.recovery"], "cwd": project.study}
    return subprocess.run(**command, capture_output=True, text=True)


def test_killed_runs_end_in_the_same_results(project):
    project.configure(run="killed")
    moments = random.Random(0)
    killed = 0
    while killed < KILLS:
        # A session of its own, so that the kill reaches the jobs as a power cut would.
        process = subprocess.Popen(
            **project.command("--rerun-incomplete", "train_all"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(moments.uniform(1, 9))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
            assert recovery(project).returncode == 0
            project.run("--unlock")
        else:
            # It came to its end before the kill: check it, and start from nothing again.
            pd.testing.assert_frame_equal(project.fits("killed"), project.fits(), check_exact=True)
            shutil.rmtree(project.study / "results" / "killed")
    project.run("--quiet", "all", "--rerun-incomplete", "train_all")
    pd.testing.assert_frame_equal(project.fits("killed"), project.fits(), check_exact=True)
    assert list((project.study / "results").rglob(".*.unfinished*")) == []
