"""A study of ten tiny networks in ONNX files: every part of it, and what runs again when a file changes."""

import os
from pathlib import Path

import onnx
import pandas as pd
import pytest
import yaml
from conftest import Project
from load_script import load_script

from hwpred.tables import read_metadata, read_table

write_networks = load_script("write_networks", "examples")
NAME = "mine-images-board-latency"
NUMBER = 11


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project whose study has run: ten networks that are timed, one that is not, and one torn file."""
    project = Project(tmp_path_factory.mktemp("networks"))
    folder = project.study / "models"
    folder.mkdir()
    for place in range(NUMBER):
        onnx.save(write_networks.cnn(16, 4 + place, 1 + place % 3), folder / f"{place:02d}.onnx")
    (folder / "torn.onnx").write_bytes(b"torn")
    names = [f"{place:02d}.onnx" for place in range(NUMBER - 1)]
    table = pd.DataFrame({"file": names, "value": [1 + place**2 for place in range(10)], "accuracy": range(60, 70)})
    table.to_csv(project.study / "tables" / "times.csv", index=False)
    facts = {"space": "mine", "task": "images", "source": "table", "file": "tables/times.csv"}
    metric = {"device": "board", "metric": "latency", "unit": "ms", "direction": "smaller", "accuracy": "images"}
    catalogue = {"combinations": [facts | metric], "accuracies": [facts]}
    (project.study / "config" / "combinations.yaml").write_text(yaml.safe_dump(catalogue))
    project.configure(
        spaces=[{"space": "mine", "networks": "models"}],
        combinations=[NAME],
        predictors=["ridge_reg", "structured_gp", "lookup"],
        seeds=1,
        prediction_seeds=1,
        default_seeds=0,
        hpo_configurations=1,
        train_sizes={"mine": [5]},
        test_sizes={"mine": 5},
        selection={**project.configuration()["selection"], "architectures": [10], "seeds": 1},
        figure_formats=["png"],
    )
    project.run("--quiet", "all", "--", "all", "figures_all", "answer")
    return project


def test_every_part_of_a_study_is_made(finished):
    results = finished.study / "results" / "smoke"
    architectures = results / "data" / "mine" / "architectures.parquet"
    assert len(read_table(architectures, "architectures")) == NUMBER
    assert list(read_metadata(architectures)["networks"]["left_out"]) == ["torn.onnx"]
    fits = pd.concat(map(pd.read_parquet, (results / "fits").rglob("*.parquet")))
    assert set(fits["predictor"]) == {"ridge_reg", "structured_gp"}
    assert "lookup is left out" in next((results / "logs" / "train_predictor" / NAME / "lookup").iterdir()).read_text()
    drawn = {file.stem.removesuffix(f"_{NAME}") for file in (results / "figures").glob("*.png")}
    assert {"curves", "scatter", "selection_fronts", "predicted_selection", "explanation", "calibration"} <= drawn
    page = (results / "answer.html").read_text()
    assert "03.onnx" in page
    predictions = pd.read_csv(results / "devices" / NAME / "predictions.csv")
    assert predictions["measured"].sum() == NUMBER - 1
    assert pd.read_csv(results / "devices" / NAME / "to_measure.csv")["architecture"].tolist() == ["10.onnx"]


def test_what_runs_again(finished, tmp_path):
    project = finished.copy(tmp_path)
    assert project.would_run("all") == {}
    os.utime(project.study / "models" / "03.onnx")
    assert project.would_run("all") == {}
    table = project.study / "tables" / "times.csv"
    table.write_text(table.read_text().replace("00.onnx,1,", "00.onnx,2,"))
    jobs = project.would_run("all")
    assert jobs["build_targets"] == 1
    assert "build_architectures" not in jobs
    onnx.save(write_networks.cnn(16, 30, 1), Path(project.study, "models", "03.onnx"))
    assert project.would_run("all")["build_architectures"] == 1
