"""Test cells with a twin among the training cells are told apart from the others."""

import numpy as np
import pandas as pd
import pytest

from hwpred.findings import twins
from hwpred.spaces import get_space
from hwpred.spaces.nasbench201 import isomorphism_classes
from hwpred.tables import write_table
from hwpred.training.splits import Split

NAME = "nasbench201-t-d-latency"
SPACE = get_space("nasbench201")


def test_a_predictor_that_remembers_is_better_at_twins(tmp_path):
    operations = SPACE.enumerate()
    frame = pd.DataFrame(operations, columns=[f"p{i}" for i in range(operations.shape[1])])
    frame.insert(0, "architecture", np.arange(len(operations), dtype=np.int32))
    frame.insert(1, "operations", [SPACE.to_text(row) for row in operations.tolist()])
    space = {"space": "nasbench201"}
    write_table(frame, tmp_path / "architectures.parquet", "architectures", space)
    classes = isomorphism_classes(operations)
    value = np.random.default_rng(0).normal(size=classes.max() + 1)[classes]
    targets = pd.DataFrame({"architecture": frame["architecture"], "value": value, "target": value})
    told = {"combination": NAME, **space}
    write_table(targets, tmp_path / f"{NAME}.parquet", "targets", told)
    split = Split(len(value), 400, 5, NAME, 0)
    known = np.isin(classes[split.test], classes[split.train(1000)])
    guess = np.where(known, value[split.test], np.random.default_rng(1).normal(size=400))
    rows = {"predictor": "lgb", "train_size": 1000, "seed": 0, "architecture": split.test.astype(np.int32)}
    file = tmp_path / NAME / "lgb" / "0-0.parquet"
    predictions = pd.DataFrame({**rows, "target": value[split.test], "prediction": guess})
    write_table(predictions, file, "predictions", {**told, "predictor": "lgb", "skipped": None})
    paths = [file], [tmp_path / "architectures.parquet"], [tmp_path / f"{NAME}.parquet"]
    (row,) = twins.tabulate(*paths, run_seed=5, test_size=400)["twins.csv"].to_dict("records")
    assert row["with_twin_percent"] == pytest.approx(100 * known.mean())
    assert row["tau_with_twin"] == pytest.approx(1)
    assert abs(row["tau_without"]) < 0.2
    assert row["seeds"] == 1
