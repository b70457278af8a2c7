import numpy as np
import pytest

from hwpred.metrics import all_measures, kendall_tau, pearson, precision_at, spearman


def test_reversed_list_has_correlation_minus_one():
    target = np.arange(10.0)
    for measure in (kendall_tau, spearman, pearson):
        assert measure(target, -target) == pytest.approx(-1)


def test_constant_prediction_has_correlation_zero():
    target, constant = np.arange(10.0), np.ones(10)
    measures = all_measures(target, constant)
    assert [measures[name] for name in ("kendall_tau", "spearman", "pearson")] == [0, 0, 0]


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


def test_prediction_that_is_not_finite_is_an_error():
    with pytest.raises(ValueError, match="1 of 3 predictions are not finite"):
        all_measures(np.arange(3.0), np.array([0, np.nan, 1]))
