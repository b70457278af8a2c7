"""examples/nsga2.py: the search runs on a saved device, and finds more than chance does."""

from pathlib import Path

import moocore
import numpy as np
import pytest
from load_script import load_script

import hwpred

pytest.importorskip("pymoo", reason="the example needs pymoo: pip install -e '.[examples]'")
ROOT = Path(__file__).parents[2]
GENERATIONS, POPULATION, SEEDS = 8, 20, range(5)


@pytest.fixture(scope="module")
def nsga2():
    return load_script("nsga2", "examples")


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    file = tmp_path_factory.mktemp("device") / "my_device.hwpred"
    # The quickest predictor to fit; which one predicts makes no difference to the search.
    hwpred.fit(ROOT / "docs/tutorial/my_device.csv", "nasbench201", predictor="ridge_reg").save(file)
    return hwpred.load(file)


def hypervolume(objectives):
    return moocore.hypervolume(objectives, ref=[5, 100])


def test_its_front_is_better_than_that_of_as_many_random_networks(nsga2, device):
    problem = nsga2.FastAndAccurate(device)
    found, drawn = [], []
    for seed in SEEDS:
        front = nsga2.search(device, GENERATIONS, POPULATION, seed)
        found.append(hypervolume(np.column_stack([front.latency, 100 - front.accuracy])))
        networks = nsga2.SPACE.draw(GENERATIONS * POPULATION, np.random.default_rng(seed))
        drawn.append(hypervolume(problem.evaluate(networks)))
    assert np.mean(found) > np.mean(drawn)


def test_the_front_is_one_and_its_numbers_are_right(nsga2, device):
    front = nsga2.search(device, 3, POPULATION)
    assert front.latency.is_monotonic_increasing
    assert front.accuracy.is_monotonic_increasing
    predicted = device.predict(front.architecture)
    np.testing.assert_allclose(front.latency, predicted.value)
    again = nsga2.search(device, 3, POPULATION)
    assert again.equals(front)
