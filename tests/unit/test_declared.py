"""A declared search space is a space like the others; a mistake in its file is one sentence."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from declarations import BAD, CHAIN, ELASTIC, metric_of, space_of
from hypothesis import given, settings
from hypothesis import strategies as st

from hwpred import spaces
from hwpred.errors import InputError
from hwpred.metrics import kendall_tau
from hwpred.predictors import REGISTRY, get_predictor
from hwpred.predictors.structured import kernel as structured_kernel
from hwpred.predictors.structured.effects import awaited, coordinates, effects_of, waiting
from hwpred.predictors.structured.prediction import MixturePrediction
from hwpred.sources.own_space import read_space
from hwpred.spaces.base import ENCODINGS, ArchitectureTable
from hwpred.spaces.declaration import checked
from hwpred.spaces.expressions import read_expression
from hwpred.structure import structured
from hwpred.structure.blocks import Structured
from hwpred.training.data import Data

ROOT = Path(__file__).parents[2]
CHEAP = {
    "rf": {"n_estimators": 20},
    "xgb": {"rounds": 20},
    "lgb": {"rounds": 50},
    "ngb": {"rounds": 50},
    "sparse_gp": {"steps": 5},
    "bohamiann": {"steps": 30, "burn_in": 10, "keep_every": 5},
}
LEFT_OUT = {"transfer_gp": "names no other devices in transfer_from", "lookup": "positions of elastic depend on others"}


@pytest.fixture(scope="module")
def chain():
    return space_of(CHAIN)


@pytest.fixture(scope="module")
def elastic():
    return space_of(ELASTIC)


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_sentence(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, words = BAD[case]
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_space("mine.yaml")
    message = str(caught.value)
    assert words in message
    assert message.startswith("mine.yaml: ")
    assert "\n" not in message


def test_all_architectures_are_those_whose_active_positions_hold_a_choice(elastic):
    rows = elastic.enumerate()
    # A layer: kernel 3, or 5 or 7 with excite or without. A unit: two or three of them.
    assert len(rows) == elastic.architectures == 3 * (5**2 + 5**3) ** 2
    assert len(np.unique(rows, axis=0)) == len(rows)
    assert elastic.holds(rows).all()
    everything = np.array(list(itertools.product(range(3), range(2), *[range(s) for s in elastic.sizes[2:8]])))
    first_unit = np.column_stack([everything, np.repeat(rows[:1, 8:], len(everything), axis=0)])
    assert elastic.holds(first_unit).sum() == 3 * (5**2 + 5**3)
    with pytest.raises(ValueError, match="is no architecture of elastic"):
        elastic.check(rows[0] + 1)


def test_columns_are_named_by_their_repetitions(chain, elastic):
    assert chain.columns == ["width", "op_1", "op_2", "op_3"]
    assert elastic.columns[:5] == ["resolution", "depth_1", "kernel_1_1", "excite_1_1", "kernel_1_2"]
    assert elastic.operations[2] == ("-", "3", "5", "7")


@pytest.mark.parametrize("text", [CHAIN, ELASTIC])
@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_texts_and_drawn_architectures_round_trip(text, seed):
    space = space_of(text)
    drawn = space.draw(2, np.random.default_rng(seed))
    assert space.holds(drawn).all()
    pair = [tuple(row) for row in drawn.tolist()]
    assert [space.from_text(space.to_text(row)) for row in pair] == pair
    assert [space.check(row) for row in pair] == pair
    for encoding in ENCODINGS:
        encoded = space.encode(encoding, drawn)
        rows = getattr(encoded, "features", getattr(encoded, "tokens", encoded))
        assert np.array_equal(rows[0], rows[1]) == (pair[0] == pair[1])


def test_what_stands_in_an_inactive_position_does_not_matter(elastic):
    text = "128/2/5/yes/3/-/-/-/2/3/-/3/-/-/-"
    row = elastic.from_text(text)
    assert elastic.to_text(row) == text
    assert elastic.from_text("128/2/5.0/yes/3/no/7/yes/2/3//3//0/0") == row
    with pytest.raises(ValueError, match=r"excite_1_1 is empty, but active; use one of yes, no"):
        elastic.from_text(text.replace("yes", "-"))
    with pytest.raises(ValueError, match=r"kernel_1_3 is '9'; use one of -, 3, 5, 7"):
        elastic.from_text("128/2/5/yes/3/-/9/-/2/3/-/3/-/-/-")
    with pytest.raises(ValueError, match=r"'128' is no architecture of elastic; one looks like '"):
        elastic.from_text("128")


def test_numbers_are_numbers_and_words_are_one_hot(chain):
    encoded = chain.encode("adjacency_one_hot", [[0, 0, 1, 2], [1, 2, 2, 2], [2, 0, 0, 0]])
    assert encoded[:, 0].tolist() == pytest.approx([0, 1 / 3, 1])
    assert encoded[0, 1:].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_positions_of_the_same_choices_share_their_labels(chain):
    tokens = chain.encode("sequence", [[0, 0, 1, 2]]).tokens[0]
    assert tokens.tolist() == [1, 4, 5, 6]


def test_structure_has_the_declared_costs(elastic):
    row = elastic.from_text("128/2/5/yes/3/-/-/-/3/3/-/7/no/3/-")
    raw = spaces.get_space(elastic)
    from hwpred.spaces.declared.structure import contents

    blocks = contents(raw, np.array([row]))
    kernels = [[5, 3], [3, 7, 3]]
    squares = [sum(k * k for k in unit) * 128 for unit in kernels]
    # Numbers of the space; its costs; then of the units: depths, layers, kernels and costs, in order of appearance.
    costs = blocks["drawn/costs"][0].tolist()
    assert sorted(costs) == sorted([128, 128**2, 2 + 3 + 1, 2 + 3, 2 + 3, 5 + 3 + 3 + 7 + 3, sum(squares)])
    parts = blocks["unit/part_costs"][0]
    assert sorted(parts[0].tolist()) == sorted([2, 2, 8, squares[0]])
    assert sorted(parts[1].tolist()) == sorted([3, 3, 13, squares[1]])
    assert blocks["drawn/counts"][0].tolist() == [4, 1, 1]  # excite: inactive, yes, no
    x = structured(elastic, elastic.enumerate()[::50])
    assert all(np.isfinite(block).all() for block in x.blocks.values())


def test_effects_tell_which_choices_are_alike():
    """Of five words, two cost one, two cost three, and one costs nothing, at all positions but the last one."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, (200, 4))
    cost = np.array([1.0, 1.0, 3.0, 3.0, 0.0])
    effects = effects_of(labels, cost[labels[:, :3]].sum(axis=1) + 0.1 * rng.normal(size=200))
    assert effects.shape == (4, 5)
    for own in effects[:3]:
        assert abs(own[0] - own[1]) < 0.3 < 0.5 < min(own[2] - own[0], own[0] - own[4])
    assert np.ptp(effects[3]) < np.ptp(effects[0])
    known = coordinates(labels[:3].astype(float), effects)
    np.testing.assert_array_equal(known, effects[np.arange(4), labels[:3]])
    # A choice that no measurement has, and a metric that never changes.
    assert coordinates(np.array([[5.0, 0, 0, 0]]), effects)[0, 0] == 0
    assert not effects_of(labels, np.ones(200)).any()


def test_awaited_labels_tell_what_stands_before_a_choice_that_waits():
    waits = np.array([False, False, True])
    # Of the label 3 it is unknown whether it waits.
    labels = np.array([[0, 1, 2, 0], [2, 1, 0, 1], [0, 2, 1, 2], [0, 1, 1, 3]])
    expected = [[1, 3, 4, 0], [4, 2, 0, 2], [1, 5, 3, 4], [0, 2, 2, 6]]
    assert awaited(labels.astype(float), waits).tolist() == expected


def test_choices_that_wait_are_found_and_none_where_effects_add_up():
    rng = np.random.default_rng(0)
    labels, effects = rng.integers(0, 6, (250, 4)), np.array([1.0, 2.0, 0.0, 3.0, 1.5, 0.5])
    counts = effects[labels] * (awaited(labels, np.arange(6) >= 4) % 2)
    assert np.flatnonzero(waiting(labels, counts.sum(axis=1) + 0.1 * rng.normal(size=250))).tolist() == [4, 5]
    assert not waiting(labels, effects[labels].sum(axis=1) + 0.1 * rng.normal(size=250)).any()
    assert not waiting(labels, rng.normal(size=250)).any()
    assert not waiting(labels, np.ones(250)).any()
    assert not waiting(labels[:1], np.ones(1)).any()


def test_a_device_that_runs_ahead_is_learnt(monkeypatch):
    """What no later choice waits for costs nothing; which ones do is not declared."""
    space = space_of("{space: ahead, positions: {layer: {repeat: 5, positions: {op: {words: [a, b, c, d, e, f]}}}}}")
    rows = space.draw(700, np.random.default_rng(0))
    seen = awaited(rows, np.arange(6) == 5) % 2
    y = (np.array([1.0, 2.0, 0.3, 3.0, 1.5, 0.5])[rows] * seen).sum(axis=1)
    x = structured(space, rows)
    model = get_predictor("structured_gp")().fit(x[:150], y[:150], np.random.default_rng(0))
    (waits,) = [component.centre for component in model.hypotheses_[0].components_ if component.form == "effects"]
    assert np.flatnonzero(waits).tolist() == [5]
    monkeypatch.setattr(structured_kernel, "waiting", lambda labels, y: np.zeros(6, dtype=bool))
    blind = get_predictor("structured_gp")().fit(x[:150], y[:150], np.random.default_rng(0))
    monkeypatch.undo()
    assert kendall_tau(y[150:], model.predict(x[150:])) > kendall_tau(y[150:], blind.predict(x[150:])) + 0.05
    facts, arrays = model.stored()
    np.testing.assert_array_equal(MixturePrediction.restored(facts, arrays).predict(x[150:]), model.predict(x[150:]))


def test_interactions_of_words_are_learnt_from_few_measurements():
    """What costs is the product of two layers, so that no sum over positions tells it."""
    space = space_of("{space: pairs, positions: {layer: {repeat: 4, positions: {op: {words: [a, b, c, d, e, f]}}}}}")
    rows = space.draw(600, np.random.default_rng(0))
    cost = np.array([1.0, 1.1, 1.2, 3.0, 3.1, 3.2])[rows]
    y = (cost[:, :2].prod(axis=1) + cost[:, 2:].prod(axis=1)).astype(float)
    x = structured(space, rows)
    model = get_predictor("structured_gp")().fit(x[:100], y[:100], np.random.default_rng(0))
    without = Structured({name: values for name, values in x.blocks.items() if name != "drawn/labels"})
    blind = get_predictor("structured_gp")().fit(without[:100], y[:100], np.random.default_rng(0))
    tau = kendall_tau(y[100:], model.predict(x[100:]))
    assert tau > 0.9
    assert tau > kendall_tau(y[100:], blind.predict(without[100:])) + 0.02


def test_expressions_compute_what_they_say():
    values = {"a": np.array([1.0, 2.0]), "w": np.array(["x", "y"])}
    for text, expected in {
        "a * 3 - 1": [2, 5],
        "a ** 2 // 2": [0, 2],
        "(w == 'x') + (a == 1)": [2, 0],
        "w in ('y', 'z') or not a < 2": [0, 1],
        "1 <= a < 2": [1, 0],
        "w not in ['x']": [0, 1],
        "-a % 3": [2, 1],
    }.items():
        assert np.asarray(read_expression(text).value(values.__getitem__), dtype=float).tolist() == expected, text
    assert not np.isfinite(read_expression("9 ** 9 ** 9").value(values.__getitem__))


@given(text=st.text(max_size=40) | st.text(alphabet="ab'\"()[]+-*/<=.,: 19", max_size=40))
@settings(deadline=None, max_examples=300)
def test_no_text_is_executed_or_ends_in_another_error(text):
    try:
        expression = read_expression(text)
    except ValueError:
        return
    assert all(name.isidentifier() for name in expression.names.union(*expression.summed))


def test_a_file_of_architectures_and_a_number_of_them(tmp_path, chain):
    (tmp_path / "mine.yaml").write_text(CHAIN + "architectures: known.csv\n")
    (tmp_path / "known.csv").write_text(
        "width,op_1,op_2,op_3\n16,conv,pool,skip\n64,skip,skip,skip\n16,conv,pool,skip\n"
    )
    listed = read_space(tmp_path / "mine.yaml")
    assert listed.enumerate().tolist() == [[0, 0, 1, 2], [2, 2, 2, 2]]
    assert listed.content["architectures"] == "listed"
    drawn = space_of(CHAIN, architectures=40)
    assert len(ArchitectureTable(drawn, drawn.enumerate())) == 40
    assert np.array_equal(space_of(CHAIN, architectures=81).enumerate(), chain.enumerate())
    large = space_of(CHAIN.replace("repeat: 3", "repeat: 12"), architectures=1000)
    assert len(ArchitectureTable(large, large.enumerate())) == 1000
    assert len({chain.digest, listed.digest, drawn.digest}) == 3
    for text, words in {
        "width,op_1,op_2\n16,conv,pool\n": "known.csv lacks column 'op_3': it has width, op_1, op_2; its columns are",
        "width,op_1,op_2,op_3\n16,conv,pool,convv\n": r"known.csv, row 1 \(line 2\): .*op_3 is 'convv'; use one",
        "width,op_1,op_2,op_3\n16,conv,pool,conv\n": "known.csv has 1 different architectures; give at least two",
    }.items():
        (tmp_path / "known.csv").write_text(text)
        with pytest.raises(InputError, match=words):
            read_space(tmp_path / "mine.yaml")
    (tmp_path / "mine.yaml").write_text(CHAIN + "architectures: nothing.csv\n")
    with pytest.raises(InputError, match=r"architectures names .*nothing.csv, which does not exist"):
        read_space(tmp_path / "mine.yaml")
    (tmp_path / "mine.yaml").write_text(CHAIN + "architectures: every\n")
    with pytest.raises(InputError, match="architectures is 'every'; write all, a number, or a file that ends in"):
        read_space(tmp_path / "mine.yaml")


def test_a_name_is_known_once(chain, monkeypatch):
    monkeypatch.setattr(spaces, "_DECLARED", {})
    spaces.make_known(chain)
    spaces.make_known(space_of(CHAIN))
    assert spaces.get_space("chain") == chain
    with pytest.raises(ValueError, match="space is 'chain', a name that another space has"):
        spaces.make_known(space_of(CHAIN, architectures=40))


@pytest.fixture(scope="module")
def data(elastic):
    """A metric that grows with the layers' kernels and with the resolution."""
    rows = elastic.draw(300, np.random.default_rng(0))
    rows = np.unique(rows, axis=0)
    return Data("elastic-t", elastic, "smaller", np.arange(len(rows)), rows, metric_of(elastic, rows))


@pytest.mark.parametrize("key", REGISTRY)
def test_every_predictor_fits_and_predicts_or_is_left_out_with_its_reason(key, data):
    cls = get_predictor(key)
    reason = cls.why_left_out(data)
    if key in LEFT_OUT:
        assert LEFT_OUT[key] in reason
        return
    assert reason is None
    x = cls.encode(data)
    short = {"most_steps": 30} if hasattr(cls, "most_steps") else {}
    model = cls(**CHEAP.get(key, short)).fit(x[:100], data.target[:100], np.random.default_rng(0))
    prediction = np.asarray(cls.predict_many([model], [x[100:]])[0])
    assert np.isfinite(prediction).all()
    assert np.std(prediction) > 0


def test_the_lookup_table_takes_part_where_choices_are_free(chain):
    rows = chain.enumerate()
    lookup = get_predictor("lookup")
    data = Data("chain-t", chain, "smaller", np.arange(len(rows)), rows, rows.sum(axis=1).astype(float))
    assert lookup.why_left_out(data) is None
    measured = [list(map(int, row)) for row in lookup.measured(chain)]
    places = [rows.tolist().index(row) for row in measured]
    x = lookup.encode(data)
    model = lookup(space=chain).fit(x[places], data.target[places])
    assert model.predict(x).tolist() == pytest.approx(data.target.tolist())


def test_content_is_checked_again_when_a_device_is_loaded():
    content = space_of(ELASTIC).content
    assert checked(json.loads(json.dumps(content)), "again") == space_of(ELASTIC)


def test_the_page_and_the_example_declare_what_can_be_read():
    page = (ROOT / "docs" / "your_space.md").read_text()
    blocks = [yaml.safe_load(block.split("```")[0]) for block in page.split("```yaml\n")[1:]]
    graphs, elastic = [checked({**block, "architectures": 100}, "page") for block in blocks if "space" in block]
    assert graphs.columns == ["structure", "op_1", "op_2", "op_3", "op_4"]
    assert elastic.positions == 1 + 5 * (1 + 4 * 2)
    example = yaml.safe_load((ROOT / "examples" / "nas_bench_graph.yaml").read_text())
    assert example == blocks[0]
