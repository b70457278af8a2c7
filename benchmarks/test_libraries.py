"""The CPU seconds of hwpred beside those of a library that does the same work, in one run (``make benchmark``).

A group of pytest-benchmark is one work of one size. Both sides run on one thread, and the test of ours compares the
results. What needs a library that is not installed is skipped.
"""

import time

import pytest
import torch
from threadpoolctl import threadpool_limits
from works import WORKS

pytest.importorskip("pytest_benchmark", reason="pytest-benchmark is not installed: `make benchmark` installs it")

ROUNDS = 3
CASES = [
    pytest.param(work, samples, id=f"{work.name}-{work.library}-{samples}-{work.at_once}")
    for work in WORKS
    for samples in work.samples
]
results = {}


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize(("work", "samples"), CASES)
@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_cpu_seconds(benchmark, work, samples, side):
    pytest.importorskip(work.library, reason=f"{work.library} is not installed: `make benchmark` installs it")
    benchmark.group = f"{work.name} beside {work.library}, {samples} samples, {work.at_once} at once"
    told = {"work": work.name, "library": work.library, "samples": samples, "at_once": work.at_once}
    benchmark.extra_info.update(told, side=side, compared=work.compared)
    # No round to warm up: the least of them counts.
    result = benchmark.pedantic(getattr(work, side), setup=lambda: (work.prepare(samples=samples), {}), rounds=ROUNDS)
    key = tuple(told.values())
    if side == "theirs":
        results[key] = result
    elif key in results:
        difference = work.difference(result, results.pop(key))
        benchmark.extra_info["largest_difference"] = difference
        assert difference <= work.tolerance
