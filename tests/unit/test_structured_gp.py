"""The structured Gaussian process: its gradient, its parts, its scale, its noise, its intervals."""

import numpy as np
import pytest
import torch

from hwpred.metrics import kendall_tau
from hwpred.predictors import structured_gp
from hwpred.predictors.base import Problem
from hwpred.predictors.structured_gp import StructuredGaussianProcess, Warp, make_components, warps
from hwpred.spaces import get_space
from hwpred.structure import structured

OPERATIONS = get_space("nasbench201").enumerate()[:1500]
X = structured("nasbench201", OPERATIONS)
LATENCY = 1 + X.blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])
NOISE = 0.1 * np.random.default_rng(0).normal(size=len(LATENCY))
TEST = slice(1000, 1500)


def fit(rows, y, **settings):
    return StructuredGaussianProcess(**settings).fit(X[rows], y[rows], None)


def test_gradient_is_that_of_the_value():
    components = [make_components(X[:12]), make_components(X[12:24])]
    objective = structured_gp._Objective(components, [X[:12], X[12:24]])
    rng = np.random.default_rng(0)
    objective.y = torch.as_tensor(rng.normal(size=(2, 12)))
    objective.trust = torch.as_tensor(rng.uniform(0.1, 2, (2, 12)))
    theta = objective.prior_mean.repeat(2, 1) + 0.3 * torch.randn(
        2, len(objective.prior_mean), generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    both = torch.arange(2)
    _, gradient = objective(theta, both)
    for i in range(theta.shape[1]):
        step = torch.zeros_like(theta)
        step[:, i] = 1e-5
        slope = (objective(theta + step, both)[0] - objective(theta - step, both)[0]) / 2e-5
        torch.testing.assert_close(gradient[:, i], slope, rtol=1e-4, atol=1e-7)


def test_ten_measurements_are_enough_where_operations_cost_the_same_everywhere():
    model = fit(slice(10), LATENCY)
    assert kendall_tau(LATENCY[TEST], model.predict(X[TEST])) > 0.9


def test_contributions_add_up_to_the_prediction():
    model = fit(slice(60), LATENCY + NOISE)
    parts = model.contributions(X[TEST])
    assert model.warp_ == Warp()
    step = structured_gp.COARSEST * model.y_scale_
    np.testing.assert_allclose(sum(parts.values()) + model.y_mean_, model.predict(X[TEST]), atol=0.51 * step)
    largest = max(parts, key=lambda name: parts[name].std())
    assert largest in ("drawn/costs linear", "drawn/counts linear")


def test_a_throughput_is_predicted_as_the_reciprocal_of_a_time():
    throughput = 1000 / LATENCY
    model = fit(slice(150), throughput)
    assert model.warp_.origin is not None
    additive = StructuredGaussianProcess()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structured_gp, "DISTANCES", ())
        additive.fit(X[:150], throughput[:150], None)
    errors = [np.abs(m.predict(X[TEST]) - throughput[TEST]).mean() for m in (model, additive)]
    assert errors[0] < 0.7 * errors[1]


@pytest.mark.parametrize(("samples", "tau"), [(25, 0.995), (60, 0.999), (200, 0.999)])
def test_equal_networks_are_predicted_equal_on_a_device_without_noise(samples, tau):
    model = fit(slice(samples), LATENCY, hyperparameter_samples=100)
    assert kendall_tau(LATENCY[TEST].round(6), model.predict(X[TEST])) > tau


def test_warps_are_inverted_and_bounded():
    y = np.array([1.0, 2.0, 5.0])
    assert [warp.origin for warp in warps(y)] == [None]
    scales = list(warps(np.linspace(1, 5, 12)))
    assert [warp.origin for warp in scales] == [None, *(pytest.approx(1 - d * 4) for d in structured_gp.DISTANCES)]
    for warp in scales:
        np.testing.assert_allclose(warp.inverse(warp.forward(y)), y)
        numeric = (warp.forward(y + 1e-6) - warp.forward(y - 1e-6)) / 2e-6
        np.testing.assert_allclose(np.log(numeric), warp.log_slope(y), atol=1e-6)
        np.testing.assert_allclose(warp.inverse_slope(warp.forward(y)), 1 / numeric, rtol=1e-5)
    far = scales[1]
    assert far.inverse(np.array([10.0]))[0] == pytest.approx(far.largest)


def test_an_outlier_moves_the_prediction_less_than_under_normal_noise(monkeypatch):
    clean = LATENCY + NOISE
    spoilt = clean.copy()
    spoilt[3] += 10
    robust = fit(slice(60), spoilt)
    assert robust.training_noise_[3] > 50 * np.median(robust.training_noise_)
    monkeypatch.setattr(structured_gp, "DEGREES", 1e6)
    errors = [np.abs(model.predict(X[TEST]) - LATENCY[TEST]).mean() for model in (robust, fit(slice(60), spoilt))]
    assert errors[0] < 0.5 * errors[1]


@pytest.mark.parametrize("samples", [40, 300])
def test_intervals_cover_what_they_promise(samples):
    y = LATENCY + NOISE
    model = fit(slice(samples), y)
    off = np.abs(y[TEST] - model.predict(X[TEST])) / model.predict_std(X[TEST])
    assert (off < 1.96).mean() == pytest.approx(0.95, abs=0.05)


def test_hyperparameters_come_from_the_first_samples_and_the_prediction_from_all(monkeypatch):
    y, minimise, seen = LATENCY + NOISE, structured_gp._Objective.minimise, []
    monkeypatch.setattr(
        structured_gp._Objective,
        "minimise",
        lambda self, ys, *more: seen.append(len(ys[0])) or minimise(self, ys, *more),
    )
    models = fit(slice(200), y, hyperparameter_samples=50), fit(slice(50), y)
    assert set(seen) == {50}
    errors = [np.abs(model.predict(X[TEST]) - LATENCY[TEST]).mean() for model in models]
    assert errors[0] < errors[1]


@pytest.mark.parametrize(("samples", "chosen"), [(50, 350), (1_366, 350), (3_036, 759), (15_000, 1_200)])
def test_larger_training_sets_find_hyperparameters_on_more_samples(samples, chosen):
    assert StructuredGaussianProcess()._hyperparameter_samples(samples) == chosen
    assert StructuredGaussianProcess(hyperparameter_samples=90)._hyperparameter_samples(samples) == 90


def test_a_reciprocal_is_no_more_probable_beforehand_than_the_own_scale():
    own, *reciprocals = warps(np.linspace(1, 5, 12))
    assert np.exp([warp.log_prior for warp in reciprocals]).sum() == pytest.approx(np.exp(own.log_prior))


def test_problems_of_one_shape_are_fitted_together():
    y = LATENCY + NOISE
    problems = [Problem(X[rows], y[rows], None) for rows in (slice(20), slice(20, 40), slice(30))]
    together = StructuredGaussianProcess.fit_many(problems)
    for problem, model in zip(problems, together, strict=True):
        alone = StructuredGaussianProcess().fit(problem.x, problem.y, None)
        np.testing.assert_allclose(model.predict(X[TEST]), alone.predict(X[TEST]), atol=1e-3)
