"""A space whose positions have unequal numbers of operations: who can predict on it, and does it see them all?"""

import numpy as np
import pytest

from hwpred import spaces
from hwpred.predictors import REGISTRY, get_predictor
from hwpred.spaces.base import Space
from hwpred.training.data import Data
from hwpred.training.grid import Settings, fit_grid

SIZES = (2, 6, 36, 3)
CHEAP = {
    "rf": {"n_estimators": 30},
    "xgb": {"rounds": 30, "max_depth": 20},
    "lgb": {"rounds": 100},
    "ngb": {"rounds": 150},
    "sparse_gp": {"steps": 5},
    "bohamiann": {"steps": 30, "burn_in": 10, "keep_every": 5},
}
LEFT_OUT = {
    "structured_gp": "hwpred does not know what architectures of uneven are made of",
    "transfer_gp": "names no other devices in transfer_from",
    "lookup": "uneven is known by a random sample only",
}


class Uneven(Space):
    """All 1,296 combinations of 2, 6, 36 and 3 operations."""

    key = "uneven"
    architectures = int(np.prod(SIZES))
    operations = tuple(tuple(f"o{i}" for i in range(size)) for size in SIZES)

    def enumerate(self):
        return np.stack(np.unravel_index(np.arange(self.architectures), SIZES), axis=1).astype(np.int8)


SPACE = Uneven()
OPERATIONS = SPACE.enumerate()


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setitem(spaces._SPACES, "uneven", __name__)


@pytest.fixture(scope="module")
def data():
    """A noisy additive metric to which each operation adds something else."""
    rng = np.random.default_rng(0)
    y = sum(rng.permutation(size)[OPERATIONS[:, position]] for position, size in enumerate(SIZES)).astype(float)
    y = (y - y.mean()) / y.std() + 0.3 * rng.normal(size=len(y))
    return Data("uneven-t", "uneven", "smaller", np.arange(len(y)), OPERATIONS, y)


@pytest.mark.parametrize("key", REGISTRY)
def test_every_predictor_sees_every_operation_or_says_why_it_is_left_out(key, data):
    cls = get_predictor(key)
    reason = cls.why_left_out(data)
    if key in LEFT_OUT:
        assert LEFT_OUT[key] in reason
        *tables, skipped = fit_grid(key, data, Settings(0, (0,), (5,), 100, 1, 1000, 1, 0))
        assert skipped == reason
        assert all(table.empty for table in tables)
        return
    assert reason is None
    x = cls.encode(data)
    short = {"most_steps": 5} if hasattr(cls, "most_steps") else {}
    model = cls(**CHEAP.get(key, short)).fit(x, data.target, np.random.default_rng(0))
    predictions = np.asarray(cls.predict_many([model], [x])[0]).reshape(SIZES)
    for position, size in enumerate(SIZES):
        # A row an operation: what is predicted of all architectures that have it.
        by_operation = np.moveaxis(predictions, position, 0).reshape(size, -1)
        assert len(np.unique(by_operation, axis=0)) == size, f"position {position}"


def test_graph_and_sequence_tell_all_operations_apart():
    graph, sequences = SPACE.encode("graph", OPERATIONS), SPACE.encode("sequence", OPERATIONS)
    assert graph.features.shape == (1296, 6, 38)
    assert (graph.features.sum(axis=2) == 1).all()
    for position, size in enumerate(SIZES):
        labels = graph.features[:, 1 + position].argmax(axis=1)
        assert np.array_equal(labels, 1 + OPERATIONS[:, position])
        assert not graph.features[:, 1 + position, 1 + size :].any()
    assert np.array_equal(sequences.tokens, 1 + OPERATIONS)
    assert sequences.vocabulary == 37
    assert len(sequences[:5]) == 5


def test_positions_of_a_node_have_labels_of_their_own():
    class Pairs(Uneven):
        node_positions = 2

    graph, sequences = (Pairs().encode(encoding, OPERATIONS) for encoding in ("graph", "sequence"))
    assert graph.features.shape == (1296, 4, 2 + 36 + 6)
    assert np.array_equal(sequences.tokens, 1 + OPERATIONS + [0, 36, 0, 36])
    assert sequences.vocabulary == 43
    assert len(np.unique(graph.features.reshape(1296, -1), axis=0)) == 1296


def test_positions_may_have_hundreds_of_operations():
    class Large(Space):
        key = "large"
        operations = (tuple(map(str, range(300))), ("a", "b"))

    operations = np.stack([np.arange(300), np.arange(300) % 2], axis=1)
    table = spaces.base.ArchitectureTable(Large(), operations)
    assert table.index_of((299, 1)) == 299
    for encoding in ("adjacency_one_hot", "path", "graph", "sequence"):
        encoded = Large().encode(encoding, table.operations)
        rows = getattr(encoded, "features", getattr(encoded, "tokens", encoded))
        assert len(np.unique(rows.reshape(300, -1), axis=0)) == 300
