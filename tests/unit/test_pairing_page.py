"""The one calculation of docs/pairing.py: what another reference point adds to a hypervolume."""

import numpy as np
import pytest
from load_script import load_script

from hwpred.selection.outcome import MARGIN, Candidates


@pytest.fixture(scope="module")
def page():
    return load_script("pairing", "docs")


def test_a_moved_reference_point_adds_what_the_hypervolume_with_it_says(page):
    generator = np.random.default_rng(3)
    accuracy = np.sort(generator.uniform(10, 90, 60))[::-1]
    metric = generator.normal(size=60)
    draws = [np.sort(generator.choice(60, 12, replace=False)) for _ in range(7)]
    candidates = Candidates(accuracy[np.array(draws)], metric[np.array(draws)])
    selected = candidates.select(candidates.metric[:, None] + generator.normal(size=(7, 1, 12)))
    own = candidates.outcomes(selected)["hypervolume"].mean()
    candidates.reference = np.full(7, MARGIN * metric.max())
    moved = candidates.outcomes(selected)["hypervolume"].mean()
    assert moved > own
    assert own + page.moved_reference(accuracy, metric, draws) == pytest.approx(moved)
