"""Predictions of all architectures: what is common to all of them is computed once, however many there are."""

from collections import Counter

import numpy as np
import pytest

from hwpred.predictors.classical.linear import BayesianLinearRegression
from hwpred.predictors.gaussian.exact import GaussianProcess
from hwpred.predictors.gaussian.grid import GridCovariance
from hwpred.predictors.gaussian.kernel_prediction import Covariance
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.prediction import HypothesisPrediction
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid
from hwpred.training.whole_space import predict_all, predict_all_with_std, std_of_all

SPACE = get_space("nasbench201")
OPERATIONS = SPACE.enumerate()[::2]
ONE_HOT = SPACE.adjacency_one_hot(OPERATIONS)
X = structured("nasbench201", OPERATIONS)
Y = ONE_HOT @ np.arange(ONE_HOT.shape[1]) + np.random.default_rng(0).normal(size=len(ONE_HOT))
Y = (Y - Y.mean()) / Y.std()


@pytest.fixture
def calls(monkeypatch):
    counts = Counter()

    def count(owner, name):
        original = getattr(owner, name)

        def counted(*args, **kwargs):
            counts[name] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    count(Covariance, "factor")
    count(GridCovariance, "__init__")
    count(HypothesisPrediction, "_mean")
    return counts


@pytest.mark.parametrize(("cls", "x"), [(StructuredGaussianProcess, X), (GaussianProcess, ONE_HOT)])
def test_the_covariance_of_the_training_points_is_factorised_once(cls, x, calls):
    model = cls().fit(x[:40], Y[:40], np.random.default_rng(0))
    calls.clear()
    predict_all_with_std(cls, model, x)
    assert calls["_mean"] == (calls["factor"] if cls is StructuredGaussianProcess else 0)
    assert calls["factor"] == len(getattr(model, "hypotheses_", [model]))
    calls.clear()
    std_of_all(model, x)
    assert calls["factor"] == len(getattr(model, "hypotheses_", [model]))


def test_what_is_left_of_a_grid_is_factorised_once(calls):
    sizes = (8, 7, 8, 6)
    choices = np.stack(np.unravel_index(np.random.default_rng(0).permutation(np.prod(sizes)), sizes), axis=1)
    everything = np.hstack([choices[:, [i]] == np.arange(size) for i, size in enumerate(sizes)]).astype(np.int8)
    model = GaussianProcess(hyperparameter_samples=50).fit(everything[20:], np.sin(choices[20:].sum(axis=1)), None)
    calls.clear()
    std_of_all(model, everything)
    assert calls["__init__"] == 1


@pytest.mark.parametrize(
    ("cls", "x"), [(StructuredGaussianProcess, X), (GaussianProcess, ONE_HOT), (BayesianLinearRegression, ONE_HOT)]
)
def test_in_one_pass_or_in_two_predictions_are_the_same(cls, x):
    model = cls().fit(x[:40], Y[:40], np.random.default_rng(0))
    prediction, std = predict_all_with_std(cls, model, x)
    np.testing.assert_array_equal(prediction, predict_all(cls, model, x))
    np.testing.assert_array_equal(std, std_of_all(model, x))
    assert prediction.dtype == std.dtype == np.float32


def test_a_fit_whose_predictions_are_kept_states_no_standard_deviation_twice(calls):
    data = Data("nasbench201-t-d-latency", "nasbench201", "smaller", np.arange(len(Y)), OPERATIONS, Y)
    settings = Settings(1, (0,), (12,), 100, 1, 12, 1, 0, space_seeds=(0,))
    fits, _, of_space, _ = fit_grid("gp", data, settings)
    of_one = calls["factor"]
    calls.clear()
    fit_grid("gp", data, Settings(1, (1,), (12,), 100, 1, 12, 1, 0, space_seeds=(0,)))
    assert of_one == calls["factor"]
    assert len(of_space) == len(Y)
    assert 0 <= fits["coverage_95"].item() <= 1
