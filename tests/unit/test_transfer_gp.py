"""Learning from other devices: what they gain, what an unlike one costs, what is refused."""

import numpy as np
import pandas as pd
import pytest

from hwpred.metrics import kendall_tau
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.predictors.structured.transfer_gp import OTHER, TransferGaussianProcess
from hwpred.predictors.structured.transfer_sources import learnt_functions, shared_and_own
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.structure.blocks import DEVICES
from hwpred.tables import write_table
from hwpred.training.data import Data, filled, read_data
from hwpred.training.grid import Settings, fit_grid

OPERATIONS = get_space("nasbench201").enumerate()[:1200]
RNG = np.random.default_rng(0)
# Costs that no count explains: each operation costs something else at each position, and pairs cost, too.
ONE_HOT = get_space("nasbench201").adjacency_one_hot(OPERATIONS).astype(float)
ODD = ONE_HOT @ RNG.normal(size=30) + 0.7 * ONE_HOT[:, :5] @ RNG.normal(size=(5, 5)) @ ONE_HOT[:, 25:].T.mean(axis=1)
ODD = (ODD - ODD.mean()) / ODD.std()
TRAIN, TEST = np.arange(12), np.arange(700, 1200)


def data(others, target=ODD):
    return Data("c", "nasbench201", "smaller", np.arange(1200), OPERATIONS, target, others)


def tau(cls, others, target=ODD):
    x = cls.encode(data(others, target))
    model = cls().fit(x[TRAIN], target[TRAIN], None)
    return kendall_tau(target[TEST], model.predict(x[TEST])), model


def trust(model):
    """Probability that other devices tell something."""
    return sum(
        probability
        for hypothesis, probability in zip(model.hypotheses_, model.probabilities_, strict=True)
        if OTHER in hypothesis.leading
    )


def test_other_devices_may_lead_alone_where_measurements_are_few():
    x = TransferGaussianProcess.encode(data(ODD[:, None]))
    few, many = (TransferGaussianProcess().leading_views(x[:samples]) for samples in (20, 300))
    assert sum(few.values()) == pytest.approx(1)
    assert set(few) - set(many) == {(OTHER,)}
    assert set(StructuredGaussianProcess().leading_views(x)) < set(many)


def test_devices_alike_are_trusted_and_help():
    others = ODD[:, None] + 0.2 * RNG.normal(size=(1200, 3))
    with_others, model = tau(TransferGaussianProcess, others)
    alone, _ = tau(StructuredGaussianProcess, others)
    assert with_others > alone + 0.2
    assert trust(model) > 0.9


def test_devices_unlike_cost_little():
    latency = ONE_HOT.reshape(-1, 6, 5).sum(axis=1) @ np.array([0, 0.2, 1, 4, 0.5])
    latency = (latency - latency.mean()) / latency.std()
    others = RNG.normal(size=(1200, 3))
    with_others, model = tau(TransferGaussianProcess, others, latency)
    alone, _ = tau(StructuredGaussianProcess, others, latency)
    assert with_others > alone - 0.03
    assert trust(model) < 0.05


def test_what_devices_do_is_known_without_noise_and_drift():
    linear = ONE_HOT @ np.random.default_rng(1).normal(size=30)
    linear = (linear - linear.mean()) / linear.std()
    noise = np.random.default_rng(2).normal(size=1200)
    drift = np.sin(RNG.permutation(1200) / 60)
    measured = np.stack([linear, linear + 0.5 * noise, linear + 0.5 * drift, np.full(1200, 3.0)], axis=1)
    exact, noisy, drifting, constant = learnt_functions(structured("nasbench201", OPERATIONS), measured).T
    assert np.corrcoef(exact, linear)[0, 1] > 0.999
    assert np.corrcoef(noisy, linear)[0, 1] > 0.98 > 0.91 > np.corrcoef(measured[:, 1], linear)[0, 1]
    assert np.corrcoef(drifting, linear)[0, 1] > 0.98 > np.corrcoef(measured[:, 2], linear)[0, 1]
    assert not constant.any()


def test_each_device_is_learnt_by_itself():
    measured = ODD[:, None] + 0.5 * np.random.default_rng(3).normal(size=(1200, 3))
    x = structured("nasbench201", OPERATIONS)
    together, alone = learnt_functions(x, measured), learnt_functions(x, measured[:, [1]])
    np.testing.assert_allclose(together[:, [1]], alone, atol=1e-9)


def test_devices_differ_from_what_they_share():
    functions = np.random.default_rng(4).normal(size=(1200, 1)) + np.random.default_rng(5).normal(size=(1200, 3))
    functions = (functions - functions.mean(axis=0)) / functions.std(axis=0)
    shared, own = shared_and_own(functions)
    assert shared.std() == pytest.approx(1)
    np.testing.assert_allclose(shared @ own, 0, atol=1e-9)
    slopes = shared @ functions / 1200
    np.testing.assert_allclose(np.outer(shared, slopes) + own, functions)


def test_of_networks_with_amounts_the_measurements_themselves_tell():
    zoo = get_space("zoo")
    operations = zoo.enumerate()[:60]
    others = np.random.default_rng(6).normal(size=(len(operations), 2))
    known = Data("c", "zoo", "smaller", np.arange(len(operations)), operations, others[:, 0], others)
    assert TransferGaussianProcess.encode(known).blocks[DEVICES] is others


def test_a_combination_without_other_devices_is_left_out_with_a_reason():
    settings = Settings(0, (0,), (5,), 100, 1, 1000, 1, 0)
    fits, predictions, _, skipped = fit_grid("transfer_gp", data(np.empty((1200, 0))), settings)
    assert len(fits) == len(predictions) == 0
    assert skipped == "c names no other devices in transfer_from"


def test_other_devices_are_joined_by_architecture_and_must_know_most(tmp_path):
    space = get_space("nasbench201")
    columns = {f"p{i}": OPERATIONS[:4, i] for i in range(6)}
    texts = [space.to_text(row) for row in OPERATIONS[:4]]
    architectures = pd.DataFrame({"architecture": range(4), "operations": texts, **columns})
    write_table(architectures, tmp_path / "architectures.parquet", "architectures", {"space": "nasbench201"})

    def targets(name, rows):
        table = pd.DataFrame({"architecture": rows, "value": np.array(rows) * 1.0, "target": np.array(rows) * 1.0})
        facts = {"combination": name, "space": "nasbench201", "direction": "smaller", "metric": "latency"}
        write_table(table, tmp_path / name, "targets", facts)
        return tmp_path / name

    mine, other, short = targets("mine", [2, 0, 1]), targets("other", [0, 1, 2, 3]), targets("short", [0, 2])
    known = read_data(tmp_path / "architectures.parquet", mine, [other])
    assert known.others.tolist() == [[2.0], [0.0], [1.0]]
    assert TransferGaussianProcess.encode(known).stated is None
    told = read_data(tmp_path / "architectures.parquet", mine, [other], "partly_dropped")
    for cls in (StructuredGaussianProcess, TransferGaussianProcess):
        assert cls.encode(told).stated == "executed"
        assert cls.encode(told).growth == 1
    with pytest.raises(ValueError, match="short: architecture 1 and 0 more were not measured"):
        read_data(tmp_path / "architectures.parquet", mine, [other, short])


def test_of_an_architecture_that_one_device_lacks_the_others_tell():
    others = np.array([[1.0, 3.0], [np.nan, 5.0], [np.nan, np.nan]])
    assert filled(others).tolist() == [[1, 3], [5, 5], [0, 0]]
