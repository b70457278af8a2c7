"""A small finished study whose jobs can be run again, one by one, on tables that something has happened to."""

import json
import os
import pickle
import resource
import runpy
import shutil
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from conftest import Project

from hwpred.errors import InputError

RECORD = """
import atexit, os, pathlib, pickle, sys

def record():
    if job := getattr(sys.modules["__main__"], "snakemake", None):
        name = " ".join([job.rule, *job.wildcards]).replace("/", " ")
        script = pathlib.Path(sys.argv[0]).name.partition(".")[2]
        pathlib.Path(os.environ["HWPRED_FAULTS_JOBS"], name).write_bytes(pickle.dumps((script, job)))

atexit.register(record)
"""
"""A module ``sitecustomize``: each job of Snakemake leaves what it was told."""
COMBINATION, OTHER = "nasbench201-synthetic-laptop-latency", "transnas_macro-synthetic-laptop-throughput"
BOARD = """
import os, sys
for run in range(3):
    print(os.path.getsize(sys.argv[1]) / 1e6 + run / 1e3)
"""
ROOT = Path(__file__).parents[2]
SECONDS = 300
"""That a job may take, whose input is damaged."""


@dataclass(frozen=True)
class Outcome:
    """What came out of a trial.

    Attributes
    ----------
    kind : str
        ``"done"``; ``"same"`` (done, with the right results); ``"silent"`` (done, with others); ``"sentence"`` (refused
        by one that names the file); ``"bare"`` (by anything else); ``"crash"``, ``"slow"``, ``"large"``, ``"run"``
        (something foreign was run).
    words : str
        What it said.
    seconds : float
        Of the processor.
    memory_mb : float
        The most that a process took.
    """

    kind: str
    words: str
    seconds: float = 0.0
    memory_mb: float = 0.0

    def called(self, kind, words=None):
        """Return the same outcome by another kind, and other words."""
        return replace(self, kind=kind, words=self.words if words is None else words)


def finished(folder):
    """Return a study in a folder that has run, so that all kinds of tables are there; make it if it is not.

    Its results are as they were once it had run, whatever trials that were killed have left of them.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Project
    """
    right = folder / "right"
    project = Project.there(folder / "project") if (folder / "project").exists() else _made(folder)
    results = project.study / "results"
    if not right.exists():
        for target in ("all", "figures_all", "measure"):
            project.run_command(_recorded(project, folder, "--quiet", "all", "--cores", "1", "--", target))
        results.rename(right)
    shutil.rmtree(results, ignore_errors=True)
    shutil.copytree(right, results)
    return project


def _made(folder):
    """Return a project whose study has a limit and measurements, besides what the smoke study has."""
    project = Project(folder / "project")
    (project.study / "board.py").write_text(BOARD)
    catalogue = project.study / "config" / "combinations.yaml"
    catalogue.write_text(catalogue.read_text().replace("accuracy: synthetic", "accuracy: synthetic\n    limit: 3"))
    project.configure(
        predictors=["lin_reg", "ridge_reg", "lookup", "structured_gp"],
        hyperparameters={},
        figure_formats=["png"],
        measure=_measuring(f"{sys.executable} {project.study / 'board.py'} {{onnx}}"),
    )
    return project


def _measuring(command):
    return {
        "combinations": [
            {"space": "nasbench201", "task": "cifar10", "device": name, "device_command": command}
            for name in ("board", "other")
        ],
        "computed": [],
        "train_accuracies": False,
        "architectures": 16,
        "threads": 1,
        "chunk_size": 8,
        "visits": 2,
        "effort": {"warm_up": 1, "least": 3, "most": 5, "relative_error": 0.05},
        "outlier_spread": 0.5,
        "references": 2,
        "reference_seconds": 5,
        "command_timeout": 30,
        "again": 4,
        "again_folder": "results/smoke/measured",
    }


def _recorded(project, folder, *arguments):
    hook, jobs = folder / "hook", folder / "jobs"
    hook.mkdir(exist_ok=True)
    jobs.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(RECORD)
    command = project.command(*arguments)
    command["env"]["PYTHONPATH"] += f"{os.pathsep}{hook}"
    command["env"]["HWPRED_FAULTS_JOBS"] = str(jobs)
    return command


def jobs_of(folder):
    """Return {name: (name of its script, what it was told)} of all jobs of the study."""
    return {file.name: pickle.loads(file.read_bytes()) for file in sorted((folder / "jobs").iterdir())}


def run(job, project, before, after):
    """Run a job of ``jobs_of`` in a process of its own, in the folder of the study.

    Parameters
    ----------
    job : (str, object)
    project : Project
    before, after : callable
        What is done there first and last; the words of the outcome are what ``after`` returns.

    Returns
    -------
    Outcome
    """
    script, told = project.folder / "workflow" / "scripts" / job[0], job[1]

    def work():
        before()
        runpy.run_path(str(script), {"snakemake": told})
        return after()

    return apart(work, project.study)


def apart(work, folder=".", refusals=(InputError,), limit=SECONDS):
    """Do something in a process of its own.

    Parameters
    ----------
    work : callable
        Returns the words of the outcome, or None.
    folder : str or Path
        Where it is done.
    refusals : tuple of exceptions
        Those that say in a sentence what is wrong.
    limit : int
        Seconds after which it is ended.

    Returns
    -------
    Outcome
        Of kind ``"done"``, ``"sentence"``, ``"bare"``, ``"crash"`` or ``"slow"``.
    """
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        _work(work, folder, writer, refusals, limit)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    _, status, used = os.wait4(process, 0)
    measured = {"seconds": round(used.ru_utime + used.ru_stime, 2), "memory_mb": round(used.ru_maxrss / 1024, 1)}
    if text:
        return Outcome(**json.loads(text), **measured)
    is_slow = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    words = f"ended by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"ended with {status >> 8}"
    return Outcome("slow" if is_slow else "crash", words, **measured)


def _work(work, folder, writer, refusals, limit):
    """Do it in this process, which ends then."""
    os.chdir(folder)
    os.setpgid(0, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limit)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silent, stream)
    try:
        told = "done", work() or ""
    except refusals as error:
        told = "sentence", str(error)
    except BaseException as error:
        told = "bare", f"{type(error).__name__}: {error}"
    answer = json.dumps(dict(zip(("kind", "words"), told, strict=True))).encode()
    while answer:
        answer = answer[os.write(writer, answer) :]
    os._exit(0)


def set_times(path, times):
    """Give a file the times of before."""
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def emptied(folder):
    """Make a folder that holds nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
