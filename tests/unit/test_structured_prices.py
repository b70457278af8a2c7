"""Prices of work: what is expected of networks that differ by orders of magnitude."""

import numpy as np
import pytest

from hwpred.predictors.base import Problem
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.prediction import MixturePrediction
from hwpred.predictors.structured.prices import fit_prices
from hwpred.structure.blocks import Structured

PRICES = np.array([2e-9, 3e-8, 0.01, 1e-8])
"""In ms: a multiply-accumulate, a byte, an operator, a weight."""


def networks(number, seed=0):
    """Return amounts of networks whose times span three orders of magnitude, and the logarithms of those."""
    rng = np.random.default_rng(seed)
    amounts = np.exp(rng.normal(0, 1.5, (number, 1)) + rng.normal(0, 0.7, (number, 4))) * np.array([1e9, 1e8, 80, 2e7])
    return amounts, np.log(amounts @ PRICES)


def standardised(y):
    return (y - y.mean()) / y.std()


@pytest.mark.parametrize("number", [10, 50])
def test_times_are_found_though_the_unit_of_the_logarithm_is_not_told(number):
    amounts, y = networks(number)
    told = standardised(y)
    prices = fit_prices(amounts, told)
    assert prices.power == pytest.approx(1 / y.std(), rel=0.05)
    others, true = networks(200, seed=1)
    error = prices.expected(others) * y.std() + y.mean() - true
    assert np.abs(error).mean() < 0.1


def test_more_work_never_costs_less():
    amounts, y = networks(12)
    # One kind of work even seems to save time.
    y = y - 0.2 * np.log(amounts[:, 1])
    prices = fit_prices(amounts, standardised(y))
    before = prices.expected(amounts)
    for kind in range(4):
        more = amounts.copy()
        more[:, kind] *= 10
        assert (prices.expected(more) >= before).all()
    faster = fit_prices(amounts, -standardised(y))
    assert faster.power < 0
    assert (faster.expected(2 * amounts) < faster.expected(amounts)).all()
    assert fit_prices(amounts, -standardised(y), growth=1).power > 0


def test_the_unit_of_amounts_does_not_matter():
    amounts, y = networks(15)
    one, other = (fit_prices(each, standardised(y)) for each in (amounts, amounts * np.array([1e-6, 1e3, 1, 0.5])))
    np.testing.assert_allclose(
        one.expected(amounts), other.expected(amounts * np.array([1e-6, 1e3, 1, 0.5])), rtol=1e-4
    )


def test_work_that_no_training_network_has_is_free():
    amounts, y = networks(15)
    amounts[:, 3] = 0
    prices = fit_prices(amounts, standardised(y))
    assert np.isfinite(prices.expected(amounts)).all()
    assert prices.logarithms[3] == -np.inf
    with_it = amounts.copy()
    with_it[:, 3] = 1e7
    np.testing.assert_array_equal(prices.expected(with_it), prices.expected(amounts))


@pytest.mark.parametrize("y", [np.zeros(6), np.array([0.0, 0, 0, 0, 0, 1e-12])])
def test_a_constant_metric_is_expected_to_stay(y):
    amounts, _ = networks(6)
    assert np.isfinite(fit_prices(amounts, y).expected(amounts)).all()


def structured(amounts):
    logarithms = standardised(np.log(amounts).sum(axis=1))[:, None]
    return Structured({"drawn/amounts": amounts, "drawn/log_totals": logarithms})


def test_the_process_predicts_and_is_stored_with_its_prices():
    amounts, y = networks(130)
    y = standardised(y)
    x = structured(amounts)
    (model,) = StructuredGaussianProcess.fit_many([Problem(x[:30], y[:30], None)])
    assert np.abs(model.predict(x[30:]) - y[30:]).mean() < 0.05
    parts = model.contributions(x)
    assert "drawn/amounts prices" in parts
    np.testing.assert_allclose(sum(parts.values()) + y[:30].mean(), model.predict(x), atol=0.01)
    again = MixturePrediction.restored(*model.stored())
    for one, other in zip(model.predict_with_std(x), again.predict_with_std(x), strict=True):
        np.testing.assert_array_equal(one, other)
