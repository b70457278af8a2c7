"""What the Slurm profile would ask a cluster for, read from the calls of a sbatch that refuses every job."""

import os
import re
import subprocess

import pytest
from conftest import PROFILE as LOCAL
from conftest import Project

pytest.importorskip("snakemake_executor_plugin_slurm")

PROFILE = "workflow/profiles/slurm"


@pytest.fixture(scope="module")
def with_data(tmp_path_factory):
    """A project with its data, and nothing fitted yet."""
    project = Project(tmp_path_factory.mktemp("slurm"))
    project.run("--workflow-profile", str(LOCAL), "--", "data")
    return project


@pytest.fixture
def project(with_data, tmp_path):
    return with_data.copy(tmp_path)


@pytest.fixture
def calls(project):
    """Return a function: options of snakemake -> (comment, minutes, MB, GPUs, cores) of each call of sbatch."""
    commands = project.folder / "commands"
    commands.mkdir()
    for name, answer in {
        "sbatch": "exit 1",
        "sinfo": "echo PARTITION; echo 'main*'",
        "scontrol": "echo 'MinJobAge = 300 sec'",
        **dict.fromkeys(("sacct", "sacctmgr", "scancel", "squeue", "sshare"), ""),
    }.items():
        (commands / name).write_text(f'#!/bin/sh\necho "$(basename $0) $*" >>"$CALLS"\n{answer}\n')
        (commands / name).chmod(0o755)

    def called(*options):
        soon = ("--slurm-init-seconds-before-status-checks", "1")
        command = project.command("--workflow-profile", PROFILE, *soon, *options)
        command["env"] |= {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "CALLS": str(commands / "calls")}
        done = subprocess.run(**command, capture_output=True, text=True)
        assert done.returncode == 1, "sbatch refuses all jobs"
        assert (commands / "calls").exists(), done.stdout + done.stderr
        lines = [line for line in (commands / "calls").read_text().splitlines() if line.startswith("sbatch")]
        (commands / "calls").unlink()
        return [_asked(line) for line in lines]

    return called


def _asked(line):
    patterns = (r"--comment (\S+)", r" -t (\d+)", r"--mem (\d+)", r"--gpus=(\d+)", r"--cpus-per-task=(\d+)")
    comment, *numbers = [re.search(pattern, line.split("--wrap")[0]) for pattern in patterns]
    return comment.group(1), *[int(number.group(1)) if number else 0 for number in numbers]


def test_groups_add_up_their_time_and_retries_have_more_of_all(calls):
    asked = calls("--cores", "2", "--", "train_all")
    assert {comment for comment, *_ in asked} == {"rule_fits_train_predictor"}
    memory = {mb for _, _, mb, _, _ in asked}
    assert len(asked) == 2 * 3, "14 fits are two groups of ten at most, each of which is sent three times"
    assert sorted(minutes for _, minutes, *_ in asked) == [40, 80, 100, 120, 200, 300]
    least = min(memory)
    assert memory == {least, 2 * least, 3 * least}, "memory is that of the largest member, not of all"
    assert {cores for *_, cores in asked} == {1}


def test_without_groups_each_job_is_sent_by_itself(calls):
    asked = calls("--retries", "0", "--group-components", "fits=1", "--", "train_all")
    assert len(asked) == 14
    assert {minutes for _, minutes, *_ in asked} == {10}


def test_a_job_for_the_gpu_is_sent_by_itself_and_asks_for_one(project, calls):
    project.configure(device="cuda", predictors=["lin_reg", "mlp"])
    asked = calls("--retries", "0", "--", "train_all")
    on_gpu = [comment for comment, _, _, gpus, _ in asked if gpus == 1]
    assert on_gpu
    assert all("mlp" in comment for comment in on_gpu)
    assert [comment for comment, _, _, gpus, _ in asked if not gpus] == ["rule_fits_train_predictor"] * (
        len(asked) - len(on_gpu)
    )
