from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hwpred.metrics import (
    LEAST_PAIRS,
    all_measures,
    average_ranks,
    coverage,
    half_interval_of_tau,
    kendall_tau,
    kendall_taus,
    pearson,
    precision_at,
    relative_errors,
    spearman,
    tau_cap,
)


def test_reversed_list_has_correlation_minus_one():
    target = np.arange(10.0)
    for measure in (kendall_tau, spearman, pearson):
        assert measure(target, -target) == pytest.approx(-1)


CORRELATIONS = ("kendall_tau", "spearman", "pearson")


@pytest.mark.parametrize("constant", [1.0, 0.1])
def test_constant_prediction_has_correlation_zero(constant):
    measures = all_measures(np.arange(10.0), np.full(10, constant))
    assert [measures[name] for name in CORRELATIONS] == [0, 0, 0]


# The mean of three times 0.1 is not 0.1: what is left by rounding must not be taken for a spread.
@pytest.mark.parametrize("target", [np.full(10, 0.1), np.full(3, 0.1), np.array([2.0])])
def test_equal_targets_have_no_correlation(target):
    for prediction in (np.arange(len(target), dtype=float), np.zeros(len(target))):
        measures = all_measures(target, prediction)
        assert all(np.isnan(measures[name]) for name in (*CORRELATIONS, "precision_at_10", "precision_at_20"))
        assert np.isfinite([measures[name] for name in ("mae", "rmse", "deviation_mean", "deviation_std")]).all()


def test_interval_of_tau_covers_what_it_promises():
    rng, tau, pairs = np.random.default_rng(0), 0.8, 60
    correlation = np.sin(np.pi / 2 * tau)
    found = []
    for _ in range(400):
        x, y = rng.normal(size=(2, pairs))
        found.append(kendall_tau(x, correlation * x + np.sqrt(1 - correlation**2) * y))
    covered = np.mean([abs(one - tau) <= half_interval_of_tau(one, pairs) for one in found])
    assert 0.93 <= covered <= 0.995
    assert half_interval_of_tau(0.9, LEAST_PAIRS) <= 0.05 < half_interval_of_tau(0.9, LEAST_PAIRS - 5)
    assert half_interval_of_tau(1.0, 3) == 1


def test_tau_b_of_a_small_example_with_a_tie():
    # pairs of (1, 2, 3) and (1, 1, 2): two concordant, one tied in the prediction; 2 / sqrt(3 * 2)
    assert kendall_tau(np.array([1.0, 2, 3]), np.array([1.0, 1, 2])) == pytest.approx(2 / np.sqrt(6))


def test_precision_follows_the_direction():
    target = np.arange(40.0)
    prediction = target.copy()
    prediction[:10] += 100
    assert precision_at(10, target, prediction) == 0
    assert all_measures(target, prediction, "larger")["precision_at_10"] == 0
    assert all_measures(target, target, "larger")["precision_at_20"] == 1


def test_deviations_are_prediction_minus_target():
    measures = all_measures(np.array([0.0, 1, 2]), np.array([1.0, 2, 3]))
    assert (measures["deviation_mean"], measures["deviation_std"], measures["mae"], measures["rmse"]) == (1, 0, 1, 1)


def test_relative_errors_are_shares_of_the_value():
    found = relative_errors(np.array([1.0, 10, 100]), np.array([1.05, 12, 90]))
    assert found["median_error_percent"] == pytest.approx(10)
    assert found["within_10_percent"] == pytest.approx(2 / 3)


def test_coverage_counts_what_lies_within_the_central_interval():
    target = np.array([0.0, 1.9, -1.9, 2.0])
    assert coverage(0.95, target, np.zeros(4), np.ones(4)) == 0.75
    assert coverage(0.5, target, np.zeros(4), np.ones(4)) == 0.25


def test_prediction_that_is_not_finite_is_an_error():
    with pytest.raises(ValueError, match="1 of 3 predictions are not finite"):
        all_measures(np.arange(3.0), np.array([0, np.nan, 1]))


@given(st.lists(st.integers(0, 5), min_size=2, max_size=30))
def test_no_prediction_without_ties_ranks_better_than_the_cap(values):
    values = np.array(values, dtype=float)
    order = np.argsort(values, kind="stable")
    prediction = np.empty(len(values))
    prediction[order] = np.arange(len(values))
    assert tau_cap(values) == pytest.approx(kendall_tau(values, prediction), nan_ok=True)


def test_cap_of_a_metric_with_four_values():
    table = pd.read_parquet(Path(__file__).parents[2] / "data/embedded/nasbench201-cifar10-graph-memory.parquet")
    assert table["value"].nunique() == 4
    assert tau_cap(table["value"]) == pytest.approx(0.8459, abs=5e-5)
    assert tau_cap(np.arange(9.0)) == 1
    assert np.isnan(tau_cap([2.0]))


@pytest.mark.parametrize("samples", [2, 3, 7, 40, 333, 700])
@pytest.mark.parametrize("values", [2, 5, 1000])
def test_taus_of_several_predictions_are_those_of_each(samples, values):
    rng = np.random.default_rng((samples, values))
    target = rng.integers(0, values, samples).astype(float)
    predictions = np.concatenate(
        [
            rng.integers(0, values, (6, samples)),
            rng.normal(size=(6, samples)),
            np.ones((1, samples)),
            [target],
            [-target],
        ]
    )
    expected = [kendall_tau(target, prediction) for prediction in predictions]
    assert np.array_equal(kendall_taus(target, predictions), expected, equal_nan=True)


@given(st.integers(0, 2**32), st.sampled_from([2, 3, 10, 257, 2000]), st.sampled_from([None, 0, 1]))
def test_tau_and_ranks_are_those_of_scipy_to_the_bit(seed, length, decimals):
    rng = np.random.default_rng(seed)
    target = rng.normal(size=length)
    prediction = target + rng.normal(size=length)
    if decimals is not None:  # so that there are ties
        target, prediction = target.round(decimals), prediction.round(0)
    assert np.array_equal(average_ranks(prediction), stats.rankdata(prediction))
    if np.ptp(target) and np.ptp(prediction):
        assert kendall_tau(target, prediction) == stats.kendalltau(target, prediction).statistic
