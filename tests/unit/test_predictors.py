"""A walk through the registry: what every predictor must do, and what each is known to find."""

import dataclasses

import numpy as np
import pytest
from sklearn import linear_model
from sklearn.svm import SVR

from hwpred.metrics import kendall_tau
from hwpred.predictors import REGISTRY, get_predictor, svm
from hwpred.predictors.base import Problem
from hwpred.predictors.lookup import LookupTable
from hwpred.predictors.ngb import NGBoost
from hwpred.spaces import get_space

SPACE = get_space("nasbench201")
TRAINED = [key for key, entry in REGISTRY.items() if entry.trained]
# Families that compute problems as one stack of tensors agree to rounding; all others to the last bit.
TOLERANCE = {"gp": 1e-9, "sparse_gp": 1e-6, "bohamiann": 1e-4}
CHEAP = {"rf": {"n_estimators": 20}, "xgb": {"rounds": 50}, "lgb": {"rounds": 100}, "ngb": {"rounds": 60}}


@pytest.fixture(scope="module")
def data():
    operations = SPACE.enumerate()
    rng = np.random.default_rng(0)
    x = SPACE.adjacency_one_hot(operations)
    y = x @ rng.uniform(0, 1, x.shape[1]) + 0.5 * (operations[:, 0] == 3) * (operations[:, 4] == 3)
    y = (y - y.mean()) / y.std()
    return x, y, rng.permutation(len(y))


def problems(data, key, sizes, seed=0):
    x, y, order = data
    return [
        Problem(x[order[i : i + n]], y[order[i : i + n]], np.random.default_rng((seed, i)), CHEAP.get(key, {}))
        for i, n in enumerate(sizes)
    ]


@pytest.mark.parametrize("key", TRAINED)
def test_predictions_are_finite_and_inputs_unchanged(key, data):
    cls, (problem,) = get_predictor(key), problems(data, key, [40])
    x, y = problem.x.copy(), problem.y.copy()
    fitted = cls.fit_many([problem])
    (prediction,) = cls.predict_many(fitted, [data[0][:100]])
    assert prediction.shape == (100,)
    assert np.isfinite(prediction).all()
    assert fitted[0].fit_seconds_ >= 0
    assert np.array_equal(problem.x, x)
    assert np.array_equal(problem.y, y)


@pytest.mark.parametrize("key", TRAINED)
def test_result_does_not_depend_on_what_was_fitted_together(key, data):
    cls = get_predictor(key)
    sizes = [40, 25, 40, 7, 40]
    together = cls.predict_many(cls.fit_many(problems(data, key, sizes)), [data[0][:200]] * len(sizes))
    for i in range(len(sizes)):
        alone = cls.fit_many([problems(data, key, sizes)[i]])
        (prediction,) = cls.predict_many(alone, [data[0][:200]])
        np.testing.assert_allclose(prediction, together[i], rtol=0, atol=TOLERANCE.get(key, 0))


@pytest.mark.parametrize("key", TRAINED)
def test_fit_is_fit_many_of_one(key, data):
    cls = get_predictor(key)
    (one,), (same,) = problems(data, key, [30]), problems(data, key, [30])
    alone = cls(**one.hyperparameters).fit(one.x, one.y, one.rng)
    assert np.array_equal(alone.predict(data[0][:50]), cls.fit_many([same])[0].predict(data[0][:50]))


@pytest.mark.parametrize("key", TRAINED)
def test_ranks_what_it_can_learn(key, data):
    x, y, order = data
    cls = get_predictor(key)
    (prediction,) = cls.predict_many(cls.fit_many(problems(data, key, [500])), [x[order[1000:1500]]])
    assert kendall_tau(y[order[1000:1500]], prediction) > 0.75


@pytest.mark.parametrize("key", TRAINED)
def test_five_points_duplicates_and_constant_targets_do_not_break_it(key, data):
    x, y, order = data
    cls, settings = get_predictor(key), CHEAP.get(key, {})
    hard = {
        "five points": (x[order[:5]], y[order[:5]]),
        "duplicated rows": (np.repeat(x[order[:6]], 4, axis=0), np.repeat(y[order[:6]], 4)),
        "contradicting rows": (np.repeat(x[order[:1]], 12, axis=0), y[order[:12]]),
        "constant target": (x[order[:20]], np.full(20, 1.5)),
    }
    for name, (train_x, train_y) in hard.items():
        (fitted,) = cls.fit_many([Problem(train_x, train_y, np.random.default_rng(0), settings)])
        prediction = fitted.predict(x[:50])
        assert np.isfinite(prediction).all(), name
        if name == "constant target":
            assert np.allclose(prediction, 1.5, atol=0.1), name


@pytest.mark.parametrize(
    ("key", "oracle"),
    [("lin_reg", linear_model.LinearRegression()), ("ridge_reg", linear_model.Ridge(alpha=1.0))],
)
@pytest.mark.parametrize("size", [5, 20, 200])
def test_linear_models_agree_with_scikit_learn(key, oracle, size, data):
    (problem,) = problems(data, key, [size])
    ours = get_predictor(key).fit_many([problem])[0].predict(data[0])
    theirs = oracle.fit(problem.x.astype(float), problem.y).predict(data[0].astype(float))
    assert np.allclose(ours, theirs, atol=1e-8)


@pytest.mark.parametrize("kernel", ["linear", "poly", "rbf", "sigmoid"])
@pytest.mark.parametrize("matrix", [True, False])
def test_support_vectors_agree_with_scikit_learn(kernel, matrix, data, monkeypatch):
    monkeypatch.setattr(svm, "LARGEST_KERNEL_MATRIX", 1000 if matrix else 1)
    problem = dataclasses.replace(problems(data, "svmr", [150])[0], hyperparameters={"kernel": kernel, "C": 0.8})
    ours = svm.SupportVectorRegression.fit_many([problem])[0].predict(data[0][:300])
    theirs = SVR(kernel=kernel, C=0.8).fit(problem.x.astype(float), problem.y).predict(data[0][:300].astype(float))
    assert np.allclose(ours, theirs, atol=1e-8)


def test_bayesian_precisions_maximise_the_marginal_likelihood(data):
    (problem,) = problems(data, "bayes_lin_reg", [60])
    model = get_predictor("bayes_lin_reg").fit_many([problem])[0]
    centred = problem.x - problem.x.mean(axis=0)
    y = problem.y - problem.y.mean()

    def evidence(alpha, beta):
        """Restricted likelihood: the mean is projected out, so one direction drops out of the determinant."""
        values, vectors = np.linalg.eigh(centred @ centred.T / alpha + np.eye(len(y)) / beta)
        projected = vectors.T @ y
        return -0.5 * (projected**2 / values).sum() - 0.5 * np.log(values).sum() - 0.5 * np.log(beta)

    best = evidence(model.alpha_, model.beta_)
    for factor in (0.8, 1.25):
        assert evidence(model.alpha_ * factor, model.beta_) < best
        assert evidence(model.alpha_, model.beta_ * factor) < best


def test_lookup_table_is_exact_on_an_additive_metric():
    for key in ("nasbench201", "transnas_macro"):
        space = get_space(key)
        x = space.adjacency_one_hot(space.enumerate())
        y = x @ np.random.default_rng(1).uniform(0, 1, x.shape[1])
        measured = space.adjacency_one_hot(LookupTable.measured(key))
        rows = [np.flatnonzero((x == row).all(axis=1))[0] for row in measured]
        assert np.allclose(LookupTable(key).fit(x[rows], y[rows]).predict(x), y)


def test_lookup_table_says_which_measurement_is_missing():
    x = SPACE.adjacency_one_hot(LookupTable.measured("nasbench201"))
    with pytest.raises(ValueError, match=r"needs a measurement of '\|none~0\|.*'"):
        LookupTable("nasbench201").fit(x[1:], np.ones(len(x) - 1))


def test_ngboost_refuses_features_that_are_not_binary():
    with pytest.raises(ValueError, match="one-hot features only"):
        NGBoost().fit(np.full((5, 3), 0.5), np.arange(5.0), np.random.default_rng(0))


def test_ngboost_scale_follows_the_noise():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (800, 6)).astype(np.int8)
    y = x[:, 0] + np.where(x[:, 1] == 1, 0.5, 0.05) * rng.normal(size=800)
    model = NGBoost(rounds=80).fit(x, y, np.random.default_rng(0))
    noisy, quiet = model.predict_scale(x[x[:, 1] == 1]).mean(), model.predict_scale(x[x[:, 1] == 0]).mean()
    assert noisy == pytest.approx(0.5, rel=0.35)
    assert quiet == pytest.approx(0.05, rel=0.5)


def test_unknown_predictor_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown predictor 'rff'; use one of lin_reg"):
        get_predictor("rff")
