"""Trainings of distinct networks, and how every architecture gets the accuracy of those that compute the same."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from load_script import load_script

from hwpred.measurement import digits
from hwpred.measurement.class_plan import REPEAT_SEEDS, SEEDS, class_chunk
from hwpred.measurement.output import write_measured
from hwpred.spaces import get_space
from hwpred.tables import read_metadata, read_table, write_table

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


MACHINES = [{"torch": "2.6.0", "processor": "a"}, {"torch": "2.13.0", "processor": "b"}]


def test_a_chunk_tells_when_and_on_what_it_was_trained(tmp_path, architectures, monkeypatch):
    module = load_script("train_accuracies")
    monkeypatch.setattr(module, "train_accuracies", lambda cells, seeds: np.zeros((len(cells), len(seeds))))
    module.train(architectures, "repeat-1", 3, tmp_path / "out.parquet")
    metadata = read_metadata(tmp_path / "out.parquet")
    assert datetime.fromisoformat(metadata["date"]).date() >= datetime.now(UTC).date() - timedelta(days=1)
    assert {"processor", "system", "python", "torch", "scikit-learn"} == set(metadata["machine"])


def collect(architectures, files, folder, licence=None):
    """Collect the trainings of these files; return the table's file and the facts."""
    table, facts = folder / "accuracy.parquet", folder / "accuracy.json"
    load_script("collect_accuracies").collect_accuracies(architectures, files, "make", licence, table, facts)
    return table, json.loads(facts.read_text())


def test_collected_accuracies_are_as_old_as_their_trainings(tmp_path, architectures, trained):
    files = [tmp_path / f"{number}.parquet" for number in range(3)]
    dates = ("2025-03-01", "2025-01-31", "2025-02-01")
    for file, date, machine in zip(files, dates, [*MACHINES, MACHINES[0]], strict=True):
        rows = trained[trained["architecture"] % 3 == files.index(file)]
        write_table(rows, file, "trainings", {"date": date, "machine": machine})
    facts = collect(architectures, files, tmp_path)[1]
    assert facts["date"] == "2025-01-31 to 2025-03-01"
    assert sorted(machine["torch"] for machine in facts["device"]) == ["2.13.0", "2.6.0"]
    write_table(trained.head(3), files[0], "trainings")
    with pytest.raises(ValueError, match=r"0\.parquet does not tell when and on what it was trained; delete it"):
        collect(architectures, files, tmp_path)


@pytest.mark.parametrize(("licence", "told"), [(None, "none stated"), ("CC-BY-4.0", "CC-BY-4.0")])
def test_only_the_person_who_measured_gives_a_licence(tmp_path, licence, told):
    frame = pd.DataFrame({"architecture": [0], "value": 1.0, "spread": 0.0, "count": 1})
    facts = {"unit": "ms", "direction": "smaller", "date": "2026-01-01", "command": "make"}
    write_measured(frame, facts, licence, tmp_path / "nasbench201-t-accuracy.parquet", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["licence"] == told


def test_every_architecture_has_the_mean_of_its_class(tmp_path, architectures, classes, trained):
    made = {"date": "2026-01-01", "machine": MACHINES[0]}
    write_table(trained, tmp_path / "trainings.parquet", "trainings", made)
    table, told = collect(architectures, [tmp_path / "trainings.parquet"], tmp_path)
    measured = read_table(table, "measured")
    assert measured.architecture.tolist() == list(range(len(classes)))
    assert (measured["count"] == len(SEEDS)).all()
    assert measured.groupby(classes).value.nunique().max() == 1
    means = trained[trained.seed.isin(SEEDS)].groupby("architecture").accuracy.mean()
    np.testing.assert_allclose(measured.set_index("architecture").value[means.index], means, rtol=1e-6)
    assert told["classes"] == len(means)
    assert told["repeated_classes"] == 500
    assert 0.9 < told["repeat_tau"] < 1
    assert told["interquartile_range"] == pytest.approx(15, abs=0.5)
    assert told["protocol"]["images"] == digits.DEFAULT.images
    assert told["command"] == "make"
