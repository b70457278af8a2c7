"""How far measurements lie from predictions, by training points that are left out."""

import numpy as np
import pytest
from scipy import stats

from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.tails import Tails, tails_of
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.whole_space import std_of_all

OPERATIONS = get_space("nasbench201").enumerate()[:2000]
X = structured("nasbench201", OPERATIONS)
COSTS = X.blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])


def covered(tails, errors, level):
    return np.mean(np.abs(errors) <= tails.width * tails.half(level))


@pytest.mark.parametrize("width", [0.2, 1, 3])
@pytest.mark.parametrize("degrees", [2, 100])
def test_many_residuals_tell_width_and_tails(width, degrees):
    rng = np.random.default_rng(0)
    tails = tails_of(width * rng.standard_t(degrees, 300))
    for level in (0.5, 0.8, 0.95):
        assert covered(tails, width * rng.standard_t(degrees, 20_000), level) == pytest.approx(level, abs=0.05)


def test_few_residuals_change_little_and_one_outlier_makes_tails_heavier():
    calm = tails_of(np.full(5, 0.5))
    assert 0.8 < calm.width < 1.3
    assert tails_of(np.array([0.5, 0.5, 0.5, 0.5, 8])).degrees < calm.degrees


def test_the_interval_of_95_percent_has_the_same_half_whatever_the_tails():
    for degrees in (1.5, 4, 30):
        assert Tails(1, degrees).half(0.95) == pytest.approx(stats.norm.ppf(0.975))
    assert Tails(1, 2).half(0.5) < Tails(1, 30).half(0.5)


def test_what_is_left_out_is_predicted_by_the_others():
    y = COSTS + np.random.default_rng(1).normal(0, 0.3, len(COSTS))
    y = (y - y.mean()) / y.std()
    model = StructuredGaussianProcess().fit(X[:40], y[:40], None)
    one = model.hypotheses_[0]
    scaled = (one.warp.forward(y[:40]) - one.y_mean_) / one.y_scale_ - one._expected(X[:40])
    kernel, others = one._kernel(X[:40]), np.arange(40) != 7
    noisy = kernel + np.diag(one.training_noise_)
    weights = np.linalg.solve(noisy[np.ix_(others, others)], kernel[others, 7])
    variance = kernel[7, 7] - weights @ kernel[others, 7] + one.noise_
    without = one._rounded(one._expected(X[:40])[7] + weights @ scaled[others])
    error = scaled[7] + one._expected(X[:40])[7] - without
    assert one.left_out_[7] == pytest.approx(error / np.sqrt(variance), rel=1e-4)


def test_a_device_without_noise_is_as_sure_as_its_steps_allow():
    y = (COSTS - COSTS.mean()) / COSTS.std()
    rows = np.random.default_rng(3).permutation(len(y))
    train, test = rows[:100], rows[100:]
    model = StructuredGaussianProcess().fit(X[train], y[train], None)
    off = (y[test] - model.predict(X[test])) / std_of_all(model, X[test])
    assert np.mean(np.abs(off) <= 1.96) >= 0.9
    assert 0.4 < off.std() < 1.3


def test_a_device_whose_noise_has_heavy_tails_is_covered_as_stated():
    rng = np.random.default_rng(2)
    y = COSTS + 0.2 * rng.standard_t(2, len(COSTS))
    y = (y - y.mean()) / y.std()
    rows = rng.permutation(len(y))
    train, test = rows[:120], rows[120:]
    model = StructuredGaussianProcess().fit(X[train], y[train], None)
    off = np.abs(y[test] - model.predict(X[test]))
    std = std_of_all(model, X[test])
    assert std == pytest.approx(model.tails_.width * model.predict_std(X[test]), rel=1e-6)
    for level in (0.5, 0.8, 0.95):
        stated = np.mean(off <= stats.norm.ppf(0.5 + level / 2) * model.predict_std(X[test]))
        ours = np.mean(off <= model.tails_.half(level) * std)
        assert abs(ours - level) < max(0.05, abs(stated - level))
