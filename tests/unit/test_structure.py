"""What architectures are made of, against counts by hand and the networks' own analyses."""

import numpy as np
import pytest

from hwpred.networks.profiles import get_profile
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.spaces.fbnet import structure as fbnet
from hwpred.spaces.mnasnet import structure as mnasnet
from hwpred.spaces.nasbench201 import live_edges
from hwpred.spaces.nasbench201.structure import contents, dead_operations, executed_edges, longest_path, output_edges
from hwpred.spaces.transnas_macro import structure as transnas_macro
from hwpred.structure import DERIVED, HAND_WRITTEN, structured, typical
from hwpred.structure.blocks import KINDS
from hwpred.structure.mobile_blocks import COSTS

NONE, SKIP, CONV_1X1, CONV_3X3, POOL = range(5)


def edges(function, *cells):
    return ["".join("x" if kept else "." for kept in row) for row in function(np.array(cells))]


def test_output_edges_follow_the_cell_backwards():
    assert edges(output_edges, (3, 3, 3, 3, 3, 3)) == ["xxxxxx"]
    # Node 2 leads nowhere, so nothing that enters it counts; node 1 still has a way.
    assert edges(output_edges, (3, 3, 3, 3, 3, 0)) == ["x..xxx"]
    assert edges(output_edges, (3, 3, 3, 3, 0, 0)) == ["...xxx"]
    # Nothing reaches node 1, but it leads to the output.
    assert edges(output_edges, (0, 0, 0, 3, 3, 0)) == ["x..xxx"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ((3, 3, 3, 3, 3, 3), "xxxxxx"),
        # A sum that leads nowhere is dropped, a lone convolution is not, nor what leads to it.
        ((0, 3, 3, 3, 3, 0), "x..xxx"),
        ((0, 3, 0, 3, 3, 0), "xxxxxx"),
        ((3, 0, 3, 3, 0, 0), "xxxxxx"),
        ((0, 4, 0, 3, 3, 0), "x..xxx"),
        # Two dead ends are both dropped.
        ((3, 3, 0, 3, 0, 0), "...xxx"),
        # A skip from a node that nothing reaches adds nothing: the convolution stays alone.
        ((0, 3, 1, 3, 0, 0), "xxxxxx"),
        # Nothing passes: nothing is computed.
        ((0, 0, 3, 0, 3, 3), "......"),
    ],
)
def test_executed_edges_keep_what_tensorflow_lite_computes(cell, kept):
    assert edges(executed_edges, cell) == [kept]


@pytest.mark.parametrize(
    ("cell", "counts"),
    [
        ((3, 3, 3, 3, 3, 3), (0, 0, 0, 3, 0)),
        # One 3x3 convolution costs more than a 1x1 and a pooling, one behind the other.
        ((2, 0, 0, 3, 4, 0), (0, 0, 0, 1, 0)),
        ((2, 0, 0, 4, 2, 0), (0, 0, 2, 0, 0)),
        # The way through all nodes is closed, and dead ends count nothing.
        ((3, 2, 0, 1, 0, 4), (0, 0, 1, 0, 1)),
        ((3, 0, 3, 1, 0, 0), (0, 1, 0, 0, 0)),
        ((0, 0, 3, 0, 3, 3), (0, 0, 0, 0, 0)),
    ],
)
def test_the_longest_path_is_the_one_that_costs_most(cell, counts):
    np.testing.assert_array_equal(longest_path([cell]), [(*counts, 0)])


def test_dead_operations_are_told_apart_by_why_they_are_dead():
    nothing, skip, conv = (0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0)
    for cell, leads_nowhere, comes_from_nowhere, both in [
        ((3, 3, 3, 3, 3, 3), nothing, nothing, nothing),
        ((3, 1, 0, 3, 0, 0), (1, 0, 1, 0), nothing, nothing),
        ((3, 0, 1, 3, 0, 0), (1, 0, 1, 0), nothing, nothing),
        ((0, 0, 0, 3, 3, 0), nothing, conv, nothing),
        ((0, 0, 1, 0, 0, 3), nothing, (1, 0, 1, 0), nothing),
        ((0, 0, 1, 3, 0, 0), nothing, nothing, skip),
    ]:
        np.testing.assert_array_equal(dead_operations([cell]), [[leads_nowhere, comes_from_nowhere, both]])
    cells = get_space("nasbench201").enumerate()[:500]
    dead = (cells != NONE) & ~live_edges(cells)
    np.testing.assert_array_equal(dead_operations(cells).sum(axis=(1, 2)), dead.sum(axis=1))


def test_nasbench201_costs_are_those_of_the_networks_up_to_a_line():
    """MACs as drawn: what the cells add is proportional to the analysis of the networks."""
    cells = get_space("nasbench201").enumerate()[:500]
    macs = get_profile("nasbench201")(cells, "cifar10")["macs"].to_numpy(dtype=float)
    ours = contents(cells.astype(np.int64))["drawn/costs"][:, 0]
    slope, intercept = np.polyfit(ours, macs, 1)
    np.testing.assert_allclose(slope * ours + intercept, macs, rtol=1e-9)


def test_transnas_macro_costs_are_those_of_the_networks_up_to_a_line():
    rows = get_space("transnas_macro").enumerate()[::40]
    macs = get_profile("transnas_macro")(rows, "class_scene")
    ours = transnas_macro.module_costs(rows.astype(np.int64)).sum(axis=1)
    weights = macs["parameters"].to_numpy(dtype=float)
    # The head grows with the channels, a hundredth of the whole.
    assert np.corrcoef(ours[:, 2], weights)[0, 1] > 0.9999
    assert np.corrcoef(ours[:, 0], macs["macs"].to_numpy(dtype=float))[0, 1] > 0.99


def test_fbnet_costs_by_hand():
    costs, operators, stages = fbnet.layer_costs()
    assert costs.shape == (22, 9, 3)
    assert np.bincount(stages).tolist() == [1, 4, 4, 4, 4, 4, 1]
    # k3_e3 in the second layer: 16 to 24 channels, 112 to 56 pixels, 48 channels between.
    macs = 16 * 48 * 112**2 + 48 * 9 * 56**2 + 48 * 24 * 56**2
    weights = 16 * 48 + 48 * 9 + 48 * 24 + 2 * (48 + 48 + 24)
    assert costs[1, 2].tolist() == [macs, 48 * 112**2 + 48 * 56**2 + 24 * 56**2, weights]
    assert costs[2, fbnet.SKIP].tolist() == [0, 0, 0]
    assert costs[1, fbnet.SKIP, 0] == 16 * 24 * 56**2
    # The shuffle of k3_e1_g2; the second layer changes the shape, so its skip is a convolution, and the third does not.
    assert operators[:3, [0, 1, fbnet.SKIP]].tolist() == [[8, 10, 0], [8, 10, 3], [8, 10, 0]]


def test_mnasnet_costs_by_hand():
    """Three blocks: 32 to 16 channels without expansion; 16 to 24 with 96 between, twice; with excitation."""
    choices = np.zeros((1, 7, 4), dtype=int)
    choices[0, 1] = [2, 0, 1, 0]
    choices[0, 2] = [1, 1, 0, 1]
    costs = dict(zip(COSTS, np.moveaxis(mnasnet.block_costs(choices)[0, :3], 1, 0), strict=True))
    first = 32 * 9 * 112**2 + 32 * 16 * 112**2
    second = 16 * 96 * 112**2 + (96 * 9 + 96 * 24) * 56**2 + (24 * 144 + 144 * 9 + 144 * 24) * 56**2
    # 24 channels are squeezed to 6.
    third = 24 * 96 * 56**2 + (96 * 25 + 96 * 40) * 28**2 + 2 * 96 * 6
    assert costs["macs"].tolist() == [first, second, third]
    assert costs["depthwise"].tolist() == [32 * 112**2, (96 + 144) * 56**2, 96 * 28**2]
    assert costs["expanded"].tolist() == [0, 96 * 112**2 + 144 * 56**2, 96 * 56**2]
    assert costs["elements"][2] == 96 * 56**2 + (96 + 96 + 40) * 28**2


def test_mnasnet_weighs_kernels_by_the_elements_that_they_work_on():
    blocks = structured("mnasnet", np.array([[0, 1, 0, 0, 2, 0, 1, 1, *[0] * 20]])).blocks
    total, of_kernel_5, excited = blocks["depthwise/weighted_counts"][0] * 32 * 112**2
    assert total > of_kernel_5 == pytest.approx(32 * 112**2)
    assert excited == pytest.approx(6 * (16 + 24) * 56**2)


@pytest.mark.parametrize("origin", [HAND_WRITTEN, DERIVED])
@pytest.mark.parametrize("space", ["nasbench201", "transnas_macro", "fbnet", "mnasnet"])
def test_blocks_are_of_known_kinds_and_do_not_depend_on_their_company(space, origin):
    operations = typical(space)[:300].astype(np.int8)
    whole = structured(space, operations, structure=origin)
    assert {name.split("/")[1] for name in whole.blocks} <= set(KINDS)
    assert whole.shape == (300, sum(values.shape[1] for values in whole.blocks.values()))
    part = structured(space, operations[40:50], structure=origin)
    for name, values in whole[np.arange(40, 50)].blocks.items():
        np.testing.assert_array_equal(values, part.blocks[name])
        assert np.isfinite(values).all()


@pytest.mark.parametrize(("metric", "growth"), [("energy", 1), ("throughput", -1), ("happiness", 0), (None, 0)])
def test_of_known_metrics_it_is_known_whether_they_grow_with_the_network(metric, growth):
    x = structured("nasbench201", typical("nasbench201")[:5], metric=metric)
    assert x.growth == x[:3].growth == x.measured_at(np.arange(5)).growth == growth


def test_choices_and_counts_of_a_cell():
    blocks = structured("nasbench201", np.array([[NONE, SKIP, CONV_1X1, CONV_3X3, POOL, NONE]])).blocks
    assert blocks["drawn/counts"][0].tolist() == [2, 1, 1, 1, 1, 0]
    assert blocks["output/counts"][0].tolist() == [2, 0, 0, 1, 1, 2]
    assert blocks["drawn/choices"][0].reshape(6, 6).argmax(axis=1).tolist() == [0, 1, 2, 3, 4, 0]


def test_a_network_of_skips_only_has_finite_costs():
    blocks = structured("fbnet", np.full((1, 22), fbnet.SKIP)).blocks
    assert all(np.isfinite(values).all() for values in blocks.values())


def test_typical_architectures_are_of_the_space():
    for key in SPACE_KEYS:
        assert get_space(key).holds(typical(key)).all()
