"""A chunk on a machine that does what a test says: order, failures, outliers; which chunk, core, and machine."""

import os
import platform
import subprocess
import sys
import uuid
from contextlib import contextmanager

import numpy as np
import pytest

from hwpred.measurement import cores
from hwpred.measurement.chunks import Chunk, measure_chunk
from hwpred.measurement.command import MeasurementError
from hwpred.measurement.cores import UNPINNED, own_cores
from hwpred.measurement.machine import describe_machine, processor
from hwpred.measurement.plan import (
    AGAIN,
    FIRST,
    SECOND,
    chunk_architectures,
    chunk_names,
    order,
    reference_architectures,
)
from hwpred.measurement.timing import Timing

GOOD = Timing(5.0, 0.01, 7)
on_linux = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin processes to cores")


class FakeMachine:
    """Every timing takes a second; ``say`` tells the timing from the architecture and how often it was timed before."""

    def __init__(self, say=lambda architecture, before: GOOD):
        self.say, self.now, self.timed = say, 1e9, []

    def measure(self, architecture):
        self.now += 1
        before = self.timed.count(int(architecture))
        self.timed.append(int(architecture))
        return self.say(int(architecture), before)

    def chunk(self, references=(), reference_seconds=1e6):
        return Chunk(references, self.measure, reference_seconds=reference_seconds, clock=lambda: self.now)

    def run(self, architectures, visits=2):
        generator = np.random.default_rng(0)
        return measure_chunk(
            np.array(architectures), self.chunk(), visits=visits, outlier_spread=0.1, shuffle=generator
        )


def test_order_and_references_of_a_visit():
    machine = FakeMachine()
    chunk = machine.chunk([70, 71], reference_seconds=3)
    chunk.visit([5, 3, 8, 1, 9])
    chunk.visit_references()
    rows = chunk.rows
    assert machine.timed == [70, 71, 5, 3, 8, 70, 71, 1, 9, 70, 71] == rows.architecture.tolist()
    assert (rows.role == np.where(rows.architecture < 70, "architecture", "reference")).all()
    assert rows.started.tolist() == [1e9 + second for second in range(11)]
    assert set(zip(rows["median"], rows.spread, rows["count"], rows.error, strict=True)) == {(5.0, 0.01, 7, "")}


def test_a_failure_leaves_a_row_and_the_chunk_goes_on():
    def say(architecture, before):
        if architecture in (3, 70):
            raise MeasurementError(f"{architecture} is too hot")
        return GOOD

    chunk = FakeMachine(say).chunk([70, 71])
    chunk.visit([5, 3, 8])
    rows = chunk.rows
    failed = rows["median"].isna()
    assert rows.architecture.tolist() == [70, 71, 5, 3, 8]
    assert rows.architecture[failed].tolist() == [70, 3]
    assert rows.error.tolist() == ["70 is too hot", "", "", "3 is too hot", ""]
    assert rows.spread[failed].isna().all()
    assert (rows["count"] == np.where(failed, 0, 7)).all()


def test_every_architecture_is_visited_as_often_as_wanted_each_time_in_another_order():
    machine = FakeMachine()
    rows = machine.run(range(20), visits=3)
    visits = np.array(machine.timed).reshape(3, 20)
    assert (np.sort(visits) == np.arange(20)).all()
    assert len({tuple(visit) for visit in visits}) == 3
    assert len(rows) == 60


def test_whose_visits_disagree_is_visited_again_and_no_other():
    factors = {4: (1, 1.2, 1, 1), 9: (1.3, 1, 1, 1), 13: (1, 1.05)}

    def say(architecture, before):
        return Timing(5.0 * factors.get(architecture, (1, 1))[before], 0.01, 7)

    machine = FakeMachine(say)
    rows = machine.run(range(20))
    counts = rows.groupby("architecture").size()
    assert counts.index[counts == 4].tolist() == [4, 9]
    assert counts.drop([4, 9]).eq(2).all()
    assert set(machine.timed[40:]) == {4, 9}


def test_one_visit_that_failed_does_not_make_visits_disagree():
    def say(architecture, before):
        if before == 1 and architecture == 1:
            raise MeasurementError("too hot")
        return GOOD

    machine = FakeMachine(say)
    machine.run(range(3))
    assert len(machine.timed) == 6


@pytest.mark.filterwarnings("error")
def test_a_chunk_that_failed_altogether_has_no_outliers():
    def say(architecture, before):
        raise MeasurementError("unplugged")

    machine = FakeMachine(say)
    rows = machine.run(range(3))
    assert len(machine.timed) == 6
    assert (rows.error == "unplugged").all()


def test_chunks_hold_every_architecture_once_and_a_tenth_a_second_time():
    count, chunk_size = 1050, 100
    chunks = chunk_names(count, chunk_size)
    assert chunks == [*(f"first-{number}" for number in range(11)), "second-0", "second-1"]
    timed = {
        passing: [
            architecture
            for chunk in chunks
            if chunk.startswith(passing)
            for architecture in chunk_architectures("c", chunk, 3000, count, chunk_size, seed=1)
        ]
        for passing in (FIRST, SECOND)
    }
    assert timed[FIRST] == order("c", 3000, count, 1).tolist()
    assert len(set(timed[FIRST])) == count
    assert len(set(timed[SECOND])) == len(timed[SECOND]) == 105
    assert set(timed[SECOND]) < set(timed[FIRST])


def test_orders():
    first = order("c", 300, 300, seed=1).tolist()
    assert sorted(first) == list(range(300))
    assert order("c", 300, 40, seed=1).tolist() == first[:40]
    again = order("c", 300, 300, seed=1, passing=AGAIN).tolist()
    assert sorted(again) == sorted(first)
    assert order("c", 300, 300, seed=1, passing=SECOND).tolist() != again[:30]
    for other in (again, order("d", 300, 300, seed=1).tolist(), order("c", 300, 300, seed=2).tolist()):
        assert other != first


def test_references_are_the_same_in_every_chunk():
    references = reference_architectures("nasbench201", 300, 5, seed=1).tolist()
    assert sorted(reference_architectures("nasbench201", 9, 9, seed=1)) == list(range(9))
    assert references == reference_architectures("nasbench201", 300, 5, seed=1).tolist()
    assert references != reference_architectures("nasbench201", 300, 5, seed=2).tolist()


@pytest.fixture
def lock():
    """A name of cores' locks that nobody else has, as other measurements may run on this machine."""
    return f"hwpred-test-{uuid.uuid4()}"


@pytest.fixture
def pinned(monkeypatch):
    """A machine of two cores; returns what processes were pinned to."""
    history = [{0, 1}]
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(cores.os, "sched_setaffinity", lambda _, allowed: history.append(allowed), raising=False)
    return history


@on_linux
def test_each_measurement_has_its_own_core(lock, pinned):
    with own_cores(1, lock) as first:
        with own_cores(1, lock) as second:
            assert {*first, *second} == {0, 1}
            assert pinned[1:] == [set(first), set(second)]
            sentence = (
                "measure.threads is 1, and other measuring processes have 2 of the 2 cores .*fewer --cores, or wait"
            )
            with pytest.raises(RuntimeError, match=sentence), own_cores(1, lock):
                pass
        with own_cores(1, lock) as third:
            assert third == second
        with (
            pytest.raises(RuntimeError, match=r"measure.threads is 2, and .* have 1 of the 2 cores"),
            own_cores(2, lock),
        ):
            pass
    with own_cores(2, lock) as both:
        assert set(both) == pinned[-1] == {0, 1}
    assert pinned[-1] == {0, 1}


def test_more_threads_than_cores(lock, pinned):
    sentence = "measure.threads is 4, but this process may use 2 cores; set measure.threads to 2 or less"
    with pytest.raises(RuntimeError, match=sentence), own_cores(4, lock):
        pass
    assert len(pinned) == 1


@on_linux
def test_a_failed_measurement_frees_its_core(lock, pinned):
    with pytest.raises(ValueError, match="broken"), own_cores(1, lock) as first:
        raise ValueError("broken")
    assert pinned[-1] == {0, 1}
    with own_cores(1, lock) as second:
        assert first == second


def test_without_pinning_a_measurement_goes_on_and_says_so_once(monkeypatch, caplog):
    monkeypatch.delattr(cores.os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(cores.os, "sched_setaffinity", raising=False)
    with own_cores(2) as taken:
        assert taken == UNPINNED
    assert caplog.messages == ["this system cannot pin processes to cores, so another process may disturb the times"]


@contextmanager
def another_process(lock, **environment):
    """Another measuring process; yields its core."""
    waits = (
        f"from hwpred.measurement.cores import own_cores\nwith own_cores(1, {lock!r}) as cores: print(*cores); input()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-uc", waits], env={**os.environ, **environment}, **pipes) as other:
        try:
            yield int(other.stdout.readline())
        finally:
            other.kill()


@on_linux
def test_a_core_is_taken_from_other_processes_until_the_process_ends(lock):
    allowed = os.sched_getaffinity(0)
    with another_process(lock) as theirs:
        try:
            os.sched_setaffinity(0, {theirs})
            with pytest.raises(RuntimeError, match="have 1 of the 1 cores"), own_cores(1, lock):
                pass
        finally:
            os.sched_setaffinity(0, allowed)
    with own_cores(1, lock) as ours:
        assert ours == [theirs]
        assert os.sched_getaffinity(0) == {theirs}
    assert os.sched_getaffinity(0) == allowed


@on_linux
@pytest.mark.skipif(os.cpu_count() < 2, reason="needs two cores")
def test_processes_with_temporary_folders_of_their_own_do_not_share_a_core(lock, tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with (
        another_process(lock, TMPDIR=str(tmp_path / "first"), HOME=str(tmp_path / "first")) as first,
        another_process(lock, TMPDIR=str(tmp_path / "second"), HOME=str(tmp_path / "second")) as second,
    ):
        assert first != second


X86 = """\
processor\t: 0
cpu family\t: 25
model\t\t: 1
model name\t: AMD EPYC
flags\t\t: fpu sse4_2

processor\t: 1
cpu family\t: 99
model name\t: Another
"""


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        (X86, "AMD EPYC (family 25, model 1)"),
        ("processor : 0\nmodel name : Cortex-A76\n", "Cortex-A76"),
        ("processor : 0\nCPU part : 0xd0b\n", "arm"),
        (None, "arm"),
    ],
)
def test_processor(tmp_path, monkeypatch, cpuinfo, name):
    monkeypatch.setattr(platform, "processor", lambda: "arm")
    file = tmp_path / "cpuinfo"
    if cpuinfo is not None:
        file.write_text(cpuinfo)
    assert processor(file) == name


def test_a_machine_without_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(platform, "processor", lambda: "")
    assert processor(tmp_path / "cpuinfo") == "unknown"


@pytest.mark.parametrize(("runtime", "packages"), [("onnxruntime", {"onnxruntime", "onnx"}), ("torch", {"torch"})])
def test_a_machines_description_names_the_versions_that_count(runtime, packages):
    description = describe_machine(runtime)
    assert set(description) == {"processor", "system", "python", *packages}
    assert all(description.values())
