"""Round trips and shapes that hold for every architecture of every search space."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.spaces.base import ArchitectureTable


def architectures(key):
    space = get_space(key)
    if space.sample is None:
        return st.sampled_from(space.enumerate().tolist()).map(tuple)
    return st.integers(0, 2**32 - 1).map(lambda seed: tuple(space.draw(1, np.random.default_rng(seed))[0].tolist()))


@pytest.mark.parametrize("key", SPACE_KEYS)
@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_text_and_operations_round_trip(key, data):
    space, architecture = get_space(key), data.draw(architectures(key))
    text = space.to_text(architecture)
    assert space.from_text(text) == architecture
    assert space.to_text(space.from_text(text)) == text


@pytest.mark.parametrize("key", SPACE_KEYS)
@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_encodings_tell_architectures_apart(key, data):
    space = get_space(key)
    one, other = data.draw(architectures(key)), data.draw(architectures(key))
    pair = np.array([one, other])
    for encoding in space.encodings:
        if (key, encoding) == ("nasbench201", "path"):
            continue  # the paths of a cell, as a set, do not always tell which node they pass
        encoded = space.encode(encoding, pair)
        rows = {"graph": "features", "sequence": "tokens"}.get(encoding)
        rows = getattr(encoded, rows) if rows else encoded
        assert (one == other) == np.array_equal(rows[0], rows[1]), encoding


@pytest.mark.parametrize("key", [key for key in SPACE_KEYS if get_space(key).binary])
@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_one_hot_holds_one_one_a_position(key, data):
    space, architecture = get_space(key), data.draw(architectures(key))
    encoded = space.adjacency_one_hot(np.array([architecture], dtype=np.int8))[0]
    blocks = np.split(encoded, np.cumsum(space.sizes)[:-1])
    assert tuple(int(block.argmax()) for block in blocks) == architecture
    assert all(block.sum() == 1 for block in blocks)


@pytest.mark.parametrize("key", ["nasbench201", "transnas_macro"])
@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_index_and_operations_round_trip(key, data):
    space = get_space(key)
    table = _table(key)
    index = data.draw(st.integers(0, space.architectures - 1))
    assert table.index_of(tuple(table.operations[index].tolist())) == index


@given(text=st.text(max_size=30))
@settings(deadline=None)
def test_text_that_is_no_architecture_is_refused_in_one_sentence(text):
    for key in SPACE_KEYS:
        space = get_space(key)
        with contextlib.suppress(ValueError):
            assert space.check(space.from_text(text))
        if not text.strip()[:1].isdigit() and "~" not in text and not text.strip().startswith("e"):
            with pytest.raises(ValueError, match=f"no architecture of {key}"):
                space.from_text(text)


_TABLES = {}


def _table(key):
    if key not in _TABLES:
        _TABLES[key] = ArchitectureTable(get_space(key), get_space(key).enumerate())
    return _TABLES[key]
