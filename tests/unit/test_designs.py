"""Designs of training sets: prefixes of one order, blind to what is not measured, better spread than chance."""

import dataclasses

import numpy as np
import pytest

from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training import designs
from hwpred.training.data import Data
from hwpred.training.designs import DESIGNS, least_sure
from hwpred.training.splits import Split, split_of

OPERATIONS = get_space("nasbench201").enumerate()[:600]
LATENCY = structured("nasbench201", OPERATIONS).blocks["drawn/counts"] @ np.array([0, 0.1, 1, 3, 0.5, 0])
DATA = Data("c", "nasbench201", "smaller", np.arange(600), OPERATIONS, (LATENCY - LATENCY.mean()) / LATENCY.std())


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(designs, "DESIGNED", 12)
    monkeypatch.setattr(designs, "CANDIDATES", 200)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_reorders_the_pool_and_leaves_the_test_set(design):
    split, random = split_of(DATA, 100, 1, 0, design), Split(600, 100, 1, "c", 0)
    assert np.array_equal(split.test, random.test)
    assert sorted(split.pool) == sorted(random.pool)
    assert not np.array_equal(split.train(12), random.train(12))
    assert np.array_equal(split.train(12), split_of(DATA, 100, 1, 0, design).train(12))
    assert not np.array_equal(split.train(12), split_of(DATA, 100, 1, 1, design).train(12))


def test_random_is_the_split_itself():
    assert np.array_equal(split_of(DATA, 100, 1, 3).pool, Split(600, 100, 1, "c", 3).pool)


@pytest.mark.parametrize("design", DESIGNS)
def test_only_active_looks_at_measurements_and_only_at_those_made(design):
    split = split_of(DATA, 100, 1, 0, design)
    other = DATA.target.copy()
    other[~np.isin(np.arange(600), split.train(12))] = 1e3
    changed = split_of(dataclasses.replace(DATA, target=other), 100, 1, 0, design)
    assert np.array_equal(changed.train(12), split.train(12))
    reversed_data = dataclasses.replace(DATA, target=np.sin(9 * np.arange(600)))
    same = np.array_equal(split_of(reversed_data, 100, 1, 0, design).train(12), split.train(12))
    assert same == (design != "active")


def smallest_distance(rows):
    differ = (OPERATIONS[rows][:, None] != OPERATIONS[rows][None]).sum(axis=2)
    return differ[np.triu_indices(len(rows), 1)].min()


def test_maximin_keeps_architectures_apart():
    distances = [
        [smallest_distance(split_of(DATA, 100, 1, seed, design).train(6)) for seed in range(5)]
        for design in ("maximin", "random")
    ]
    assert np.mean(distances[0]) > np.mean(distances[1]) + 1


def test_least_sure_is_the_greedy_determinant():
    x = structured("nasbench201", OPERATIONS[:40])
    components = designs._prior(x)
    covariance = sum(c.kernel(x.blocks[c.block], x.blocks[c.block]) for c in components) + 0.05 * np.eye(40)
    chosen = [7]
    while len(chosen) < 9:
        determinants = {
            i: np.linalg.slogdet(covariance[np.ix_([*chosen, i], [*chosen, i])])[1]
            for i in range(40)
            if i not in chosen
        }
        chosen.append(max(determinants, key=determinants.get))
    assert least_sure(x, components, 0.05, [7], 9).tolist() == chosen


def test_covariance_of_a_mixture_is_that_of_its_hypotheses_weighted():
    x = structured("nasbench201", OPERATIONS[:20])
    drawn, live = (designs.make_components(x, (view,)) for view in ("drawn", "live"))

    def covariance(components):
        return sum(c.kernel(x.blocks[c.block], x.blocks[c.block]) for c in components)

    np.testing.assert_allclose(
        covariance(designs.mixed([drawn, live], [0.7, 0.3])), 0.7 * covariance(drawn) + 0.3 * covariance(live)
    )
    assert len(designs.mixed([drawn, live], [0.7, 0.3])) == len(drawn)
    next(component for component in live if component.smooth).length = 2.0
    assert len(designs.mixed([drawn, live], [0.7, 0.3])) == len(drawn) + 1
