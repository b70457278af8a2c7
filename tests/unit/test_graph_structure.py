"""Structure that is counted from networks: equal to the networks' own analyses, for all of a space at once."""

import time

import numpy as np
import pytest

from hwpred.networks import get_networks
from hwpred.networks.analysis import COUNTS, analyse
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import cells, live_edges
from hwpred.structure import DERIVED, HAND_WRITTEN, structured, typical
from hwpred.structure.graph import chain_counts, choice_blocks

CHAINS = ("transnas_macro", "fbnet", "mnasnet")
NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)


def some(space, number=12):
    operations = typical(space)
    return operations[np.random.default_rng(3).choice(len(operations), number, replace=False)].astype(np.int64)


def totals(network):
    costs = analyse(network)
    operators = sum(costs[kind] for kind in COUNTS if kind != "concatenate")
    return [costs["macs"], costs["activation_bytes"], operators, costs["parameters"]]


@pytest.mark.parametrize("space", CHAINS)
def test_parts_add_up_to_the_network(space):
    networks, operations = get_networks(space), some(space)
    counts = chain_counts(networks, operations)
    expected = [totals(networks.build(row, next(iter(networks.TASKS)))) for row in operations]
    np.testing.assert_array_equal(counts.by_part().sum(axis=1), expected)
    np.testing.assert_array_equal(counts.by_kind().sum(axis=1), expected)
    np.testing.assert_array_equal(counts.by_stage().sum(axis=1), expected)


def test_edges_and_nodes_add_up_to_cells():
    operations = np.concatenate([some("nasbench201", 40), [[0] * 6, [0, 0, 3, 0, 0, 3], [3] * 6]])
    counts = cells.cell_counts(operations, operations != NONE)
    expected = [totals(get_networks("nasbench201").build(row, "cifar10")) for row in operations]
    np.testing.assert_array_equal(counts.by_part().sum(axis=1), expected)


def test_live_cells_have_what_reaches_the_output():
    blocks = cells.contents(np.array([[3, 3, 3, 3, 3, 0], [3, 0, 0, 3, 3, 0], [3, 3, 0, 3, 0, 0], [0, 0, 0, 3, 0, 0]]))
    drawn, live = (blocks[f"{view}/costs"] for view in ("drawn", "live"))
    # Node 2 of the first cell leads nowhere, and nodes 1 and 2 of the third.
    np.testing.assert_array_equal(live[[0, 2]], drawn[[1, 3]])
    np.testing.assert_array_equal(live[[1, 3]], drawn[[1, 3]])
    assert blocks["live/choices"][2].reshape(6, 6).argmax(axis=1).tolist() == [5, 5, 5, 3, 5, 5]


def test_the_longest_path_leads_through_live_edges():
    cell = np.array([[CONV_3X3, CONV_1X1, CONV_1X1, POOL, CONV_3X3, SKIP], [CONV_3X3, POOL, NONE, POOL, NONE, NONE]])
    counts = cells.cell_counts(cell, live_edges(cell))
    macs, _, operators, _ = cells.longest_path(counts)[0]
    edges = counts.by_part()[0]
    # Both 3x3 convolutions and a sum; the way through node 2 has a 1x1 in place of one, and as many sums more.
    assert macs == edges[0, 0] + edges[4, 0]
    assert operators == max(
        edges[[0, 4, 8], 2].sum(),
        edges[[0, 2, 7, 5, 8], 2].sum(),
    )
    # In the second cell nothing but the pooling between input and output is live.
    assert cells.longest_path(counts)[1].tolist() == counts.by_part()[1, 3].tolist()


def test_the_whole_space_is_counted_at_once():
    operations = get_space("nasbench201").enumerate()
    start = time.process_time()
    cells.contents(operations)
    assert time.process_time() - start < 2


def test_choices_are_counted_among_positions_that_choose_from_the_same():
    space, operations = get_space("transnas_macro"), np.array([[1, 1, 2, 3, 0, 0]])
    costs = np.arange(1.0, 19).reshape(1, 6, 3)
    blocks = choice_blocks(space, operations, costs)
    assert blocks["drawn/unlike_counts"].tolist() == [[2, 2, 1, 1, 0]]
    # Positions cost 1, 4, 7, ... MACs, 8.5 in the mean: "normal" stands at the first two.
    assert blocks["drawn/weighted_counts"][0, 2] == pytest.approx(5 / 8.5)


@pytest.mark.parametrize("space", ["nasbench201", *CHAINS])
def test_both_structures_are_of_the_same_architectures(space):
    operations = some(space)
    derived, by_hand = (structured(space, operations, structure=structure) for structure in (DERIVED, HAND_WRITTEN))
    assert set(derived.blocks) != set(by_hand.blocks)
    np.testing.assert_array_equal(derived.blocks["drawn/choices"], by_hand.blocks["drawn/choices"])
    assert all(np.isfinite(values).all() for values in derived.blocks.values())
