"""A Gaussian process that measured most of a grid of choices computes by what is left of it, to the same numbers."""

import numpy as np
import pytest

from hwpred.predictors.gaussian import grid as grids
from hwpred.predictors.gaussian.exact import GaussianProcess
from hwpred.predictors.gaussian.grid import Grid

SIZES = (5, 3, 1, 4, 2)


def one_hot(choices):
    return np.concatenate([choices[:, [i]] == np.arange(size) for i, size in enumerate(SIZES)], axis=1).astype(np.int8)


@pytest.fixture
def points():
    choices = np.stack(np.unravel_index(np.arange(np.prod(SIZES)), SIZES), axis=1)
    return one_hot(np.random.default_rng(0).permutation(choices))


def metric(x):
    weights = np.random.default_rng(1).normal(size=x.shape[1])
    return np.sin(x @ weights) + 0.1 * np.random.default_rng(2).normal(size=len(x))


@pytest.mark.parametrize("measured", [100, 117, 120])
def test_same_numbers_as_by_the_factor(points, measured, monkeypatch):
    x = points[:measured]
    assert Grid.around(x).shape == SIZES
    on_grid = GaussianProcess().fit(x, metric(x))
    found = on_grid.weights_, on_grid.predict(points), on_grid.predict_std(points)
    monkeypatch.setattr(Grid, "around", lambda *_: None)
    by_factor = GaussianProcess().fit(x, metric(x))
    expected = by_factor.weights_, by_factor.predict(points), by_factor.predict_std(points)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("measured", [80, 89])
def test_iterations_on_a_grid_find_the_weights_of_the_factor(points, measured, monkeypatch):
    x = points[:measured]
    by_factor = GaussianProcess().fit(x, metric(x))
    y = (metric(x) - by_factor.y_mean_) / by_factor.y_scale_
    assert by_factor._iterated(y) is None
    monkeypatch.setattr(grids, "FEWEST_ITERATED", 20)
    np.testing.assert_allclose(by_factor._iterated(y), by_factor.weights_, rtol=1e-7, atol=1e-9)
    monkeypatch.setattr(grids, "MOST_ITERATIONS", 2)
    assert by_factor._iterated(y) is None
    np.testing.assert_array_equal(GaussianProcess().fit(x, metric(x)).weights_, by_factor.weights_)


def test_points_off_the_grid_have_no_row(points):
    grid = Grid.around(points[:100])
    off = points[:3].copy()
    off[1, 0] = 1 - off[1, 0]
    assert grid.rows(points[:3]) is not None
    assert grid.rows(off) is None


def test_off_the_grid_a_standard_deviation_is_stated_all_the_same(points):
    off = points[:2].copy()
    off[1, :5] = 0
    std = GaussianProcess().fit(points[:100], metric(points[:100])).predict_std(off)
    assert (std > 0).all()


def test_no_grid_is_found_where_there_is_none(points):
    assert Grid.around(points[:60]) is None  # half of it is left
    assert Grid.around(np.concatenate([points[:100], points[:1]])) is None  # one row twice
    assert Grid.around(points[:100].astype(float)) is None
    numbers = points[:100].copy()
    numbers[0, 0] = 2
    assert Grid.around(numbers) is None
    assert Grid.around(np.random.default_rng(0).integers(2, size=(100, 6)).astype(np.int8)) is None
