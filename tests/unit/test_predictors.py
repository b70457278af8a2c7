"""A walk through the registry: what every predictor must do, and what each is known to find."""

import dataclasses
import pickle
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from sklearn import linear_model
from sklearn.ensemble import RandomForestRegressor
from sklearn.svm import SVR

from hwpred.metrics import kendall_tau
from hwpred.predictors import REGISTRY, get_predictor
from hwpred.predictors.base import Problem, library_seed
from hwpred.predictors.classical import svm
from hwpred.predictors.classical.forest import RandomForest
from hwpred.predictors.classical.lookup import LookupTable
from hwpred.predictors.classical.ngb import NGBoost
from hwpred.predictors.classical.primal import fit_linear
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.predictors.registry import torch_device
from hwpred.spaces import get_space
from hwpred.training import data as training

SPACE = get_space("nasbench201")
NETWORKS = [key for key in REGISTRY if hasattr(get_predictor(key), "most_steps")]
TRAINED = [key for key, entry in REGISTRY.items() if entry.trained]
# Families that compute problems as one stack of tensors agree to rounding, structured ones to a step of their
# predictions; all others to the last bit.
TOLERANCE = {
    "gp": 1e-9,
    "structured_gp": 1e-6,
    "transfer_gp": 1e-6,
    "sparse_gp": 1e-6,
    "bohamiann": 1e-4,
    **dict.fromkeys(NETWORKS, 1e-4),
}
CHEAP = {
    "rf": {"n_estimators": 20},
    "xgb": {"rounds": 50},
    "lgb": {"rounds": 100},
    "ngb": {"rounds": 60},
    "sparse_gp": {"steps": 30},
    "bohamiann": {"steps": 60, "burn_in": 10, "keep_every": 5},
    **{key: {"evaluations": 16} for key in ("structured_gp", "transfer_gp")},
    **{key: {"most_steps": 30} for key in NETWORKS},
}
# What it takes to learn.
SKILLED = {
    **CHEAP,
    **{key: {} for key in ("bohamiann", "structured_gp", "transfer_gp")},
    **{key: {"most_steps": 1000} for key in NETWORKS},
    "nao": {"epochs": 50, "learning_rate": 0.02},
}


class Data:
    """All architectures with an almost additive metric, in any encoding."""

    def __init__(self):
        self.operations = SPACE.enumerate()
        x = SPACE.adjacency_one_hot(self.operations)
        y = x @ np.random.default_rng(0).uniform(0, 1, x.shape[1])
        y += 0.5 * (self.operations[:, 0] == 3) * (self.operations[:, 4] == 3)
        self.y = (y - y.mean()) / y.std()
        self.order = np.random.default_rng(0).permutation(len(y))

    @cache  # noqa: B019 - one instance
    def encoded(self, key):
        others = np.random.default_rng(1).normal(size=(len(self.operations), 2)) + self.y[:, None]
        data = training.Data("c", SPACE.key, "smaller", self.order, self.operations, self.y, others)
        return get_predictor(key).encode(data)


@pytest.fixture(scope="module")
def data():
    return Data()


def problem(data, key, rows, settings=CHEAP, seed=0):
    rng = np.random.default_rng((seed, len(rows)))
    return Problem(data.encoded(key)[rows], data.y[rows], rng, settings.get(key, {}))


def problems(data, key, sizes, settings=CHEAP):
    return [problem(data, key, data.order[i : i + n], settings, i) for i, n in enumerate(sizes)]


@pytest.mark.parametrize("key", TRAINED)
def test_fit_is_fit_many_of_one_and_leaves_its_inputs_alone(key, data):
    cls, (one,), (same,) = get_predictor(key), problems(data, key, [40]), problems(data, key, [40])
    test = data.encoded(key)[data.order[:100]]
    fitted = cls.fit_many([one])
    (prediction,) = cls.predict_many(fitted, [test])
    assert prediction.shape == (100,)
    assert fitted[0].fit_seconds_ >= 0
    assert np.array_equal(one.y, same.y)
    assert pickle.dumps(one.x) == pickle.dumps(same.x)
    alone = cls(**same.hyperparameters).fit(same.x, same.y, same.rng)
    assert alone.fit_seconds_ >= 0
    assert np.array_equal(alone.predict(test), prediction)


@pytest.mark.parametrize("key", TRAINED)
def test_result_does_not_depend_on_what_was_fitted_together(key, data):
    cls, test = get_predictor(key), data.encoded(key)[data.order[:200]]
    sizes = [40, 25, 40, 7, 40]
    together = cls.predict_many(cls.fit_many(problems(data, key, sizes)), [test] * len(sizes))
    for i in (0, 3):
        alone = cls.fit_many([problems(data, key, sizes)[i]])
        (prediction,) = cls.predict_many(alone, [test])
        np.testing.assert_allclose(prediction, together[i], rtol=0, atol=TOLERANCE.get(key, 0))


@pytest.mark.parametrize("key", ["gp", "sparse_gp", "bohamiann", "ngb"])
def test_hyperparameters_that_cannot_be_hashed_are_no_obstacle(key, data):
    """No predictor has such a hyperparameter; one that somebody adds may."""

    class WithList(get_predictor(key)):
        def __init__(self, names, **hyperparameters):
            super().__init__(**hyperparameters)
            self.names = names

    own = [{**CHEAP.get(key, {}), "names": names} for names in (["a"], ["a"], ["b", "c"])]
    one, *others = (
        dataclasses.replace(problem, hyperparameters=hyperparameters)
        for problem, hyperparameters in zip(problems(data, key, [20, 20, 20]), own, strict=True)
    )
    assert [model.names for model in WithList.fit_many([one, *others])] == [["a"], ["a"], ["b", "c"]]


@pytest.mark.parametrize("key", TRAINED)
def test_ranks_what_it_can_learn(key, data):
    cls, test = get_predictor(key), data.order[1000:1500]
    (prediction,) = cls.predict_many(cls.fit_many(problems(data, key, [500], SKILLED)), [data.encoded(key)[test]])
    assert kendall_tau(data.y[test], prediction) > 0.75


def hard_training_sets(data):
    """Rows of training sets, by what is hard about them."""
    order, operations = data.order, data.operations[data.order]
    return {
        **{f"five points, draw {i}": order[5 * i : 5 * i + 5] for i in range(4)},
        "five points thrice": np.repeat(order[:5], 3),
        "constant columns": order[(operations[:, 0] == 1) & (operations[:, 3] == 2)][:30],
        "operations never seen": order[(operations[:, 2] < 2) & (operations[:, 5] != 3)][:30],
    }


@pytest.mark.parametrize("key", TRAINED)
def test_hard_training_sets_do_not_break_it(key, data):
    cls, test = get_predictor(key), data.encoded(key)[data.order[:300]]
    hard = hard_training_sets(data)
    fitted = cls.fit_many([problem(data, key, rows) for rows in hard.values()])
    for name, prediction in zip(hard, cls.predict_many(fitted, [test] * len(hard)), strict=True):
        assert np.isfinite(prediction).all(), name
        assert np.ptp(prediction) > 1e-3, name


@pytest.mark.parametrize("key", TRAINED)
def test_one_architecture_and_a_constant_metric_give_a_constant(key, data):
    cls, test = get_predictor(key), data.encoded(key)[data.order[:300]]
    same = dataclasses.replace(problem(data, key, np.repeat(data.order[:1], 12)), y=data.y[:12])
    constants = [problem(data, key, data.order[:5]), problem(data, key, data.order[:20])]
    constants = [
        dataclasses.replace(one, y=np.full(len(one.y), y)) for one, y in zip(constants, (-0.3, 1.1), strict=True)
    ]
    predictions = cls.predict_many(cls.fit_many([same, *constants]), [test] * 3)
    assert np.isfinite(predictions[0]).all()
    assert np.allclose(predictions[1], -0.3, atol=1e-5)
    assert np.allclose(predictions[2], 1.1, atol=1e-5)


@pytest.mark.parametrize(
    ("key", "oracle"),
    [("lin_reg", linear_model.LinearRegression()), ("ridge_reg", linear_model.Ridge(alpha=1.0))],
)
@pytest.mark.parametrize("size", [5, 20, 200])
def test_linear_models_agree_with_scikit_learn(key, oracle, size, data):
    (problem,), x = problems(data, key, [size]), data.encoded(key)
    ours = get_predictor(key).fit_many([problem])[0].predict(x)
    theirs = oracle.fit(problem.x.astype(float), problem.y).predict(x.astype(float))
    assert np.allclose(ours, theirs, atol=1e-8)


@pytest.mark.parametrize("kernel", ["linear", "poly", "rbf", "sigmoid"])
@pytest.mark.parametrize("matrix", [True, False])
def test_support_vectors_agree_with_scikit_learn(kernel, matrix, data, monkeypatch):
    monkeypatch.setattr(svm, "SAMPLES_A_FEATURE", np.inf)
    monkeypatch.setattr(svm, "LARGEST_KERNEL_MATRIX", 1000 if matrix else 1)
    x = data.encoded("svmr")[:300]
    problem = dataclasses.replace(problems(data, "svmr", [150])[0], hyperparameters={"kernel": kernel, "C": 0.8})
    ours = svm.SupportVectorRegression.fit_many([problem])[0].predict(x)
    oracle = SVR(kernel=kernel, C=0.8, tol=svm.TOLERANCE).fit(problem.x.astype(float), problem.y)
    assert np.allclose(ours, oracle.predict(x.astype(float)), atol=1e-8)


@pytest.mark.parametrize("size", [20, 150, 300])
def test_weights_of_a_linear_kernel_are_the_solution_of_scikit_learn(size, data):
    x = data.encoded("svmr").astype(float)
    (problem,) = problems(data, "svmr", [size])
    coefficients, intercept = fit_linear(problem.x.astype(float), problem.y, 0.8, 0.1, tolerance=1e-6)
    oracle = SVR(kernel="linear", C=0.8, tol=1e-6).fit(problem.x.astype(float), problem.y)
    ours = x @ (problem.x.T @ coefficients) + intercept
    assert np.allclose(ours, oracle.predict(x), atol=1e-4)
    assert np.abs(coefficients).max() <= 0.8
    assert coefficients.sum() == pytest.approx(0, abs=1e-6)


def test_corners_lose_no_more_than_their_width_allows(data):
    (problem,) = problems(data, "svmr", [150])
    x = problem.x.astype(float)

    def loss(tolerance):
        coefficients, intercept = fit_linear(x, problem.y, 1.0, svm.EPSILON, tolerance)
        weights = x.T @ coefficients
        errors = np.abs(problem.y - x @ weights - intercept)
        return weights @ weights / 2 + np.maximum(errors - svm.EPSILON, 0).sum()

    allowed = svm.TOLERANCE / 2 * len(problem.y)
    assert loss(1e-6) <= loss(svm.TOLERANCE) <= loss(1e-6) + allowed
    assert loss(1e-2) > loss(1e-3) > loss(1e-4)


def test_a_constant_metric_is_predicted_by_a_linear_kernel(data):
    x = data.encoded("svmr")
    model = get_predictor("svmr")(kernel="linear").fit(x[:150], np.full(150, 3.0))
    assert np.allclose(model.predict(x), 3.0, atol=svm.EPSILON + svm.TOLERANCE)


def test_bayesian_precisions_maximise_the_marginal_likelihood(data):
    (problem,) = problems(data, "bayes_lin_reg", [60])
    model = get_predictor("bayes_lin_reg").fit_many([problem])[0]
    x = np.column_stack([problem.x, np.ones(len(problem.y))])

    def evidence(alpha, beta):
        values, vectors = np.linalg.eigh(x @ x.T / alpha + np.eye(len(x)) / beta)
        return -0.5 * ((vectors.T @ problem.y) ** 2 / values).sum() - 0.5 * np.log(values).sum()

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
        model = LookupTable(key).fit(x[rows], y[rows])
        assert model.fit_seconds_ >= 0
        assert np.allclose(model.predict(x), y)


def test_lookup_table_says_which_measurement_is_missing():
    x = SPACE.adjacency_one_hot(LookupTable.measured("nasbench201"))
    with pytest.raises(ValueError, match=r"needs a measurement of '\|none~0\|.*'"):
        LookupTable("nasbench201").fit(x[1:], np.ones(len(x) - 1))


@pytest.mark.parametrize("size", [5, 300])
def test_a_forest_is_that_of_scikit_learn(size, data):
    x, y = data.encoded("rf")[data.order[:size]], data.y[data.order[:size]]
    model = RandomForest(n_estimators=20).fit(x, y, np.random.default_rng(1))
    settings = {"n_estimators": 20, "max_features": model.max_features, "min_samples_leaf": model.min_samples_leaf}
    oracle = RandomForestRegressor(
        **settings, bootstrap=False, random_state=library_seed(np.random.default_rng(1))
    ).fit(x, y)
    test = data.encoded("rf")[data.order[:500]]
    assert np.array_equal(model.predict(test), oracle.predict(test))


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


def test_the_registry_tells_which_predictors_compute_with_torch():
    for key, entry in REGISTRY.items():
        modules = [sys.modules[cls.__module__] for cls in get_predictor(key).__mro__]
        assert entry.on_torch == any(hasattr(module, "torch") for module in modules), key


def test_only_predictors_on_torch_have_a_device():
    assert torch_device("minimlp", "auto") == "auto"
    assert torch_device("ridge_reg", "auto") is None


def test_every_predictor_is_described():
    assert list(DESCRIPTIONS) == list(REGISTRY)


def test_training_imports_neither_looks_nor_the_structure_of_spaces_nor_torch():
    """What a fit of linear regression does not import, it does not run again for."""
    command = (
        "import sys; from hwpred.training.grid import fit_grid; from hwpred.predictors import get_predictor; "
        "get_predictor('lin_reg'); print(*sorted(sys.modules))"
    )
    imported = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "hwpred.predictors.classical.linear" in imported
    unwanted = ("hwpred.structure", "hwpred.predictors.descriptions", "hwpred.training.designs", "torch")
    assert not set(unwanted) & set(imported)
