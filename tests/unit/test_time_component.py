"""The component of time: what a device did while it was measured is told apart from what architectures cost."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from gradients import check_gradient

import hwpred
from hwpred import cli
from hwpred.advice.drift import drift_sentence
from hwpred.answer import device_tables
from hwpred.errors import InputError
from hwpred.findings.drift import SHAPES, made_up_drift
from hwpred.metrics import spearman
from hwpred.predictors.structured import hyperparameters
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.kernel import make_components
from hwpred.predictors.structured.prediction import MixturePrediction
from hwpred.spaces import get_space
from hwpred.structure import structured

OPERATIONS = get_space("nasbench201").enumerate()[:1500]
X = structured("nasbench201", OPERATIONS)
COSTS = X.blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])
LATENCY = (COSTS - COSTS.mean()) / COSTS.std()
PAIRS = np.random.default_rng(0).normal(size=(25, 3))[5 * OPERATIONS[:, :3] + OPERATIONS[:, 3:], range(3)].sum(axis=1)
"""What two edges do together, which takes many measurements to learn."""
REST = slice(600, 1500)


def drifting(n, size, memory=30, seed=0):
    """Return what a device does during n measurements: ``size`` off its rest, for ``memory`` of them."""
    place = np.arange(n)
    walk = np.linalg.cholesky(np.exp(-np.abs(place[:, None] - place) / memory) + 1e-9 * np.eye(n))
    drift = walk @ np.random.default_rng(seed).normal(size=n)
    return size * (drift - drift.mean()) / drift.std()


def fit(x, drift, latency=LATENCY, noise=0.05):
    """Return a fit of the first architectures, measured on a device that drifts."""
    n = len(drift)
    return StructuredGaussianProcess().fit(x, latency[:n] + drift + noise * np.random.default_rng(1).normal(size=n))


def fits(drift, latency=LATENCY):
    """Return a fit that is not told when each architecture was measured, and one that is."""
    n = len(drift)
    return [fit(x, drift, latency) for x in (X[:n], X[:n].measured_at(np.arange(n)))]


# Of 50 measurements not every drift can be told from noise and architectures (docs/drift.md).
@pytest.mark.parametrize("size", [0.3, 1.0])
@pytest.mark.parametrize(("n", "seed"), [(50, 0), (500, 1)])
@pytest.mark.parametrize("shape", [*SHAPES, "memory"])
def test_a_drift_of_any_shape_is_found_within_a_fifth(shape, n, seed, size):
    if shape == "memory":
        drift = drifting(n, size, seed=seed)
    else:
        drift = size * made_up_drift(shape, n, np.random.default_rng([seed, n]))
    told = fit(X[:n].measured_at(np.arange(n)), drift)
    assert told.drift().std() == pytest.approx(size, rel=0.2)
    assert np.corrcoef(told.drift(), drift)[0, 1] > 0.9


def test_a_drift_that_sets_in_late_is_found():
    drift = np.repeat([0.0, 1.0], [350, 150])
    told = fit(X[:500].measured_at(1.7e9 + 4.5 * np.arange(500)), drift)
    assert told.drift().std() == pytest.approx(drift.std(), rel=0.2)


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("n", [50, 500])
def test_who_knows_when_each_was_measured_ranks_architectures_better(n, seed):
    latency = LATENCY + 0.3 * PAIRS
    plain, told = fits(drifting(n, 1.0, seed=seed), latency)
    assert spearman(latency[REST], told.predict(X[REST])) > spearman(latency[REST], plain.predict(X[REST])) + 0.001


def test_where_nothing_drifts_nothing_is_found_or_lost():
    plain, told = fits(np.zeros(100))
    assert told.drift().std() < 0.03
    assert not plain.drift().any()
    assert spearman(plain.predict(X[REST]), told.predict(X[REST])) > 0.999


def test_predictions_are_of_the_device_at_rest_and_a_measurement_varies_with_it():
    _, told = fits(drifting(50, 1.0))
    np.testing.assert_array_equal(told.predict(X[REST].measured_at(np.arange(900))), told.predict(X[REST]))
    assert (told.predict_std(X[REST]) > 0.8).all()
    best = told.hypotheses_[0]
    variance, _ = best.conditional(X[REST])
    assert np.median(np.sqrt(variance)) * best.y_scale_ < 0.3


def test_it_is_stored_and_restored():
    _, told = fits(drifting(50, 1.0))
    facts, arrays = told.stored()
    again = MixturePrediction.restored(json.loads(json.dumps(facts)), arrays)
    for one, other in zip(told.predict_with_std(X[REST]), again.predict_with_std(X[REST]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_gradient_of_time_is_that_of_the_value():
    x = X[:12].measured_at(np.arange(12))
    objective = hyperparameters._Objective([make_components(x, ("drawn",))], [(0.1, 2.2)], [0], [x])
    objective.y = torch.as_tensor(np.random.default_rng(0).normal(size=(1, 12)))
    objective.trust = torch.ones_like(objective.y)
    check_gradient(objective, objective.prior_mean.clone())


def measured(drift, column="order", noise=0.005):
    """Return the measurements of a device that is that many times slower than at rest."""
    n = len(drift)
    value = 10 * np.exp(0.3 * LATENCY[:n] + drift + noise * np.random.default_rng(2).normal(size=n))
    texts = [get_space("nasbench201").to_text(row) for row in OPERATIONS[:n].tolist()]
    return pd.DataFrame({"architecture": texts, "value": value, column: 1.7e9 + 5 * np.arange(n)})


def test_a_user_is_told_how_far_the_device_drifts(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(device_tables, "MOST_FORECAST", 0)
    rows = measured(drifting(60, 0.05), "started")
    device = hwpred.fit(rows, space="nasbench201")
    assert device.drift_percent == pytest.approx(5, rel=0.2)
    sentence = (
        f"The device drifted by {device.drift_percent:.1f} % (standard deviation) while it was measured; predictions"
    )
    assert sentence in caplog.text
    device.report(tmp_path / "mine.html")
    assert f"<p>{sentence}" in (tmp_path / "mine.html").read_text()
    device.save(tmp_path / "mine.hwpred")
    loaded = hwpred.load(tmp_path / "mine.hwpred")
    assert loaded.drift_percent == device.drift_percent
    rows.assign(accuracy=90.0 + np.arange(60) / 10).to_csv(tmp_path / "accuracy.csv", index=False)
    limit = ["--accuracy", str(tmp_path / "accuracy.csv"), "--limit", "10"]
    for command in (["suggest", "mine.hwpred", "1"], ["select", "mine.hwpred", *limit]):
        caplog.clear()
        monkeypatch.chdir(tmp_path)
        assert cli.main([*command, "--quiet"]) == 0
        assert sentence in caplog.text
    np.testing.assert_array_equal(loaded.time, device.time)


@pytest.mark.parametrize(
    ("first", "further", "said"),
    [
        (
            "order",
            None,
            "The added rows do not say when they were measured, so that no drift is told apart; give them a",
        ),
        (None, "order", "The rows before do not say when they were measured"),
        ("order", "order", "The times of the added rows, 1700000000 to 1700000045, lie among those of the rows before"),
    ],
)
def test_times_that_do_not_tell_drift_are_told(first, further, said, caplog):
    rows = measured(drifting(60, 0.05))
    device = hwpred.fit(rows[:50] if first else rows[:50].drop(columns="order"), space="nasbench201")
    added = rows[50:].assign(order=rows["order"].to_numpy()[:10])
    caplog.clear()
    grown = device.append(added if further else added.drop(columns="order"))
    assert said in caplog.text
    assert (grown.drift_percent is None) == (first is None or further is None)
    caplog.clear()
    device.append(rows[50:] if first else rows[50:].drop(columns="order"))
    assert "rows before" not in caplog.text
    assert "added rows" not in caplog.text


def test_a_steady_device_is_not_warned_of_and_without_times_nothing_is_known(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(device_tables, "MOST_FORECAST", 0)
    steady = measured(np.zeros(40))
    device = hwpred.fit(steady, space="nasbench201")
    assert device.drift_percent < 0.3
    assert "which is little; with 40 measurements it may be missed." in drift_sentence(device)
    device = hwpred.fit(steady, space="nasbench201", predictor="ridge_reg")
    assert device.drift_percent is None
    assert drift_sentence(device).endswith("structured_gp tells, and ridge_reg does not.")
    device = hwpred.fit(steady[["architecture", "value"]], space="nasbench201")
    assert device.time is None
    assert device.drift_percent is None
    device.report(tmp_path / "mine.html")
    assert "a column started (in seconds) or order would say" in (tmp_path / "mine.html").read_text()
    assert "drifted" not in caplog.text


def test_a_time_that_is_no_number_is_named():
    rows = measured(np.zeros(6)).astype({"order": object})
    rows.loc[2, "order"] = "noon"
    with pytest.raises(InputError, match=r"\(line 4\), column 'order'.*'noon'.*is no number"):
        hwpred.fit(rows, space="nasbench201")
