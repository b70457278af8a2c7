"""Any number of objectives, by moocore: the oracle of our two-objective fronts, and three by definition."""

import itertools

import numpy as np
import pytest

from hwpred.selection.objectives import front_of, hypervolume_of
from hwpred.selection.pareto import hypervolume, pareto_front

ACCURACY_AND_METRIC = (True, False)


def random_case(seed):
    """Up to 40 architectures with ties and duplicates."""
    generator = np.random.default_rng(seed)
    count = generator.integers(1, 40)
    return generator.integers(0, 8, count) / 8, generator.integers(-6, 7, count) / 4


@pytest.mark.parametrize("seed", range(500))
def test_two_objectives_agree_with_ours(seed):
    accuracy, metric = random_case(seed)
    objectives = np.column_stack([accuracy, metric])
    np.testing.assert_array_equal(front_of(objectives, ACCURACY_AND_METRIC), pareto_front(accuracy, metric))
    order = np.argsort(-accuracy, kind="stable")
    ours = hypervolume(accuracy[order], metric[order], pareto_front(accuracy[order], metric[order]), 1.2)
    assert hypervolume_of(objectives, (0, 1.2), ACCURACY_AND_METRIC) == pytest.approx(ours)


def test_three_objectives_by_definition():
    generator = np.random.default_rng(0)
    objectives = generator.integers(0, 5, (60, 3)).astype(float)
    turned = objectives * [-1, 1, 1]
    dominated = [any((other <= one).all() and (other < one).any() for other in turned) for one in turned]
    larger = (True, False, False)
    np.testing.assert_array_equal(front_of(objectives, larger), np.logical_not(dominated))
    cubes = sum(
        ((objectives[:, 0] >= a + 1) & (objectives[:, 1] <= b) & (objectives[:, 2] <= c)).any()
        for a, b, c in itertools.product(range(5), repeat=3)
    )
    assert hypervolume_of(objectives, (0, 5, 5), larger) == cubes


def test_objectives_that_are_no_table_are_refused():
    with pytest.raises(ValueError, match="finite numbers"):
        front_of([[1.0, np.nan]], ACCURACY_AND_METRIC)
