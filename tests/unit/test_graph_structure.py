"""Structure that is counted from networks: equal to the networks' own analyses, for all of a space at once."""

import time

import numpy as np
import pytest

from hwpred.networks import get_networks
from hwpred.networks.analysis import COUNTS, analyse
from hwpred.networks.layer_operators import operators_of_layers
from hwpred.networks.operator_views import counts_of, fused, longest_path
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import live_edges
from hwpred.structure import DERIVED, HAND_WRITTEN, cells, structured, typical
from hwpred.structure.graph import chain_counts, choice_blocks

CHAINS = ("transnas_macro", "fbnet", "mnasnet")
NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)


def some(space, number=12):
    operations = typical(space)
    return operations[np.random.default_rng(3).choice(len(operations), number, replace=False)].astype(np.int64)


def totals(network):
    costs = analyse(network)
    operators = sum(costs[kind] for kind in COUNTS if kind != "concatenate")
    return [costs["macs"], costs["activation_bytes"] + costs["weight_bytes"], operators]


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


def test_the_longest_path_is_that_of_the_cells_operators():
    operations = some("nasbench201", 30)
    live = live_edges(operations)
    paths = cells.longest_path(cells.cell_counts(operations, live))
    nasbench201 = get_networks("nasbench201")

    def whole(row, kept):
        network = operators_of_layers(nasbench201.build(np.where(kept, row, NONE), "cifar10"))
        return [longest_path(network.operators, measure) for measure in ("macs", "operators")]

    # Stem, residual blocks and head are on each path.
    empty = whole(np.array(nasbench201.EMPTY), np.array([True] * 6))
    for row, kept, path in zip(operations, live, paths[:, [0, 2]], strict=True):
        if kept.any():
            assert (path + empty).tolist() == whole(row, kept)


def test_the_whole_space_is_counted_at_once():
    operations = get_space("nasbench201").enumerate()
    start = time.process_time()
    cells.contents(operations)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("space", CHAINS)
def test_operators_of_layers_are_what_analysis_counts(space):
    network = get_networks(space).build(some(space, 1)[0], next(iter(get_networks(space).TASKS)))
    operators = operators_of_layers(network)
    assert operators.parameters == analyse(network)["parameters"]
    drawn, executed = operators.operators, fused(operators.operators, operators.outputs, operators.sizes)
    assert sum(operator.macs for operator in executed) == sum(operator.macs for operator in drawn)
    # Normalisations and activations become part of the convolutions, residual sums as well.
    kinds = {operator.kind for operator in executed}
    assert kinds <= {"conv_1x1", "conv_kxk", "depthwise", "grouped", "linear", "pooling", "copying", "elementwise"} | (
        {"activation"} if space == "transnas_macro" else set()
    )
    assert counts_of(operators)["parameters"] == operators.parameters


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
