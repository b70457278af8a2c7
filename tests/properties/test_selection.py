"""Fronts, hypervolume and reduction of accuracy against their definitions, on small cases full of ties."""

import moocore
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hwpred.selection.outcome import Candidates
from hwpred.selection.pareto import ByAccuracy, front_numbers, hypervolume

# Few different values, so that ties and duplicates are the rule.
POINTS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(arrays(int, n, elements=st.integers(0, 5)), arrays(int, n, elements=st.integers(-3, 3)))
)


def dominates(accuracy, metric, one, other):
    """Tell by definition whether ``one`` is at least as good in both as ``other``, and better in one."""
    no_worse = accuracy[one] >= accuracy[other] and metric[one] <= metric[other]
    return no_worse and (accuracy[one] > accuracy[other] or metric[one] < metric[other])


def front_by_definition(accuracy, metric):
    everyone = range(len(accuracy))
    return np.array([not any(dominates(accuracy, metric, other, one) for other in everyone) for one in everyone])


def front_of(accuracy, metric):
    """The front by ``ByAccuracy``, whatever the order of the architectures."""
    order = np.argsort(-accuracy, kind="stable")
    front = np.empty(len(order), dtype=bool)
    front[order] = ByAccuracy(accuracy[order]).front(metric[order])
    return front


def candidates(points):
    accuracy, metric = points
    order = np.argsort(-accuracy, kind="stable")
    return Candidates(accuracy[None, order].astype(float), metric[None, order].astype(float))


def area(points, reference=4):
    accuracy, metric = (column[np.argsort(-points[0], kind="stable")].astype(float) for column in points)
    return hypervolume(accuracy, metric, front_of(accuracy, metric), reference)


def outcome_of(everything, selected):
    outcomes = everything.outcomes(np.asarray(selected)[None, None])
    return {name: values[0, 0] for name, values in outcomes.items()}


@given(POINTS)
def test_front_is_that_of_the_definition(points):
    np.testing.assert_array_equal(front_of(*points), front_by_definition(*points))


@given(POINTS)
def test_front_and_hypervolume_are_those_of_another_program(points):
    both = np.column_stack(points).astype(float)
    front = moocore.is_nondominated(both, maximise=[True, False], keep_weakly=True)
    np.testing.assert_array_equal(front_of(*points), front)
    assert area(points) == moocore.hypervolume(both, ref=[0, 4], maximise=[True, False])


@given(POINTS)
def test_many_metrics_at_once_give_the_front_of_each(points):
    accuracy, metric = (column[np.argsort(-points[0], kind="stable")] for column in points)
    metrics = np.array([metric, -metric, np.zeros_like(metric)])
    fronts = ByAccuracy(accuracy).front(metrics)
    for front, one in zip(fronts, metrics, strict=True):
        np.testing.assert_array_equal(front, front_by_definition(accuracy, one))


@given(POINTS)
def test_fronts_are_numbered_in_the_order_in_which_they_are_taken_away(points):
    accuracy, metric = points
    remaining, numbers = np.arange(len(accuracy)), np.full(len(accuracy), -1)
    while len(remaining):
        front = front_by_definition(accuracy[remaining], metric[remaining])
        numbers[remaining[front]] = numbers.max() + 1
        remaining = remaining[~front]
    np.testing.assert_array_equal(front_numbers(accuracy, metric), numbers)


@given(POINTS)
def test_hypervolume_counts_the_unit_squares_that_are_dominated(points):
    squares = sum(
        ((points[0] >= accuracy + 1) & (points[1] <= metric)).any() for accuracy in range(5) for metric in range(-3, 4)
    )
    assert area(points) == squares


@given(POINTS, st.floats(0.1, 10), st.floats(-10, 10))
def test_scaling_and_shifting_the_metric_changes_no_front(points, factor, shift):
    accuracy, metric = points
    np.testing.assert_array_equal(front_of(accuracy, metric), front_of(accuracy, factor * metric + shift))


@given(POINTS)
def test_a_dominated_point_changes_nothing(points):
    accuracy, metric = points
    front = front_of(accuracy, metric)
    more = np.append(accuracy, accuracy[front][0] - 1), np.append(metric, metric[front][0])
    np.testing.assert_array_equal(front_of(*more), [*front, False])
    assert area(more) == area(points)


@given(POINTS, st.integers(0, 5), st.integers(-3, 3))
def test_hypervolume_grows_with_points(points, accuracy, metric):
    more = np.append(points[0], accuracy), np.append(points[1], metric)
    assert area(more) >= area(points)


@given(POINTS)
def test_a_perfect_predictor_selects_the_true_front_and_loses_nothing(points):
    everything = candidates(points)
    selected = everything.select(everything.metric[:, None])[0, 0]
    np.testing.assert_array_equal(selected, front_by_definition(everything.accuracy[0], everything.metric[0]))
    outcome = outcome_of(everything, selected)
    assert (outcome["mra_all"], outcome["mra_pareto"]) == (0, 0)
    assert outcome["kept"] == outcome["selected"] == selected.sum()


@given(POINTS, st.integers(0, 2**31))
def test_outcome_of_wrong_predictions_is_that_of_the_definition(points, seed):
    everything = candidates(points)
    accuracy, metric = everything.accuracy[0], everything.metric[0]
    predicted = np.random.default_rng(seed).permutation(metric)
    selected = everything.select(predicted[None, None])[0, 0]
    np.testing.assert_array_equal(selected, front_by_definition(accuracy, predicted))
    front = front_by_definition(accuracy, metric)
    reductions = [accuracy[front & (metric <= metric[one])].max() - accuracy[one] for one in np.flatnonzero(selected)]
    kept = front_by_definition(accuracy[selected], metric[selected])
    outcome = outcome_of(everything, selected)
    assert outcome["mra_all"] == pytest.approx(np.mean(reductions))
    assert outcome["mra_pareto"] == pytest.approx(np.array(reductions)[kept].mean())
    chosen = accuracy[selected] / 100, metric[selected]
    assert outcome["hypervolume"] == pytest.approx(area(chosen, everything.reference[0]))


@given(POINTS, st.integers(0, 2**31))
def test_several_draws_and_selections_at_once_give_the_outcome_of_each(points, seed):
    generator = np.random.default_rng(seed)
    accuracy = np.array([-np.sort(-generator.permutation(points[0])) for _ in range(3)], dtype=float)
    metric = np.array([generator.permutation(points[1]) for _ in range(3)], dtype=float)
    everything = Candidates(accuracy, metric)
    selected = everything.select(generator.integers(-3, 4, (3, 2, metric.shape[1])))
    together = everything.outcomes(selected)
    for draw in range(3):
        alone = Candidates(accuracy[[draw]], metric[[draw]])
        for number in range(2):
            for name, value in outcome_of(alone, selected[draw, number]).items():
                assert together[name][draw, number] == pytest.approx(value)


def test_unsorted_accuracies_are_refused():
    with pytest.raises(ValueError, match="descending"):
        ByAccuracy([1, 2])
