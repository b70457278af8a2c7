"""Trainings of distinct networks, and how every architecture gets the accuracy of those that compute the same."""

import json

import numpy as np
import pandas as pd
import pytest
from load_script import load_script

from hwpred.measurement import digits
from hwpred.measurement.class_plan import REPEAT_SEEDS, SEEDS, class_chunk
from hwpred.spaces import get_space
from hwpred.tables import read_table, write_table

SPACE = get_space("nasbench201")


@pytest.fixture
def architectures(tmp_path, operations):
    text = [SPACE.to_text(row) for row in operations]
    positions = {f"p{place}": operations[:, place] for place in range(6)}
    frame = pd.DataFrame({"architecture": np.arange(len(operations)), "operations": text, **positions})
    path = tmp_path / "architectures.parquet"
    write_table(frame, path, "architectures", {"space": "nasbench201"})
    return path


@pytest.fixture
def trained(classes):
    """Trainings of every class, worth its number; a tenth of them twice, with a little noise."""
    representatives = pd.Series(classes).drop_duplicates().index.to_numpy()
    worth, rng = np.linspace(40, 70, len(representatives)), np.random.default_rng(0)
    frames = []
    for seeds, chosen in ((SEEDS, np.arange(len(worth))), (REPEAT_SEEDS, rng.choice(len(worth), 500, replace=False))):
        for seed in seeds:
            accuracy = worth[chosen] + rng.normal(0, 1, len(chosen))
            frames.append(pd.DataFrame({"architecture": representatives[chosen], "seed": seed, "accuracy": accuracy}))
    return pd.concat(frames, ignore_index=True)


def test_a_chunk_trains_its_classes_with_its_seeds(tmp_path, architectures, classes, monkeypatch):
    module, seen = load_script("train_accuracies"), []

    def fake(cells, seeds):
        seen.extend(map(tuple, cells))
        return np.array([[10.0 * seed for seed in seeds] for _ in cells])

    monkeypatch.setattr(module, "train_accuracies", fake)
    module.train(architectures, "repeat-1", 7, tmp_path / "out.parquet")
    rows = read_table(tmp_path / "out.parquet", "trainings")
    chosen, seeds = class_chunk("repeat-1", 7)
    assert sorted(rows.seed.unique()) == sorted(seeds) == list(REPEAT_SEEDS)
    assert rows.architecture.nunique() == len(chosen) == len(set(seen)) == 7
    assert (rows.accuracy == 10 * rows.seed).all()
    # The first architecture of each class stands for it.
    assert all(classes[one] not in classes[:one] for one in rows.architecture.unique())


def test_every_architecture_has_the_mean_of_its_class(tmp_path, architectures, classes, trained):
    write_table(trained, tmp_path / "trainings.parquet", "trainings")
    table, facts = tmp_path / "accuracy.parquet", tmp_path / "accuracy.json"
    load_script("collect_accuracies").collect_accuracies(
        architectures, [tmp_path / "trainings.parquet"], "make", table, facts
    )
    measured = read_table(table, "measured")
    assert measured.architecture.tolist() == list(range(len(classes)))
    assert (measured["count"] == len(SEEDS)).all()
    assert measured.groupby(classes).value.nunique().max() == 1
    means = trained[trained.seed.isin(SEEDS)].groupby("architecture").accuracy.mean()
    np.testing.assert_allclose(measured.set_index("architecture").value[means.index], means, rtol=1e-6)
    told = json.loads(facts.read_text())
    assert told["classes"] == len(means)
    assert told["repeated_classes"] == 500
    assert 0.9 < told["repeat_tau"] < 1
    assert told["interquartile_range"] == pytest.approx(15, abs=0.5)
    assert told["protocol"]["images"] == digits.DEFAULT.images
    assert told["command"] == "make"
