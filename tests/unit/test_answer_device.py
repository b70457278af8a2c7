"""The job that learns a device from all rows of a combination."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hwpred
from hwpred.answer import combination_device, device_tables
from hwpred.spaces import get_space
from hwpred.tables import read_metadata, read_table, write_table

NAME = "transnas_macro-synthetic-board-latency"
SPACE = get_space("transnas_macro")
OPERATIONS = SPACE.enumerate()
VALUE = 1.0 + OPERATIONS.sum(axis=1)
SETTINGS = {"predictor": "ridge_reg", "hyperparameters": {}, "dead_operations": None, "limit": None}


@pytest.fixture
def job(tmp_path, monkeypatch):
    monkeypatch.setattr(device_tables, "MOST_FORECAST", 0)
    return Job(tmp_path)


class Job:
    """The job's files, of forty measured architectures."""

    def __init__(self, folder):
        names = {"device": "device.hwpred", "page": "device.html", "predictions": "p.csv", "to_measure": "m.csv"}
        self.outputs = {kind: str(folder / name) for kind, name in names.items()}
        self.inputs = {"architectures": folder / "all.parquet", "targets": folder / f"{NAME}.parquet", "accuracy": []}
        positions = {f"p{i}": OPERATIONS[:, i] for i in range(SPACE.positions)}
        texts = [SPACE.to_text(row) for row in OPERATIONS.tolist()]
        everyone = pd.DataFrame({"architecture": np.arange(len(OPERATIONS)), "operations": texts, **positions})
        write_table(everyone, self.inputs["architectures"], "architectures", {"space": SPACE.key})
        rows = np.arange(0, 4_000, 100)[:40] % len(OPERATIONS)
        self.rows = np.unique(rows)
        frame = pd.DataFrame({"architecture": self.rows, "value": VALUE[self.rows].astype(float), "target": 0.0})
        facts = {"space": SPACE.key, "combination": NAME, "metric": "latency", "unit": "ms", "direction": "smaller"}
        write_table(frame, self.inputs["targets"], "targets", facts)
        self.accuracy_file = folder / "accuracy.parquet"

    def with_accuracy(self, unit="%", direction="larger", quality="accuracy"):
        accuracy = np.linspace(10, 90, len(OPERATIONS))
        table = pd.DataFrame({"architecture": np.arange(len(OPERATIONS)), "accuracy": accuracy})
        facts = {"space": SPACE.key, "unit": unit, "direction": direction, "quality": quality}
        write_table(table, self.accuracy_file, "accuracy", facts)
        self.inputs["accuracy"] = [self.accuracy_file]

    def run(self, **settings):
        combination_device.answer(self.inputs, {**SETTINGS, **settings}, self.outputs)
        self.page = Path(self.outputs["page"]).read_text(encoding="utf-8")
        return hwpred.load(self.outputs["device"])


def test_the_device_learns_from_all_rows_and_predicts_every_architecture(job):
    device = job.run()
    assert device.operations.tolist() == OPERATIONS[job.rows].tolist()
    assert device.value.tolist() == VALUE[job.rows].tolist()
    predictions = pd.read_csv(job.outputs["predictions"])
    assert predictions["architecture"].tolist() == [SPACE.to_text(row) for row in OPERATIONS.tolist()]
    assert predictions["measured"].sum() == len(job.rows)
    value = predictions["value"]
    assert [float(f"{number:.6g}") for number in value] == value.tolist()
    to_measure = pd.read_csv(job.outputs["to_measure"])
    assert to_measure["value"].isna().all()
    assert set(to_measure["architecture"]).isdisjoint(predictions["architecture"][job.rows])
    assert f"<h1>{NAME}: latency on transnas_macro</h1>" in job.page
    assert f"hwpred predict {job.outputs['device']} " in job.page


def test_the_device_knows_when_each_row_was_measured(job):
    targets = read_table(job.inputs["targets"], "targets")
    facts = {**read_metadata(job.inputs["targets"]), "file_order": "measuring"}
    write_table(targets, job.inputs["targets"], "targets", facts)
    assert job.run().time is None
    device = job.run(predictor="structured_gp", hyperparameters={"time": "file_order"})
    assert device.time.tolist() == list(range(len(job.rows)))
    time = 1.7e9 + 5.0 * np.arange(len(job.rows))[::-1]
    write_table(targets.assign(time=time), job.inputs["targets"], "targets", facts)
    assert job.run().time.tolist() == time.tolist()


def test_accuracy_and_limit_choose(job):
    job.with_accuracy()
    job.run(limit=9.0)
    assert "Under the limit of 9.00 ms take" in job.page
    assert "gain" in pd.read_csv(job.outputs["to_measure"]).columns


def test_without_a_limit_there_is_a_front_and_one_measures_what_teaches(job):
    job.with_accuracy()
    job.run()
    assert "Which architecture to take" in job.page
    assert "std_after" in pd.read_csv(job.outputs["to_measure"]).columns


def test_accuracies_in_another_unit_are_left_out(job, caplog):
    job.with_accuracy("loss", "smaller")
    job.run(limit=9.0)
    assert "the front is left out" in caplog.text
    assert "Which architecture to take" not in job.page


def test_another_quality_than_accuracy_chooses(job):
    job.with_accuracy("nats", "smaller", "loss")
    job.run(limit=9.0)
    assert "its loss is" in job.page
    assert "accuracy" not in job.page.replace("--accuracy", "").replace("accuracies.csv", "")
    assert "loss" in pd.read_csv(job.outputs["to_measure"]).columns


def test_more_rows_than_can_be_fitted_are_a_random_part(job, monkeypatch, caplog):
    monkeypatch.setattr(combination_device, "MOST_ROWS", 12)
    combination_device.answer(job.inputs, SETTINGS, job.outputs)
    device = hwpred.load(job.outputs["device"])
    assert len(device.value) == 12
    assert "learns from 12 of them at random" in caplog.text
    places = [OPERATIONS.tolist().index(row) for row in device.operations.tolist()]
    assert set(places) < set(job.rows.tolist())
    assert places != job.rows[:12].tolist()
