"""The Slurm executor, mended: jobs are asked about again, sent again and withdrawn."""

import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake_interface_executor_plugins.executors import real

from hwpred.study import slurm
from hwpred.study.slurm import JOBSTEP, NO_CONTROLLER, NO_NODE, PLUGIN, mend, mend_loaded


class Job(str):
    """A job that Slurm knows by its name."""

    external_jobid = property(str)


class Executor:
    """As much of the plugin's as matters: each round of answers is a mapping of job to state, or None if none came."""

    def __init__(self, *rounds):
        self.rounds, self.reported, self._failed_nodes = list(rounds), [], set()

        self.logger, self.sent, self.controller_away = logging.getLogger("slurm"), [], 0
        self._job_submission_executor, self.arrived = ThreadPoolExecutor(1), threading.Event()

    def run_job(self, job):
        self.sent.append(job)
        if job == "of no rule":
            try:
                raise RuntimeError("sinfo failed")
            except RuntimeError:
                job.rule  # noqa: B018 - as the plugin does of a group, which has none
        if self.controller_away:
            self.controller_away -= 1
            self._report_job_error_threadsafe(SimpleNamespace(job=job), f"{NO_CONTROLLER} (connect failure)")
        else:
            self.arrived.set()

    def _report_job_error_threadsafe(self, job_info, msg):
        self.reported.append((msg, job_info.job))

    def report_job_success(self, job):
        self.reported.append(("done", job))

    def report_job_error(self, job, msg=None):
        self.reported.append((msg, job))

    async def check_active_jobs(self, active_jobs):
        answers = self.rounds.pop(0)
        if answers is None:
            return
        for job in active_jobs:
            if answers[job] == "done":
                self.report_job_success(job)
            elif answers[job] == "node failed":
                self._failed_nodes.add(NO_NODE)
                self.report_job_error(job, msg="node failed")
            else:
                yield job


class Mended(Executor):
    """A class of its own, so that the one above stays as it is."""

    check_active_jobs = Executor.check_active_jobs
    run_job = Executor.run_job
    _report_job_error_threadsafe = Executor._report_job_error_threadsafe


mend(Mended)


@pytest.fixture(autouse=True)
def cancelled(monkeypatch):
    """Return the list of jobs that scancel was called for."""
    names = []

    def run(command, **_):
        names.append(command)
        away = command[1] == "while the controller is away" and len(names) < 3
        return SimpleNamespace(stderr=f"scancel: error: {NO_CONTROLLER} (connect failure)" if away else "")

    monkeypatch.setattr(slurm, "subprocess", SimpleNamespace(run=run))
    monkeypatch.setattr(slurm, "SECONDS_TO_NEXT_TRY", 0)
    return names


def still_active(executor, jobs):
    """Return the jobs that a round leaves; nothing in it waits, and so it needs no event loop."""

    async def collect():
        return [job async for job in executor.check_active_jobs(jobs)]

    with pytest.raises(StopIteration) as ended:
        collect().send(None)
    return ended.value.value


def test_the_plugin_forgets_jobs_after_a_round_without_an_answer():
    assert still_active(Executor(None), ["a", "b"]) == []


def test_no_job_is_forgotten():
    executor = Mended(None, {"a": "done", "b": "running"}, {"b": "done"})
    jobs = ["a", "b"]
    for left in (["a", "b"], ["b"], []):
        jobs = still_active(executor, jobs)
        assert jobs == left
    assert executor.reported == [("done", "a"), ("done", "b")]


def test_a_failed_job_is_reported_once_and_no_node_without_a_name_is_left_out(cancelled):
    executor = Mended({"a": "node failed", "b": "running", "c": "done"})
    assert still_active(executor, [Job("a"), Job("b"), Job("c")]) == ["b"]
    assert executor.reported == [("node failed", "a"), ("done", "c")]
    assert executor._failed_nodes == set()
    assert cancelled == [["scancel", "a"]], "Slurm would run it again beside the next try"


def test_a_round_without_jobs_needs_no_executor_that_is_ready():
    executor = Mended({"asked": "the plugin"})
    del executor._failed_nodes
    assert still_active(executor, []) == []
    assert executor.rounds == [], "the plugin says in how many seconds it looks again"


def test_a_failed_job_is_withdrawn_before_it_is_tried_again_though_the_controller_is_away(cancelled):
    job = Job("while the controller is away")
    executor = Mended({job: "node failed"})
    assert still_active(executor, [job]) == []
    assert executor.reported == [("node failed", job)]
    assert cancelled == [["scancel", job]] * 3


def test_a_job_is_sent_again_until_the_controller_answers():
    executor, job = Mended(), SimpleNamespace(jobid=1)
    executor.controller_away = 3
    executor.run_job(job)
    assert executor.arrived.wait(timeout=10)
    assert executor.sent == [job] * 4
    assert executor.reported == []


def test_a_group_that_cannot_be_sent_is_reported():
    executor = Mended()
    executor.run_job(Job("of no rule"))
    assert executor.reported == [("not sent: sinfo failed", "of no rule")]


def test_what_slurm_refuses_is_a_failure():
    executor, job = Mended(), SimpleNamespace(jobid=1)
    executor._report_job_error_threadsafe(SimpleNamespace(job=job), "invalid partition specified: gpu")
    assert executor.reported == [("invalid partition specified: gpu", job)]
    assert executor.sent == []


@pytest.mark.parametrize(("reserved", "cores"), [("1", 1), ("4", 4), (None, "all")])
def test_a_group_of_jobs_gets_the_cores_that_slurm_reserved(monkeypatch, reserved, cores):
    monkeypatch.setitem(sys.modules, JOBSTEP, SimpleNamespace(Executor=type("Loaded", (), {"cores": "all"})))
    mend_loaded()
    if reserved is None:
        monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    else:
        monkeypatch.setenv("SLURM_CPUS_PER_TASK", reserved)
    assert sys.modules[JOBSTEP].Executor().cores == cores


def test_the_plugin_has_what_is_mended(monkeypatch, tmp_path):
    (tmp_path / "scontrol").write_text("#!/bin/sh\n")  # the plugin calls it when it is imported
    (tmp_path / "scontrol").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    plugin = pytest.importorskip(PLUGIN)
    mended = {"check_active_jobs", "report_job_success", "report_job_error", "_report_job_error_threadsafe", "run_job"}
    assert mended <= set(dir(plugin.Executor))
    text = Path(plugin.__file__).read_text(encoding="utf-8")
    assert "self._failed_nodes" in text
    assert "self._job_submission_executor" in text
    jobstep = pytest.importorskip(JOBSTEP)
    assert '"--cores", kwargs.get("cores", self.cores)' in Path(real.__file__).read_text(encoding="utf-8")
    assert issubclass(jobstep.Executor, real.RealExecutor)


def test_the_plugin_is_mended_once_where_it_is_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, PLUGIN, raising=False)
    mend_loaded()
    plugin = SimpleNamespace(Executor=type("Loaded", (Executor,), {}))
    monkeypatch.delitem(sys.modules, JOBSTEP, raising=False)
    monkeypatch.setitem(sys.modules, PLUGIN, plugin)
    mend_loaded()
    mended = plugin.Executor.check_active_jobs
    assert mended.__wrapped__ is Executor.check_active_jobs
    mend_loaded()
    assert plugin.Executor.check_active_jobs is mended
