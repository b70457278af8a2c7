"""What repeated measurements of one network say about the tau that a perfect prediction reaches."""

import numpy as np
import pytest

from hwpred.ceilings import are_copies, ceiling_of_repeats, swapped_cells
from hwpred.metrics import kendall_tau, spearman
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import canonical_form, isomorphism_classes

CELLS = get_space("nasbench201").enumerate()
OPERATIONS = CELLS[:6000]
# What a cell computes, and nothing else, decides about the true metric.
CLASSES = isomorphism_classes(OPERATIONS)
TRUTH = (
    np.array([0, 0.1, 1, 3, 0.5])[OPERATIONS].sum(axis=1)[np.unique(CLASSES, return_index=True)[1]][CLASSES]
    + np.random.default_rng(1).normal(0, 0.3, CLASSES.max() + 1)[CLASSES]
)


def measured(noise):
    return np.exp((TRUTH + noise * TRUTH.std() * np.random.default_rng(0).normal(size=len(TRUTH))) / 10)


def test_swapped_cells_are_one_network():
    pairs = swapped_cells(CELLS)
    assert len(pairs) == 1500
    assert all(canonical_form(CELLS[a]) == canonical_form(CELLS[b]) for a, b in pairs[::50])
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert len(np.unique(pairs)) == 3000


@pytest.mark.parametrize("measure", [kendall_tau, spearman])
@pytest.mark.parametrize(("disturbed", "noise"), [(1, 0.05), (1, 0.3), (0.3, 0.3), (0.3, 0.8), (0.1, 2)])
def test_the_ceiling_is_what_the_truth_reaches_or_a_little_more(monkeypatch, disturbed, noise, measure):
    monkeypatch.setattr("hwpred.ceilings.FEWEST", 100)
    value = np.where(np.random.default_rng(2).random(len(TRUTH)) < disturbed, measured(noise), measured(0))
    found, pairs = ceiling_of_repeats("nasbench201", OPERATIONS, value, measure)
    assert -0.02 < found - measure(value, TRUTH) < 0.06
    assert pairs == len(swapped_cells(OPERATIONS))


def test_a_computed_metric_has_no_noise(monkeypatch):
    monkeypatch.setattr("hwpred.ceilings.FEWEST", 100)
    assert ceiling_of_repeats("nasbench201", OPERATIONS, measured(0))[0] == pytest.approx(1)


def test_where_there_are_no_repeats_there_is_no_ceiling():
    few = OPERATIONS[:500]
    assert ceiling_of_repeats("nasbench201", few, np.arange(500.0)) is None
    assert ceiling_of_repeats("mnasnet", OPERATIONS, measured(0.1)) is None


def test_copies_of_a_measurement_are_no_repeats(monkeypatch):
    monkeypatch.setattr("hwpred.ceilings.FEWEST", 100)
    pairs, value = swapped_cells(OPERATIONS), measured(0.3)
    assert not are_copies(OPERATIONS, value, pairs)
    # Isomorphic cells have one value, but for those whose inner nodes are swapped.
    copied = value[np.unique(CLASSES, return_index=True)[1]][CLASSES]
    copied[pairs[:, 1]] = value[pairs[:, 1]]
    assert are_copies(OPERATIONS, copied, pairs)
    assert ceiling_of_repeats("nasbench201", OPERATIONS, copied) is None
