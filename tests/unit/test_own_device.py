"""A device that is tried as if it were new: what is judged, what choosing leads to, and the tables of docs/."""

import pickle

import numpy as np
import pandas as pd
import pytest

import hwpred.advice.device
from hwpred.findings import device_speed, own_device
from hwpred.findings import own_device_trials as trials
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.tables import write_table
from hwpred.writing import write_csv

SPACE = get_space("nasbench201")
OPERATIONS = SPACE.enumerate()
COSTS = structured("nasbench201", OPERATIONS).blocks["drawn/counts"] @ np.array([0, 0.5, 2, 6, 1, 0])
RNG = np.random.default_rng(0)
KNOWN = trials.Known(
    "nasbench201",
    "ms",
    OPERATIONS,
    np.array([SPACE.to_text(row) for row in OPERATIONS.tolist()]),
    (5 + COSTS) * np.exp(0.02 * RNG.normal(size=len(COSTS))),
    50 + COSTS + RNG.normal(size=len(COSTS)),
)


@pytest.fixture
def quick(monkeypatch):
    """A predictor that is fitted in no time."""
    fit = hwpred.advice.device.fit
    monkeypatch.setattr(hwpred.advice.device, "fit", lambda *a, **k: fit(*a, **k, predictor="ridge_reg"))


def test_the_same_draw_is_the_same_whatever_other_draws_there_are(quick):
    both, _ = trials.try_out(KNOWN, 1, [0, 1], 12)
    one, none = trials.try_out(KNOWN, 1, [1], 12)
    pd.testing.assert_frame_equal(both[both["draw"] == 1].reset_index(drop=True), one)
    assert len(none) == 0
    assert list(none) == trials.CHOICES


def test_a_told_device_is_judged_too_where_few_are_measured(quick, monkeypatch):
    draws, _ = trials.try_out(KNOWN, 1, [0], trials.TOLD_UP_TO, "run")
    assert draws["dead_operations"].tolist() == ["untold", "told"]
    assert trials.try_out(KNOWN, 1, [0], trials.TOLD_UP_TO + 1, "run")[0]["dead_operations"].tolist() == ["untold"]


class Device:
    """Predicts ``value`` with intervals of one unit on each side, and suggests ``order``."""

    def __init__(self, value, measured, order=(), chosen=None):
        self.value, self.known, self.order, self.chosen = value, list(measured), list(order), chosen
        self.fits = 0

    def predict(self, operations, level):
        measured = self.measured(operations) >= 0
        return pd.DataFrame(
            {"value": self.value, "lower": self.value - 1, "upper": self.value + 1, "measured": measured}
        )

    def measured(self, operations):
        return np.where(np.isin(np.arange(len(operations)), self.known), 0, -1)

    def select(self, accuracy, limit):
        best = None if self.chosen is None else {"architecture": KNOWN.texts[self.chosen]}
        return type("Selection", (), {"best": best})

    def suggest(self, number, accuracy, limit):
        new = [row for row in self.order if row not in self.known][:number]
        return pd.DataFrame({"architecture": KNOWN.texts[new]})

    def append(self, rows):
        self.known += np.flatnonzero(np.isin(KNOWN.texts, rows["architecture"])).tolist()
        self.fits += 1
        return self


def test_only_what_was_not_measured_is_judged():
    value = KNOWN.value.copy()
    value[:100] += 1000
    tau, error, coverage = trials.judge(Device(value, range(100)), KNOWN)
    assert (tau, error, coverage) == (pytest.approx(1), 0, 1)
    value[100:200] += 1.5
    _, _, coverage = trials.judge(Device(value, range(100)), KNOWN)
    assert coverage == pytest.approx(1 - 100 / (len(value) - 100))


def test_the_best_measured_architecture_that_keeps_the_limit_counts(monkeypatch):
    monkeypatch.setattr(trials, "ROUNDS", (3, 3, 4))
    limit = np.quantile(KNOWN.value, 0.3)
    keeps = np.flatnonzero(KNOWN.value <= limit)
    best, *worse = keeps[np.argsort(-KNOWN.accuracy[keeps])].tolist()
    over = np.flatnonzero(KNOWN.value > limit)[:8].tolist()
    device = Device(KNOWN.value, over[:2], [*over[2:5], worse[4], *over[5:7], best], chosen=over[0])
    rows = pd.DataFrame(trials.choices(device, KNOWN, limit), columns=trials.CHOICES[2:])
    assert rows["measured_more"].tolist() == [0, 3, 6, 10]
    assert rows["limit_kept"].tolist() == [False, False, True, True]
    assert rows["optimum_found"].tolist() == [False, False, False, True]
    lost = KNOWN.accuracy[best] - KNOWN.accuracy[worse[4]]
    np.testing.assert_allclose(rows["quality_lost"], [np.nan, np.nan, lost, 0])
    assert device.fits == 2


def test_nothing_is_fitted_once_the_optimum_is_found_and_its_equals_count():
    limit = np.quantile(KNOWN.value, 0.3)
    keeps = np.flatnonzero(KNOWN.value <= limit)
    first, second = keeps[np.argsort(-KNOWN.accuracy[keeps])][:2].tolist()
    twins = trials.Known(**{**vars(KNOWN), "accuracy": KNOWN.accuracy.copy()})
    twins.accuracy[second] = twins.accuracy[first]
    device = Device(KNOWN.value, [0], [second, *range(5000, 5010)], chosen=second)
    rows = pd.DataFrame(trials.choices(device, twins, limit), columns=trials.CHOICES[2:])
    assert rows["optimum_found"].all()
    assert rows["quality_lost"].eq(0).all()
    assert device.fits == 0


def test_tables_sum_up_draws_and_choices(tmp_path):
    draws = pd.DataFrame([("untold", 0, 0.8, 4.0, 0.9), ("untold", 1, 0.6, 8.0, 1.0)], columns=trials.DRAWS)
    rows = [(0, 0.1, 3, True, True, 0.0), (1, 0.1, 3, False, True, 0.4), (2, 0.1, 3, False, False, np.nan)]
    tables = {"draws": draws, "choices": pd.DataFrame(rows, columns=trials.CHOICES)}
    files = {}
    for name, table in tables.items():
        file = tmp_path / "nasbench201-cifar-phone-latency" / "25" / f"0-4-{name}.csv"
        empty = tmp_path / "nasbench201-cifar-phone-latency" / "11" / f"0-4-{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        empty.parent.mkdir(parents=True, exist_ok=True)
        write_csv(table, file)
        write_csv(table[:0], empty)
        files[name] = [empty, file]
    facts = {"combination": "nasbench201-cifar-phone-latency", "space": "nasbench201"}
    value, accuracy = np.arange(100.0, 200.0), np.arange(100.0)
    targets = pd.DataFrame({"architecture": range(100), "value": value, "target": value})
    write_table(targets, tmp_path / "targets.parquet", "targets", facts)
    scored = pd.DataFrame({"architecture": range(100), "accuracy": accuracy})
    write_table(scored, tmp_path / "accuracy.parquet", "accuracy", facts)
    made = own_device.tabulate(
        **files, targets=[tmp_path / "targets.parquet"], accuracies=[tmp_path / "accuracy.parquet"]
    )
    (device,) = made["own_device.csv"].to_dict("records")
    assert (device["device"], device["train_size"], device["draws"]) == ("phone", 25, 2)
    assert device["kendall_tau"] == pytest.approx(0.7)
    assert (device["median_error_percent"], device["worst_median_error_percent"]) == (6, 8)
    assert (device["coverage_95"], device["worst_coverage_95"]) == (pytest.approx(95), 90)
    (choice,) = made["choosing.csv"].to_dict("records")
    assert (choice["measured_first"], choice["measured_more"], choice["draws"]) == (25, 3, 3)
    assert choice["optimum_found_percent"] == pytest.approx(100 / 3)
    assert choice["limit_kept_percent"] == pytest.approx(200 / 3)
    # The limit is 109.9: what is measured up to 120.89 breaks it by a tenth at most.
    assert choice["rivals"] == 11
    assert (choice["quality_lost"], choice["most_quality_lost"]) == (pytest.approx(0.2), 0.4)


def test_a_saved_device_is_timed_beside_its_pickle(quick):
    device = trials.fitted(KNOWN, np.arange(0, 3000, 100))
    assert pickle.loads(pickle.dumps(device)).predict("all").equals(device.predict("all"))
    table = pd.DataFrame(device_speed.timed(device, counts=(50,), repeats=1))
    assert table["format"].tolist() == ["hwpred", "pickle"]
    times = table[["file_mb", "save_cpu_seconds", "load_cpu_seconds", "predict_cpu_seconds", "peak_mb"]]
    assert (times > 0).all(axis=None)
