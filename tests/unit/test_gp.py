"""The Gaussian processes: against a reference where there is one, together as alone, and on hard training sets."""

import logging

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel

from hwpred.metrics import kendall_tau
from hwpred.predictors import devices
from hwpred.predictors.base import Problem
from hwpred.predictors.gaussian import base, exact, kernel_prediction, sparse
from hwpred.predictors.gaussian.base import inverse_factors
from hwpred.predictors.gaussian.exact import GaussianProcess
from hwpred.predictors.gaussian.sparse import SparseGaussianProcess

BOTH = pytest.mark.parametrize("cls", [GaussianProcess, SparseGaussianProcess])
QUICK = {GaussianProcess: {}, SparseGaussianProcess: {"steps": 20}}


def one_hot(operations, choices=4):
    return np.eye(choices, dtype=np.int8)[operations].reshape(len(operations), -1)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    operations = rng.integers(0, 4, (600, 5))
    x = one_hot(operations)
    y = x @ rng.uniform(0, 1, x.shape[1]) + 0.5 * (operations[:, 0] == 3) * (operations[:, 4] == 3)
    return x, 7 + 3 * y


def problem(data, n, first=0, **hyperparameters):
    x, y = data
    rows = slice(first, first + n)
    return Problem(x[rows], y[rows], np.random.default_rng(first), hyperparameters)


def covariance(model, left, right):
    distances = ((left[:, None].astype(float) - right[None]) ** 2).sum(axis=2)
    return model.variance_ * np.exp(-0.5 * distances / model.length_scale_**2)


@BOTH
def test_a_problem_does_not_depend_on_what_was_fitted_together(cls, data):
    sizes, quick = [40, 25, 40, 6], QUICK[cls]
    together = cls.fit_many([problem(data, n, i, **quick) for i, n in enumerate(sizes)])
    for i, n in enumerate(sizes):
        (alone,) = cls.fit_many([problem(data, n, i, **quick)])
        single = cls(**quick).fit(*(getattr(problem(data, n, i), name) for name in ("x", "y", "rng")))
        for other in (alone, single):
            assert np.allclose(other.predict(data[0][:50]), together[i].predict(data[0][:50]), atol=1e-6)
            assert np.allclose(other.predict_std(data[0][:50]), together[i].predict_std(data[0][:50]), atol=1e-6)


def test_stacks_that_are_cut_give_the_same(data, monkeypatch):
    problems = [problem(data, 20, i) for i in range(5)]
    whole = GaussianProcess.fit_many(problems)
    monkeypatch.setattr(base, "STACK_SIZE", 800)
    for one, other in zip(whole, GaussianProcess.fit_many(problems), strict=True):
        assert np.allclose(one.predict(data[0]), other.predict(data[0]), atol=1e-6)


def test_exact_prediction_agrees_with_scikit_learn(data):
    x, y = data
    model = GaussianProcess().fit(x[:60], y[:60], None)
    kernel = ConstantKernel(model.variance_, "fixed") * RBF(model.length_scale_, "fixed")
    noise = model.noise_ + kernel_prediction.NUGGET * model.variance_
    oracle = GaussianProcessRegressor(kernel, alpha=noise, normalize_y=True, optimizer=None).fit(x[:60], y[:60])
    mean, std = oracle.predict(x, return_std=True)
    assert np.allclose(model.predict(x), mean, atol=1e-6)
    assert np.allclose(model.predict_std(x) ** 2, std**2 + model.noise_ * y[:60].var(), atol=1e-6)


def test_gradient_is_that_of_the_density(data):
    x, y = data
    distances = np.stack([kernel_prediction.squared_distances(rows, rows) for rows in (x[:12], x[12:24])])
    objective = exact._ExactObjective(distances, np.stack([y[:12] - y[:12].mean(), y[12:24] - y[12:24].mean()]))
    theta = torch.tensor([[0.3, 0.7, -1.0], [-0.4, 1.1, -2.0]], dtype=torch.float64)
    both = torch.arange(2)
    _, gradient = objective(theta, both)
    for i in range(3):
        move = 1e-5 * torch.eye(3, dtype=torch.float64)[i]
        numeric = (objective(theta + move, both)[0] - objective(theta - move, both)[0]) / 2e-5
        assert torch.allclose(gradient[:, i], numeric, rtol=1e-5, atol=1e-7)


def test_hyperparameters_maximise_the_density(data):
    (model,) = GaussianProcess.fit_many([problem(data, 80)])
    x, y = data[0][:80], (data[1][:80] - data[1][:80].mean()) / data[1][:80].std()
    objective = exact._ExactObjective(kernel_prediction.squared_distances(x, x)[None], y[None])
    best = torch.tensor([[model.variance_, model.length_scale_, model.noise_]], dtype=torch.float64).log()
    first = torch.arange(1)
    assert model.loss_ == pytest.approx(float(objective(best, first)[0]))
    for i in range(3):
        for sign in (-0.2, 0.2):
            assert objective(best + sign * torch.eye(3, dtype=torch.float64)[i], first)[0] > model.loss_


def test_minimiser_finds_the_minimum_of_each_problem():
    centres = torch.tensor([[1.0, -2.0], [3.0, 0.5], [-5.0, 4.0]], dtype=torch.float64)
    scales = torch.tensor([[1.0, 30.0], [5.0, 0.2], [1.0, 1.0]], dtype=torch.float64)

    def objective(position, active):
        away = position - centres[active]
        return 0.5 * (scales[active] * away**2).sum(dim=1), scales[active] * away

    position, value = base.minimise(objective, torch.zeros_like(centres), tolerance=1e-8)
    assert torch.allclose(position, centres, atol=1e-4)
    assert torch.allclose(value, torch.zeros(3, dtype=torch.float64), atol=1e-6)


def test_sparse_bound_is_titsias_bound(data):
    x, y = data[0][:30].astype(float), (data[1][:30] - data[1][:30].mean()) / data[1][:30].std()
    bound = sparse._SparseBound(x[None], y[None], x[None, :6])
    (state,) = bound.states()
    model = SparseGaussianProcess()
    vars(model).update(state)
    within = covariance(model, x[:6], x[:6]) + 1e-6 * model.variance_ * np.eye(6)
    low_rank = covariance(model, x, x[:6]) @ np.linalg.solve(within, covariance(model, x[:6], x))
    expected = multivariate_normal.logpdf(y, np.zeros(30), low_rank + model.noise_ * np.eye(30))
    expected -= 0.5 * (30 * model.variance_ - np.trace(low_rank)) / model.noise_
    # The constant of the normal density is left out; the prior has its maximum here.
    assert -30 * model.loss_ - 15 * np.log(2 * np.pi) == pytest.approx(expected, rel=1e-6)


def test_sparse_with_an_inducing_point_at_every_training_point_is_exact(data):
    x, y = data[0][:8].astype(float), data[1][:8]
    scaled = (y - y.mean()) / y.std()
    (state,) = sparse._SparseBound(x[None], scaled[None], x[None]).states()
    model = SparseGaussianProcess()
    model.y_mean_, model.y_scale_ = 0.0, 1.0
    vars(model).update(state)
    test = data[0][100:150]
    inverse = np.linalg.inv(covariance(model, x, x) + model.noise_ * np.eye(8))
    across = covariance(model, test, x)
    variance = model.variance_ + model.noise_ - np.einsum("ij,jk,ik->i", across, inverse, across)
    assert np.allclose(model.predict(test), across @ inverse @ scaled, atol=1e-4)
    assert np.allclose(model.predict_std(test), np.sqrt(variance), atol=1e-4)


# Ten inducing points lose some of the metric; the bound counts it as noise, so the sparse error is overestimated.
@pytest.mark.parametrize(("cls", "lowest"), [(GaussianProcess, 0.4), (SparseGaussianProcess, 0.15)])
def test_ranks_what_it_can_learn_and_knows_its_error(cls, lowest, data):
    x, y = data
    y = y + np.random.default_rng(1).normal(0, 0.2, len(y))
    model = cls().fit(x[:200], y[:200], np.random.default_rng(0))
    prediction, std = model.predict(x[200:]), model.predict_std(x[200:])
    assert kendall_tau(y[200:], prediction) > 0.8
    assert lowest < (((y[200:] - prediction) / std) ** 2).mean() < 2.5


@BOTH
def test_training_sets_that_could_break_it(cls, data):
    x, y = data
    constant_columns = x.copy()
    constant_columns[:, 4:12] = 1
    hard = {
        "one point": (x[:1], y[:1]),
        "five points": (x[:5], y[:5]),
        "duplicated rows": (np.repeat(x[:6], 4, axis=0), np.repeat(y[:6], 4)),
        "contradicting rows": (np.repeat(x[:1], 12, axis=0), y[:12]),
        "constant columns": (constant_columns[:30], y[:30]),
        "unseen operation": (x[x[:, 3] == 0][:30], y[x[:, 3] == 0][:30]),
        "no noise at all": (x[:150], x[:150] @ np.arange(20.0)),
    }
    for name, (train_x, train_y) in hard.items():
        model = cls(**QUICK[cls]).fit(train_x, train_y, np.random.default_rng(0))
        prediction, std = model.predict(x[:200]), model.predict_std(x[:200])
        assert np.isfinite(prediction).all(), name
        assert np.isfinite(std).all(), name
        assert (std > 0).all(), name
        assert len(np.unique(prediction)) > 1 or name in ("one point", "contradicting rows"), name


@BOTH
def test_constant_target_is_returned(cls, data):
    model = cls().fit(data[0][:20], np.full(20, 1.1), np.random.default_rng(0))
    assert np.allclose(model.predict(data[0][:50]), 1.1, atol=1e-12)


def test_large_training_sets_choose_hyperparameters_on_their_first_points(data):
    full = GaussianProcess(hyperparameter_samples=30).fit(data[0][:90], data[1][:90], None)
    reordered = np.r_[:30, 89:29:-1]
    other = GaussianProcess(hyperparameter_samples=30).fit(data[0][reordered], data[1][reordered], None)
    assert other.length_scale_ == pytest.approx(full.length_scale_)
    assert np.allclose(full.predict(data[0]), other.predict(data[0]))


def test_inducing_points_are_different_training_points(data):
    x = np.repeat(data[0][:4], 5, axis=0)
    rows = sparse._spread(x, 10, np.random.default_rng(0))
    assert len(rows) == len(np.unique(x, axis=0)) == len(np.unique(x[rows], axis=0))


def test_jitter_makes_a_singular_matrix_positive_definite_and_is_logged(caplog):
    matrices = torch.stack([torch.ones(3, 3), torch.eye(3)]).double()
    matrices[0, 2, 2] -= 1e-6
    with caplog.at_level(logging.WARNING):
        factors = base.cholesky(matrices)
    assert torch.isfinite(factors).all()
    assert torch.equal(factors[1], torch.eye(3).double())
    assert "1 kernel matrices are not positive definite" in caplog.text


def test_a_covariance_is_factored_again_and_again_with_other_noise(monkeypatch, caplog):
    monkeypatch.setattr(kernel_prediction, "BLOCK_ROWS", 3)
    monkeypatch.setattr(kernel_prediction, "FILLED_ROWS", 5)
    x = np.random.default_rng(0).normal(size=(8, 8))
    covariance = kernel_prediction.Covariance(lambda some, others: some @ others.T, x, 1.0)
    for noise in (0.1, np.linspace(0.1, 2, 8)):
        factor, expected = covariance.factor(noise), x @ x.T + noise * np.eye(8)
        np.testing.assert_allclose(np.tril(factor) @ np.tril(factor).T, expected, atol=1e-7)
        diagonal = kernel_prediction.inverse_diagonal(factor)
        np.testing.assert_allclose(diagonal, np.diag(np.linalg.inv(expected)), rtol=1e-6)
    singular = kernel_prediction.Covariance(lambda some, others: np.ones((len(some), len(others))), x, 1.0)
    with caplog.at_level(logging.WARNING):
        factor = np.tril(singular.factor(-1e-6))
    np.testing.assert_allclose(factor @ factor.T, np.ones((8, 8)), atol=1e-4)
    assert "covariance of 8 points is not positive definite; jitter 1e-08 added" in caplog.text


@pytest.mark.parametrize("size", [5, 64, 65, 200])
def test_factors_inverted_by_blocks_are_those_of_the_library(size):
    rng = np.random.default_rng(size)
    points = rng.normal(size=(3, size, size + 2))
    matrices = torch.from_numpy(points @ points.transpose(0, 2, 1) / size + np.eye(size))
    inverses, log_diagonals = inverse_factors(matrices)
    factors = torch.linalg.cholesky(matrices)
    identity = torch.eye(size, dtype=torch.float64).expand(3, -1, -1)
    torch.testing.assert_close(inverses @ factors, identity)
    torch.testing.assert_close(log_diagonals, factors.diagonal(dim1=1, dim2=2).log().sum(dim=1))


def test_a_singular_matrix_is_inverted_with_a_jitter(caplog):
    matrices = torch.ones(2, 70, 70, dtype=torch.float64)
    matrices[0] += torch.eye(70)
    with caplog.at_level("WARNING"):
        inverses, log_diagonals = inverse_factors(matrices)
    assert "not positive definite" in caplog.text
    assert inverses.isfinite().all()
    assert log_diagonals.isfinite().all()


def test_exact_processes_are_the_same_as_on_a_gpu(monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (90, 12)).astype(np.int8)
    y = x @ rng.normal(size=12)
    found = []
    for on_gpu in (False, True):
        monkeypatch.setattr(devices, "on_gpu", lambda on_gpu=on_gpu: on_gpu)
        model = GaussianProcess().fit(x[:70], y[:70])
        found.append(np.stack([model.predict(x), model.predict_std(x)]))
    np.testing.assert_allclose(*found, rtol=1e-4, atol=1e-6)


def test_values_that_are_no_numbers_end_a_fit(data):
    x, y = data
    y = np.where(np.arange(len(y)) == 3, np.nan, y)
    with pytest.raises(ValueError, match="holds what is no number; give finite architectures and values"):
        SparseGaussianProcess(steps=20).fit(x[:30], y[:30], np.random.default_rng(0))
