"""A copy of the project and of the smoke study, so that tests may edit code and configuration."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROFILE = Path("workflow/profiles/default")
SECONDS = ["fit_seconds", "search_seconds", "predict_seconds"]
RECORD = """
import atexit, json, os, pathlib, sys

def record():
    job = getattr(sys.modules["__main__"], "snakemake", None)
    if job is not None:
        modules = [name for name in sys.modules if name.split(".")[0] == "hwpred"]
        known = {"rule": job.rule, "wildcards": dict(job.wildcards), "modules": modules}
        pathlib.Path(os.environ["HWPRED_TEST_RECORDS"], f"{os.getpid()}.json").write_text(json.dumps(known))

atexit.register(record)
"""
"""A module ``sitecustomize``: each job of Snakemake writes down what it had loaded in the end."""


EVERYTHING = ("all", "figures_all")
"""Targets of a whole study with every figure."""


class Project:
    """A copy of the workflow with the smoke study, run in processes of its own."""

    def __init__(self, folder):
        self._at(folder)
        for name in ("workflow", "config", "data", "Snakefile", "environment.yml"):
            source, target = ROOT / name, folder / name
            skip = shutil.ignore_patterns("__pycache__", "raw", "*.egg-info")
            shutil.copytree(source, target, ignore=skip) if source.is_dir() else shutil.copy(source, target)
        skip = shutil.ignore_patterns("results", ".snakemake", "__pycache__")
        shutil.copytree(ROOT / "tests" / "smoke", self.study, ignore=skip)

    def _at(self, folder):
        self.folder, self.study, self.records = folder, folder / "tests" / "smoke", folder / "records"

    @classmethod
    def there(cls, folder):
        """Return the project that a folder holds already."""
        project = cls.__new__(cls)
        project._at(folder)
        return project

    def copy(self, folder):
        """Return a copy of the project inside a folder, file times kept."""
        shutil.copytree(self.folder, folder / "project")
        return self.there(folder / "project")

    def command(self, *arguments):
        """Arguments and environment of a snakemake process whose ``hwpred`` is this copy's."""
        command = [sys.executable, "-m", "snakemake", "--directory", str(self.study), "--cores", "2", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "workflow")}
        return {"args": command, "env": environment, "cwd": self.folder}

    def run(self, *arguments):
        """Run snakemake to its end and return what it printed."""
        return self.run_command(self.command(*arguments))

    def run_recorded(self, *arguments):
        """Run snakemake to its end; ``records`` then has a file a job."""
        hook = self.folder / "hook"
        hook.mkdir()
        self.records.mkdir()
        (hook / "sitecustomize.py").write_text(RECORD)
        command = self.command(*arguments)
        command["env"]["PYTHONPATH"] += f"{os.pathsep}{hook}"
        command["env"]["HWPRED_TEST_RECORDS"] = str(self.records)
        return self.run_command(command)

    @staticmethod
    def run_command(command):
        """Run a command to its end and return what it printed."""
        done = subprocess.run(**command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout + done.stderr

    def would_run(self, *targets):
        """Number of jobs by rule that a run would start now."""
        return self._planned("--rerun-triggers", "mtime", "input", "params", "code", "--", *(targets or EVERYTHING))

    def all_jobs(self):
        """Number of jobs by rule of the whole study."""
        return self._planned("--forceall", "--", *EVERYTHING)

    def _planned(self, *arguments):
        output = self.run("--dry-run", *arguments)
        if "Nothing to be done" in output:
            return {}
        table = output.split("Job stats:")[1].split("total")[0]
        return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}

    def edit(self, file, old, new):
        """Replace text in a file of the copy."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def configuration(self):
        """Keys and values of the study's own configuration."""
        return yaml.safe_load((self.study / "config" / "config.yaml").read_text())

    def configure(self, **changes):
        """Change keys of the study's configuration."""
        path = self.study / "config" / "config.yaml"
        path.write_text(yaml.safe_dump({**self.configuration(), **changes}))

    def fits(self, run="smoke"):
        """All fits of a run, times aside, in one order."""
        files = sorted((self.study / "results" / run / "fits").rglob("*.parquet"))
        frames = [pd.read_parquet(file).assign(combination=file.parts[-3]) for file in files]
        frame = pd.concat(frames, ignore_index=True).drop(columns=SECONDS)
        return frame.sort_values(["combination", "predictor", "train_size", "seed"]).reset_index(drop=True)


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory):
    """A project whose smoke study has run, one for all processes of pytest; nobody changes it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    done = folder / "finished.done"
    with (folder / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            project = Project(folder / "finished")
            profile = ("--workflow-profile", str(project.folder / PROFILE))
            project.run_recorded("--quiet", "all", "--benchmark-extended", *profile, "--", *EVERYTHING)
            assert project.would_run() == {}
            done.touch()
    return Project.there(folder / "finished")


@pytest.fixture
def project(finished_project, tmp_path):
    """A copy of the finished project, file times kept, for one test."""
    return finished_project.copy(tmp_path)
