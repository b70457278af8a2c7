import itertools

import numpy as np
import pytest
import torch

from hwpred.spaces.nasbench201 import (
    DISTINCT_CELLS,
    EDGES,
    canonical_form,
    isomorphism_classes,
)
from hwpred.spaces.nasbench201.network import CONV_1X1, CONV_3X3, NONE, POOL, SKIP

SWAPPED = [1, 0, 2, 3, 5, 4]
"""Positions after nodes 1 and 2 trade places; only for cells without the edge between them."""


def test_classes_are_numbered_by_their_first_architecture(classes):
    numbers, first = np.unique(classes, return_index=True)
    assert len(numbers) == DISTINCT_CELLS
    assert (numbers == np.arange(DISTINCT_CELLS)).all()
    assert (np.diff(first) > 0).all()


@pytest.mark.parametrize(
    ("cell", "other"),
    [
        pytest.param((SKIP, NONE, SKIP, NONE, NONE, CONV_3X3), (0, 0, 0, CONV_3X3, 0, 0), id="a skip to the source"),
        pytest.param((CONV_3X3, CONV_1X1, NONE, SKIP, NONE, NONE), (0, 0, 0, SKIP, 0, 0), id="nodes that lead nowhere"),
        pytest.param((NONE, NONE, CONV_3X3, POOL, CONV_1X1, POOL), (0, 0, 0, POOL, 0, 0), id="nodes without an input"),
        pytest.param((POOL, NONE, NONE, CONV_1X1, CONV_3X3, 0), (0, POOL, 0, CONV_1X1, 0, CONV_3X3), id="other node"),
        pytest.param(
            (POOL, POOL, NONE, NONE, SKIP, SKIP), (POOL, NONE, SKIP, NONE, SKIP, SKIP), id="one pooling, twice"
        ),
        pytest.param(
            (SKIP, CONV_1X1, SKIP, 0, 0, POOL), (CONV_1X1, SKIP, NONE, NONE, POOL, POOL), id="pooling of a sum"
        ),
    ],
)
def test_same_function(cell, other):
    assert canonical_form(cell) == canonical_form(other)


@pytest.mark.parametrize(
    ("cell", "other"),
    [
        pytest.param((0, 0, 0, CONV_3X3, 0, 0), (0, 0, 0, CONV_1X1, 0, 0), id="other operation"),
        pytest.param((0, 0, 0, SKIP, 0, 0), (SKIP, NONE, NONE, SKIP, SKIP, NONE), id="twice the input"),
        pytest.param((CONV_1X1, 0, 0, 0, CONV_3X3, 0), (CONV_3X3, 0, 0, 0, CONV_1X1, 0), id="other order"),
        pytest.param(
            (CONV_3X3, NONE, SKIP, NONE, SKIP, SKIP), (CONV_3X3, CONV_3X3, NONE, NONE, SKIP, SKIP), id="shared weights"
        ),
        pytest.param((POOL, 0, 0, 0, CONV_1X1, 0), (CONV_1X1, 0, 0, 0, POOL, 0), id="a rectifier between"),
    ],
)
def test_other_function(cell, other):
    assert canonical_form(cell) != canonical_form(other)


def test_all_cells_without_a_path_are_one_class(operations, classes):
    forms = np.array([canonical_form(cell) for cell in operations])
    disconnected = forms == ""
    present = operations != NONE
    paths = present[:, 3] | present[:, [0, 4]].all(1) | present[:, [1, 5]].all(1) | present[:, [0, 2, 5]].all(1)
    assert (disconnected == ~paths).all()
    assert len(set(classes[disconnected])) == 1


def test_labels_of_nodes_do_not_matter(operations):
    free = operations[operations[:, 2] == NONE]
    before, after = isomorphism_classes(np.concatenate([free, free[:, SWAPPED]])).reshape(2, -1)
    assert (before == after).all()


def test_cells_without_weights_share_a_class_when_they_share_their_output():
    cells = list(itertools.product((NONE, SKIP, POOL), repeat=len(EDGES)))
    image = torch.randn(1, 1, 6, 6, dtype=torch.double, generator=torch.Generator().manual_seed(0))
    outputs = torch.cat([run(cell, image) for cell in cells]).flatten(1)
    same_output = (outputs[:, None] - outputs).abs().amax(-1) < 1e-9
    classes = torch.tensor(isomorphism_classes(cells))
    assert (same_output == (classes[:, None] == classes)).all()


def run(cell, image):
    """Output of a cell of poolings and skips, drawn as it is."""
    nodes = [image, *(torch.zeros_like(image) for _ in range(3))]
    for (start, end), operation in sorted(zip(EDGES, cell, strict=True)):
        x = nodes[start]
        if operation == POOL:
            x = torch.nn.functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        nodes[end] = nodes[end] + x * (operation != NONE)
    return nodes[-1]
