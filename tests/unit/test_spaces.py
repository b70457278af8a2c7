import itertools

import numpy as np
import pytest

from hwpred.predictors.classical.lookup import LookupTable
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.spaces.base import ArchitectureTable
from hwpred.spaces.conditional import OFF, ConditionalSpace


def test_nasbench201_has_the_benchmarks_order():
    space = get_space("nasbench201")
    table = ArchitectureTable(space, space.enumerate())
    assert len(table) == space.architectures == 15_625
    # The first two of the published index.
    assert space.to_text(table.operations[0]) == (
        "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
    )
    assert space.to_text(table.operations[1]) == (
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|"
    )


def test_transnas_macro_has_3256_architectures():
    space = get_space("transnas_macro")
    rows = space.enumerate()
    modules = (rows > 0).sum(axis=1)
    assert len(ArchitectureTable(space, rows)) == space.architectures == 3256
    assert [(modules == n).sum() for n in (4, 5, 6)] == [210, 750, 2296]
    assert space.from_text("64-2311-basic") == (2, 3, 1, 1, 0, 0)


@pytest.mark.parametrize(("key", "number"), [("nasbench201", 25), ("transnas_macro", 21)])
def test_lookup_design_measures_architectures_of_the_space(key, number):
    space = get_space(key)
    table = ArchitectureTable(space, space.enumerate())
    measured = LookupTable.measured(key)
    assert len(measured) == number
    assert len({table.index_of(tuple(row)) for row in measured.tolist()}) == number


def test_nasbench201_graph_follows_the_edges_of_the_cell():
    space = get_space("nasbench201")
    graph = space.graph(np.array([[0, 1, 2, 3, 4, 0]], dtype=np.int8))
    edges = {(int(a), int(b)) for a, b in np.argwhere(graph.adjacency)}
    # 0 is the input, 1 to 6 the operations on 0-1, 0-2, 1-2, 0-3, 1-3, 2-3, 7 the output.
    assert edges == {(0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)}
    assert graph.features[0].argmax(axis=1).tolist() == [0, 1, 2, 3, 4, 5, 1, 6]


def test_nasbench201_path_encoding_marks_the_operations_of_each_path():
    encoded = get_space("nasbench201").path(np.array([[1, 2, 3, 4, 0, 2]], dtype=np.int8))[0]
    # direct: 4; via node 1: 1, 0; via node 2: 2, 2; via both: 1, 3, 2.
    assert np.flatnonzero(encoded).tolist() == [4, 5 + 1 * 5 + 0, 5 + 2 * 5 + 2, 30 + 1 * 25 + 3 * 5 + 2]


def test_table_refuses_duplicates_and_operations_outside_the_space():
    space = get_space("nasbench201")
    with pytest.raises(ValueError, match="1 architectures occur twice"):
        ArchitectureTable(space, np.zeros((2, 6), dtype=int))
    with pytest.raises(ValueError, match=r"architecture 1 is outside the space: \[0, 0, 0, 0, 0, 5\]"):
        ArchitectureTable(space, np.array([[0] * 6, [0] * 5 + [5]]))


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown space 'darts'; use one of nasbench201"):
        get_space("darts")
    with pytest.raises(ValueError, match="unknown encoding 'onehot'; use one of adjacency_one_hot"):
        get_space("fbnet").encode("onehot", [[0] * 22])


def test_transnas_macro_holds_its_architectures_and_no_others():
    space = get_space("transnas_macro")
    everything = np.array(list(itertools.product(range(5), repeat=6)))
    assert {tuple(row) for row in everything[space.holds(everything)]} == {tuple(row) for row in space.enumerate()}


def test_mnasnet_has_four_layers_in_the_sixth_block_only():
    space = get_space("mnasnet")
    blocks = ["e1k3l1se0"] * 7
    for block in range(7):
        text = "_".join([*blocks[:block], "e1k3l4se0", *blocks[block + 1 :]])
        if block == 5:
            assert space.to_text(space.from_text(text)) == text
            continue
        with pytest.raises(ValueError, match=f"'{text}' is no architecture of mnasnet"):
            space.from_text(text)
        operations = [0] * 28
        operations[4 * block + 2] = 3
        with pytest.raises(ValueError, match="is no architecture of mnasnet"):
            space.check(operations)
        with pytest.raises(ValueError, match="architecture 1 is outside the space"):
            ArchitectureTable(space, np.array([[0] * 28, operations]))


@pytest.mark.parametrize("key", SPACE_KEYS)
def test_drawn_architectures_are_of_the_space(key):
    space = get_space(key)
    drawn = space.draw(3_000, np.random.default_rng(0))
    assert space.holds(drawn).all()
    assert all(space.check(row) == tuple(row) for row in drawn[:50].tolist())
    if key != "transnas_macro":
        for names, codes in zip(space.operations, drawn.T, strict=True):
            counts = np.bincount(codes, minlength=len(names))[: len(names) - (names[-1] == OFF)]
            possible = counts[counts > 0] / counts.sum()
            np.testing.assert_allclose(possible, 1 / len(possible), atol=0.05)


CONDITIONAL = [key for key in SPACE_KEYS if isinstance(get_space(key), ConditionalSpace)]


@pytest.mark.parametrize("key", CONDITIONAL)
def test_layers_beyond_the_depth_are_off_and_no_others(key):
    space = get_space(key)
    drawn = space.draw(300, np.random.default_rng(1))
    for place, choice in enumerate(space.choices):
        off = drawn[:, place] == len(choice.values)
        expected = drawn[:, choice.depth] < choice.least if choice.depth is not None else np.zeros(300, dtype=bool)
        np.testing.assert_array_equal(off, expected)
        changed = drawn.copy()
        changed[:, place] = np.where(off, 0, len(choice.values))
        assert not space.holds(changed).any()
    assert all(space.from_values(space.to_values(row)) == tuple(row) for row in drawn.tolist())
    with pytest.raises(ValueError, match=f"{key} has no {space.choices[0].kind} 5; use one of"):
        space.from_values([5, *space.to_values(drawn[0])[1:]])


@pytest.mark.parametrize("key", CONDITIONAL)
def test_positions_of_one_kind_share_their_tokens(key):
    space = get_space(key)
    tokens = space.sequence(space.draw(300, np.random.default_rng(2))).tokens
    used = {}
    for choice, column in zip(space.choices, tokens.T, strict=True):
        used.setdefault(choice.kind, set()).update(column.tolist())
    assert sum(map(len, used.values())) == len(set().union(*used.values()))
    assert [len(used[kind]) for kind in used] == [
        max(len(names) for choice, names in zip(space.choices, space.operations, strict=True) if choice.kind == kind)
        for kind in used
    ]


def test_texts_of_language_models_and_of_once_for_all():
    gpt, ofa = get_space("gpt_s"), get_space("ofa")
    text = "e768b1_" + "_".join(["h12m4"] * 9 + ["h4m2"])
    layers = [2, 2] * 9 + [0, 0] + [3, 3] * 2
    assert gpt.from_text(text) == (2, 0, 1, *layers)
    assert gpt.to_text(gpt.from_text(text)) == text
    text = "r224_k3e3k5e4_k3e3k5e4k7e6_k3e3k5e4_k3e3k5e4_k3e3k5e4k7e6k3e3"
    assert ofa.from_text(text)[:10] == (24, 0, 0, 0, 1, 1, 3, 3, 3, 3)
    assert ofa.to_text(ofa.from_text(text)) == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("gpt_s", "e768b1_" + "_".join(["h12m4"] * 9)),
        ("gpt_s", "e768b1_" + "_".join(["h12m4"] * 13)),
        ("gpt_s", "e768b2_" + "_".join(["h12m4"] * 10)),
        ("gpt_s", "e768b1_" + "_".join(["h16m4"] * 10)),
        ("gpt_s", "e768b1"),
        ("gpt_m", "e768b1_" + "_".join(["h12m4"] * 22)),
        ("ofa", "r224_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4"),
        ("ofa", "r224_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3"),
        ("ofa", "r224_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k3e3k3e3k3e3k3e3"),
        ("ofa", "r225_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4"),
        ("ofa", "r224_k3e3k4e4_k3e3k5e4_k3e3k5e4_k3e3k5e4_k3e3k5e4"),
    ],
)
def test_texts_of_other_networks_are_refused(key, text):
    with pytest.raises(ValueError, match=f"'{text}' is no architecture of {key}; one looks like"):
        get_space(key).from_text(text)
