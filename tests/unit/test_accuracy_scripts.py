"""Trainings of distinct networks, and how every architecture gets the accuracy of those that compute the same."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from hwpred.measurement import class_training, digits
from hwpred.measurement.class_accuracies import collect_accuracies
from hwpred.measurement.class_plan import REPEAT_SEEDS, SEEDS, class_chunk
from hwpred.measurement.class_training import train_chunk
from hwpred.measurement.output import write_measured
from hwpred.spaces import get_space
from hwpred.tables import write_table

SPACE = get_space("nasbench201")


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


def test_a_chunk_trains_its_classes_with_its_seeds(operations, classes, monkeypatch):
    seen = []

    def fake(cells, seeds):
        seen.extend(map(tuple, cells))
        return np.array([[10.0 * seed for seed in seeds] for _ in cells])

    monkeypatch.setattr(class_training, "train_accuracies", fake)
    rows, _ = train_chunk(operations, "repeat-1", 7)
    chosen, seeds = class_chunk("repeat-1", 7)
    assert sorted(rows.seed.unique()) == sorted(seeds) == list(REPEAT_SEEDS)
    assert rows.architecture.nunique() == len(chosen) == len(set(seen)) == 7
    assert (rows.accuracy == 10 * rows.seed).all()
    # The first architecture of each class stands for it.
    assert all(classes[one] not in classes[:one] for one in rows.architecture.unique())


MACHINES = [{"torch": "2.6.0", "processor": "a"}, {"torch": "2.13.0", "processor": "b"}]


def test_a_chunk_tells_when_and_on_what_it_was_trained(operations, monkeypatch):
    monkeypatch.setattr(class_training, "train_accuracies", lambda cells, seeds: np.zeros((len(cells), len(seeds))))
    _, metadata = train_chunk(operations, "repeat-1", 3)
    assert datetime.fromisoformat(metadata["date"]).date() >= datetime.now(UTC).date() - timedelta(days=1)
    assert {"processor", "system", "python", "torch", "scikit-learn"} == set(metadata["machine"])


def test_collected_accuracies_are_as_old_as_their_trainings(tmp_path, operations, trained):
    files = [tmp_path / f"{number}.parquet" for number in range(3)]
    dates = ("2025-03-01", "2025-01-31", "2025-02-01")
    for file, date, machine in zip(files, dates, [*MACHINES, MACHINES[0]], strict=True):
        rows = trained[trained["architecture"] % 3 == files.index(file)]
        write_table(rows, file, "trainings", {"date": date, "machine": machine})
    facts = collect_accuracies(operations, files)[1]
    assert facts["date"] == "2025-01-31 to 2025-03-01"
    assert sorted(machine["torch"] for machine in facts["device"]) == ["2.13.0", "2.6.0"]
    write_table(trained.head(3), files[0], "trainings")
    with pytest.raises(ValueError, match=r"0\.parquet does not tell when and on what it was trained; delete it"):
        collect_accuracies(operations, files)


@pytest.mark.parametrize(("licence", "told"), [(None, "none stated"), ("CC-BY-4.0", "CC-BY-4.0")])
def test_only_the_person_who_measured_gives_a_licence(tmp_path, licence, told):
    frame = pd.DataFrame({"architecture": [0], "value": 1.0, "spread": 0.0, "count": 1})
    facts = {"unit": "ms", "direction": "smaller", "date": "2026-01-01", "command": "make"}
    write_measured(frame, facts, licence, tmp_path / "nasbench201-t-accuracy.parquet", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["licence"] == told


def test_every_architecture_has_the_mean_of_its_class(tmp_path, operations, classes, trained):
    made = {"date": "2026-01-01", "machine": MACHINES[0]}
    write_table(trained, tmp_path / "trainings.parquet", "trainings", made)
    measured, told = collect_accuracies(operations, [tmp_path / "trainings.parquet"])
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
