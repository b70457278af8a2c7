"""Hyperparameters are checked before a fit; every predictor says what its own may be."""

import inspect

import numpy as np
import pytest
import yaml

from hwpred.predictors import REGISTRY, get_predictor
from hwpred.predictors.constraints import Number, check_hyperparameters, hyperparameters_of
from hwpred.predictors.search_space import draw_candidates


@pytest.mark.parametrize("key", REGISTRY)
def test_every_hyperparameter_has_a_constraint_that_its_default_meets(key):
    cls = get_predictor(key)
    assert set(cls.constraints) == set(hyperparameters_of(key))
    parameters = inspect.signature(cls).parameters
    check_hyperparameters(key, {name: parameters[name].default for name in cls.constraints})


@pytest.mark.parametrize("key", REGISTRY)
def test_what_a_search_tries_meets_the_constraints(key):
    cls = get_predictor(key)
    for candidate in draw_candidates(cls.search_space() or {}, 30, np.random.default_rng(0)):
        check_hyperparameters(key, {**cls.search_settings, **candidate})


@pytest.mark.parametrize("key", REGISTRY)
def test_no_hyperparameter_may_be_nonsense(key):
    for name in hyperparameters_of(key):
        for value in (-5, float("nan"), float("inf"), True, "many", [1]):
            with pytest.raises(ValueError, match=rf"hyperparameters\.{key}\.{name} is .*; it must be "):
                check_hyperparameters(key, {name: value})


@pytest.mark.parametrize(
    ("key", "arguments", "sentence"),
    [
        ("ridge_reg", {"alpha": -5}, "hyperparameters.ridge_reg.alpha is -5; it must be a number above 0"),
        ("ridge_reg", {"alhpa": 5}, "hyperparameters.ridge_reg has a key 'alhpa'; use one of alpha"),
        ("lin_reg", {"alpha": 5}, "hyperparameters.lin_reg has a key 'alpha'; it has none"),
        ("lookup", {"space": "fbnet"}, "hyperparameters.lookup has a key 'space'; it has none"),
        (
            "rf",
            {"n_estimators": 2.5},
            "rf.n_estimators is 2.5; it must be a whole number of at least 1",
        ),
        ("rf", {"max_features": 2}, "max_features is 2; it must be a number above 0 and of at most 1"),
        ("svmr", {"kernel": "rbff"}, "kernel is 'rbff'; it must be one of linear, poly, rbf, sigmoid"),
        ("svmr", {"iterations_per_sample": 0}, "it must be a whole number of at least 1, or null"),
        ("minimlp", {"activation": "1e3"}, "activation is '1e3'; it must be one of relu, tanh, hardswish"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(key, arguments, sentence):
    with pytest.raises(ValueError, match="hyperparameters") as error:
        check_hyperparameters(key, arguments)
    assert sentence in str(error.value)


@pytest.mark.parametrize("text", ["1e3", "1e+3", "1E3", "1.0e3", "-2", "+.5", "5.", "1e-5", "1e20", " 7 "])
def test_a_number_as_text_is_answered_with_how_to_write_it(text):
    with pytest.raises(ValueError, match=r"is the text .*, not a number; write ") as error:
        check_hyperparameters("ridge_reg", {"alpha": text})
    written = str(error.value).split("; write ")[1].split(" into ")[0]
    assert yaml.safe_load(written) == float(text)


def test_numpy_numbers_are_numbers():
    check_hyperparameters("rf", {"n_estimators": np.int64(5), "max_features": np.float32(0.5)})
    assert Number(below=1).admits(np.float64(0.5))
