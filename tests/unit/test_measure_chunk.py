"""A chunk on a machine that does what a test says: order, failures, outliers; which chunk, core, and machine."""

import os
import platform
import subprocess
import sys
import uuid
from collections import Counter
from contextlib import contextmanager
from functools import partial

import numpy as np
import pandas as pd
import pytest

from hwpred.measurement import combination_chunk, cores
from hwpred.measurement.chunks import Chunk, DeviceLostError, measure_chunk
from hwpred.measurement.command import MeasurementError
from hwpred.measurement.cores import UNPINNED, own_cores
from hwpred.measurement.journal import Journal
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
from hwpred.spaces import get_space
from hwpred.tables import read_metadata, read_table, write_table

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


def test_a_visit_that_failed_is_made_up_for_and_does_not_make_visits_disagree():
    def say(architecture, before):
        if before == 1 and architecture == 1:
            raise MeasurementError("too hot")
        return GOOD

    machine = FakeMachine(say)
    rows = machine.run(range(3))
    assert Counter(machine.timed) == {0: 2, 1: 3, 2: 2}
    assert rows[rows["median"].notna()].groupby("architecture").size().eq(2).all()


@pytest.mark.parametrize("visits", [1, 2, 5])
def test_a_network_that_fails_is_tried_twice_and_recorded_with_its_error(visits):
    def say(architecture, before):
        if architecture == 4:
            raise MeasurementError("no such operator")
        return GOOD

    machine = FakeMachine(say)
    rows = machine.run(range(9), visits=visits)
    assert machine.timed.count(4) == 2
    assert rows[rows.architecture == 4].error.tolist() == ["no such operator"] * 2
    assert rows[rows.architecture != 4].groupby("architecture").size().eq(visits).all()


@pytest.mark.filterwarnings("error")
def test_few_networks_that_all_fail_have_no_outliers():
    def say(architecture, before):
        raise MeasurementError("unplugged")

    rows = FakeMachine(say).run([1, 2])
    assert rows.error.tolist() == ["unplugged"] * 4


class Phone(FakeMachine):
    """It times all networks but the unsupported ones, until it breaks down."""

    def __init__(self, breaks_down_after=10**9, unsupported=()):
        super().__init__(self.answer)
        self.left, self.unsupported = breaks_down_after, unsupported

    def answer(self, architecture, before):
        self.left -= 1
        if self.left < 0:
            raise MeasurementError("error: no devices found")
        if architecture in self.unsupported:
            raise MeasurementError("no such operator")
        return Timing(1 + architecture / 100, 0.01, 7)

    def run(self, path, conditions=None, references=(70, 71), visits=2):
        """Time networks 0 to 39, as a job does."""
        journal = Journal(path, conditions or {"seed": 1}, clock=lambda: self.now)
        chunk = Chunk(references, self.measure, reference_seconds=10, core=3, journal=journal, clock=lambda: self.now)
        rng = np.random.default_rng(0)
        return measure_chunk(np.arange(40), chunk, visits=visits, outlier_spread=0.1, shuffle=rng), journal


def networks(timed):
    return Counter(one for one in timed if one < 70)


def test_a_phone_that_drops_out_stops_the_chunk_soon_and_when_it_is_back_only_the_rest_is_timed(tmp_path):
    path = tmp_path / "first-0.unfinished.jsonl"
    gone = Phone(breaks_down_after=37)
    with pytest.raises(
        DeviceLostError, match=r"the device seems to be gone: .*no devices found\. \d+ of 40 networks"
    ) as error:
        gone.run(path)
    assert "start the same command: it goes on from there" in str(error.value)
    failed = gone.timed[37:]
    assert len(failed) == 5 + len([70, 71]) - len({70, 71} & set(failed[:5]))
    before = networks(gone.timed[:37])

    back = Phone()
    rows, journal = back.run(path)
    assert before.total() > 20
    assert before + networks(back.timed) == Counter({architecture: 2 for architecture in range(40)})
    assert back.timed[:2] == [70, 71]
    timed = rows[rows.role == "architecture"]
    assert timed.groupby("architecture").size().eq(2).all()
    assert (rows.error == "").all()
    assert (rows.core == 3).all()
    assert len(journal.sessions) == 2
    never_gone, _ = Phone().run(tmp_path / "other.jsonl")
    columns = ["architecture", "median"]
    values = [one[one.role == "architecture"].groupby(columns).size() for one in (rows, never_gone)]
    pd.testing.assert_series_equal(*values)


def test_networks_that_fail_in_a_row_are_no_lost_device_if_a_reference_works(tmp_path):
    phone = Phone(unsupported=range(1, 40))
    rows, _ = phone.run(tmp_path / "journal")
    timed = rows[rows["median"].notna() & (rows.role == "architecture")]
    assert set(timed.architecture) == {0}
    assert networks(phone.timed) == Counter({0: 2} | {architecture: 2 for architecture in range(1, 40)})


@pytest.mark.parametrize("references", [(), (70,), tuple(range(70, 78))])
def test_a_phone_that_never_answers_costs_few_time_limits(tmp_path, references):
    phone = Phone(breaks_down_after=0)
    with pytest.raises(
        DeviceLostError, match="40 of 40 networks of this chunk have no timing yet; the 0 timings so far are kept"
    ):
        phone.run(tmp_path / "journal", references=references)
    assert len(phone.timed) == max(5, len(references))


def test_after_a_chunk_has_ended_only_what_failed_is_timed_again(tmp_path):
    Phone(unsupported=[4, 9]).run(tmp_path / "journal")
    updated = Phone(unsupported=[9])
    rows, _ = updated.run(tmp_path / "journal")
    assert networks(updated.timed) == {4: 2, 9: 2}
    assert rows[rows["median"].isna()].architecture.tolist() == [9, 9]


def test_timings_under_other_conditions_are_not_kept(tmp_path):
    Phone().run(tmp_path / "journal")
    other = Phone()
    other.run(tmp_path / "journal", {"seed": 2})
    assert networks(other.timed).total() == 80


@pytest.mark.parametrize("torn", ['{"architecture": 1', "", '{"architecture": 1, "role": "architecture"}'])
def test_a_session_that_was_killed_while_it_wrote_is_read_up_to_there(tmp_path, torn):
    path = tmp_path / "journal"
    first = Journal(path, {"seed": 1}, clock=lambda: 5.0)
    row = {"architecture": 7, "median": 0.1 + 0.2}
    first.append(row)
    path.write_text(path.read_text() + torn)
    second = Journal(path, {"seed": 1}, clock=lambda: 9.0)
    second.append({**row, "architecture": 8})
    assert Journal(path, {"seed": 1}).rows == [row, {**row, "architecture": 8}]
    assert second.sessions == [5.0, 9.0]
    second.remove()
    assert Journal(path, {"seed": 1}).rows == []


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
            sentence = "networks are to run on 1 threads, and other .* have 2 of the 2 cores .*fewer --cores, or wait"
            with pytest.raises(RuntimeError, match=sentence), own_cores(1, lock):
                pass
        with own_cores(1, lock) as third:
            assert third == second
        with (
            pytest.raises(RuntimeError, match=r"networks are to run on 2 threads, and .* have 1 of the 2 cores"),
            own_cores(2, lock),
        ):
            pass
    with own_cores(2, lock) as both:
        assert set(both) == pinned[-1] == {0, 1}
    assert pinned[-1] == {0, 1}


def test_more_threads_than_cores(lock, pinned):
    sentence = "networks are to run on 4 threads, but this process may use 2 cores; set threads to 2 or less"
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


@pytest.mark.parametrize("pins", [pytest.param(True, marks=on_linux), False])
def test_a_chunk_says_whether_it_was_pinned(tmp_path, monkeypatch, lock, pins):
    monkeypatch.setattr(combination_chunk, "own_cores", partial(own_cores, lock=lock))
    if not pins:
        monkeypatch.delattr(cores.os, "sched_getaffinity", raising=False)
        monkeypatch.delattr(cores.os, "sched_setaffinity", raising=False)
    operations = get_space("nasbench201").enumerate()[:20]
    frame = pd.DataFrame(operations, columns=[f"p{position}" for position in range(6)], dtype="int8")
    frame = frame.assign(architecture=range(20), operations="")
    write_table(frame, tmp_path / "architectures.parquet", "architectures", {"space": "nasbench201"})
    combination = {"space": "nasbench201", "task": "digits", "device": "here", "runtime": "onnxruntime"}
    plan = {"seed": 1, "architectures": 3, "chunk_size": 3, "references": 1, "reference_seconds": 9}
    plan |= {"visits": 1, "outlier_spread": 9.0}
    effort = {"warm_up": 0, "least": 1, "most": 1, "relative_error": 1}
    settings = {"threads": 1, "effort": effort, "command_timeout": 9}
    output = tmp_path / "first-0.parquet"
    combination_chunk.measure(
        tmp_path / "architectures.parquet", "c", combination, "first-0", plan, settings, "code", output
    )
    rows = read_table(output, "timings")
    assert rows["median"].gt(0).all()
    assert (rows.core >= 0).all() == pins
    assert read_metadata(output)["machine"]["pinned"] is pins
    assert {file.name for file in tmp_path.iterdir()} == {"architectures.parquet", "first-0.parquet"}


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
