"""When a timing is certain enough, on a clock that shows what a test says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwpred.measurement.timing import Effort, summarise, time_call


class FakeCalls:
    """A call and a clock: the calls take these seconds, one after the other, the last again and again."""

    def __init__(self, *seconds):
        self.seconds, self.calls, self.now = seconds, 0, 0.0

    def __call__(self):
        self.now += self.seconds[min(self.calls, len(self.seconds) - 1)]
        self.calls += 1

    def clock(self):
        return self.now

    def timing(self, **effort):
        return time_call(self, Effort(**{"warm_up": 0, "least": 5, "most": 40, **effort}), self.clock)


def test_steady_calls_are_certain_at_once():
    calls = FakeCalls(0.25)
    timing = calls.timing()
    assert (timing.median, timing.spread, timing.count) == (pytest.approx(250), pytest.approx(0), 5)
    assert calls.calls == 5


def test_warm_up_does_not_count():
    calls = FakeCalls(9, 8, 0.25)
    timing = calls.timing(warm_up=2)
    assert (timing.median, timing.spread, timing.count) == (pytest.approx(250), pytest.approx(0), 5)
    assert calls.calls == 7


def test_uncertain_calls_go_on_until_they_are_certain():
    seconds = np.random.default_rng(0).normal(1, 0.1, 200)
    timing = FakeCalls(*seconds).timing(most=200)
    assert 5 < timing.count < 200
    assert summarise(seconds[: timing.count]).relative_error <= 0.01
    assert all(summarise(seconds[:count]).relative_error > 0.01 for count in range(5, timing.count))


def test_the_cap_ends_what_never_gets_certain():
    assert FakeCalls(*([1, 2] * 20)).timing(most=12).count == 12


def test_summary_by_hand():
    timing = summarise([4.0, 1.0, 2.0, 3.0, 6.0])
    assert (timing.median, timing.spread, timing.count) == (3, 2 / 3, 5)
    assert timing.relative_error == pytest.approx(1.2533 * (2 / 1.349) / 3 / 5**0.5, rel=1e-3)


def test_one_slow_call_changes_nothing():
    assert summarise([1.0] * 9 + [50.0]) == summarise([1.0] * 10)


@given(count=st.integers(10, 40), noise=st.floats(0.001, 0.1), seed=st.integers(0, 99))
@settings(deadline=None, derandomize=True, max_examples=10)
def test_relative_error_is_how_much_the_median_varies(count, noise, seed):
    timings = [summarise(times) for times in np.random.default_rng(seed).normal(7, 7 * noise, (400, count))]
    varies = np.std([timing.median for timing in timings]) / 7
    assert np.mean([timing.relative_error for timing in timings]) == pytest.approx(varies, rel=0.25)
