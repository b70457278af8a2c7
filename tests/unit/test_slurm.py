"""The Slurm executor, mended: jobs that nobody could ask about are asked about again."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from hwpred.study.slurm import NO_NODE, PLUGIN, mend, mend_loaded


class Executor:
    """As much of the plugin's as matters: each round of answers is a mapping of job to state, or None if none came."""

    def __init__(self, *rounds):
        self.rounds, self.reported, self._failed_nodes = list(rounds), [], set()

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


mend(Mended)


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


def test_a_failed_job_is_reported_once_and_no_node_without_a_name_is_left_out():
    executor = Mended({"a": "node failed", "b": "running"})
    assert still_active(executor, ["a", "b"]) == ["b"]
    assert executor.reported == [("node failed", "a")]
    assert executor._failed_nodes == set()


def test_the_plugin_has_what_is_mended():
    plugin = pytest.importorskip(PLUGIN)
    assert {"check_active_jobs", "report_job_success", "report_job_error"} <= set(dir(plugin.Executor))
    assert "self._failed_nodes" in Path(plugin.__file__).read_text(encoding="utf-8")


def test_the_plugin_is_mended_once_where_it_is_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, PLUGIN, raising=False)
    mend_loaded()
    plugin = SimpleNamespace(Executor=type("Loaded", (Executor,), {}))
    monkeypatch.setitem(sys.modules, PLUGIN, plugin)
    mend_loaded()
    mended = plugin.Executor.check_active_jobs
    assert mended.__wrapped__ is Executor.check_active_jobs
    mend_loaded()
    assert plugin.Executor.check_active_jobs is mended
