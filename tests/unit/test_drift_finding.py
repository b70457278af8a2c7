"""Tables that drift are told from those that do not, and how much of them a function of networks can explain."""

import numpy as np
import pytest

from hwpred.findings import drift as finding
from hwpred.findings.pages.drift import numbers
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.data import Data

OPERATIONS = get_space("nasbench201").enumerate()[:4000]
COSTS = 5 + structured("nasbench201", OPERATIONS).blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])
RNG = np.random.default_rng(0)
SLOW = 0.1 * np.sin(np.arange(4000) / 60)
NOISE = 0.01 * RNG.normal(size=4000)


def data_of(logarithm, name="nasbench201-cifar-made_up-latency"):
    value = COSTS * np.exp(logarithm)
    target = (value - value.mean()) / value.std()
    rows = np.arange(len(value))
    return Data(name, "nasbench201", "smaller", rows, OPERATIONS, target, value=value)


def test_neighbours_that_are_alike_correlate_and_unknown_ones_do_not_count():
    walk = np.repeat(RNG.normal(size=500), 2)
    assert finding.autocorrelation(walk, 1) == pytest.approx(0.5, abs=0.1)
    assert abs(finding.autocorrelation(walk, 10)) < 0.1
    walk[::7] = np.nan
    assert finding.autocorrelation(walk, 1) == pytest.approx(0.5, abs=0.1)


def test_a_running_median_follows_a_step_and_leaves_out_what_is_not_known():
    steps = np.repeat([0.0, 3.0, 0.0], 40)
    steps[[5, 50]] = 100.0, np.nan
    found = finding.running_median(steps, 11)
    np.testing.assert_array_equal(found, np.repeat([0.0, 3.0, 0.0], 40))


def test_drift_is_told_from_noise(monkeypatch):
    monkeypatch.setattr(finding, "LEARN", 150)
    slow, facts = finding.drift(data_of(SLOW + NOISE), 0)
    assert np.corrcoef(slow, SLOW)[0, 1] > 0.95
    assert facts["drift_percent"] == pytest.approx(100 * SLOW.std(), rel=0.1)
    assert facts["lag1"] > 0.8
    assert facts["without_drift"] > facts["ceiling_structure"] + 0.01
    _, steady = finding.drift(data_of(NOISE), 0)
    assert abs(steady["lag1"]) < 0.1
    assert steady["drift_percent"] < 0.5


def test_tables_and_the_numbers_of_the_page(monkeypatch):
    for name, value in {"LEARN": 100, "SIZES": (20,), "DRAWS": 2, "TEST": 200}.items():
        monkeypatch.setattr(finding, name, value)
    made_up = {
        "a": data_of(SLOW + NOISE, "nasbench201-cifar-a-latency"),
        "b": data_of(NOISE, "nasbench201-cifar-b-latency"),
    }
    monkeypatch.setattr(finding, "read_data", lambda architectures, targets: made_up[targets])
    made = finding.tabulate(["x", "x"], ["b", "a"], ("nasbench201-cifar-a-latency",), 0)
    trials = made["drift_component.csv"]
    assert trials[["chosen", "train_size"]].to_numpy().tolist() == [["at_random", 20], ["in_a_row", 20]]
    assert trials[["without_component", "with_component"]].to_numpy().min() > 0.8
    monkeypatch.setattr(finding, "MADE_UP", (0.05,))
    monkeypatch.setattr(finding, "SIZES", (20, 40))
    made |= finding.tabulate_made_up(["x", "x"], ["b", "a"], ("nasbench201-cifar-b-latency",), 0)
    page = numbers({name.removesuffix(".csv"): table for name, table in made.items()})
    assert page["drifts"]["device"].tolist() == ["a (NAS-Bench-201)", "b (NAS-Bench-201)"]
    assert len(page["component"]) == 2
    assert page["made_up"][["shape", "measurements"]].to_numpy().tolist() == [
        [shape, n] for shape in ("walk", "step", "sine") for n in (20, 40)
    ]
    assert page["near_of"][40] >= 50
