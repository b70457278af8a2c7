"""A study of one's own: sixty architectures of a device with hyphens, one seed, accuracies of a part of them."""

import pandas as pd
import pytest
import yaml
from conftest import Project

NAME = "nasbench201-synthetic-my-own-board-latency"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("small"))
    tables, catalogue = project.study / "tables", project.study / "config" / "combinations.yaml"
    rows = pd.read_csv(tables / "nasbench201.csv").head(60)
    rows.to_csv(tables / "own.csv", index=False)
    rows.iloc[5:50].to_csv(tables / "known.csv", index=False)
    defined = yaml.safe_load(catalogue.read_text())
    combination = {**defined["combinations"][0], "device": "my-own-board", "file": "tables/own.csv"}
    accuracy = {**defined["accuracies"][0], "file": "tables/known.csv"}
    catalogue.write_text(yaml.safe_dump({"combinations": [combination], "accuracies": [accuracy]}))
    project.configure(
        combinations=[NAME],
        predictors=["lin_reg", "ridge_reg"],
        seeds=1,
        prediction_seeds=1,
        default_seeds=1,
        train_sizes={"nasbench201": [5, 12, 40]},
        test_sizes={"nasbench201": 20},
        selection={**project.configuration()["selection"], "architectures": [100, 500], "seeds": 1},
        figure_formats=["png"],
    )
    project.run("--quiet", "all")
    return project.study / "results" / "smoke"


def test_one_selects_from_those_that_have_an_accuracy(results):
    for kind in ("selection", "predicted_selection"):
        assert set(pd.read_parquet(results / kind / f"{NAME}.parquet")["architectures"]) == {45}
    log = (results / "logs" / "simulate_selection" / f"{NAME}.log").read_text()
    assert "15 of the 60 architectures" in log
    assert "left out is 100, 500 of selection.architectures" in log


def test_one_seed_has_no_standard_deviation(results):
    evaluation = pd.read_parquet(results / "evaluation" / f"{NAME}.parquet")
    assert evaluation["seeds"].eq(1).all()
    assert evaluation["std"].isna().all()


def test_all_figures_are_drawn(results):
    drawn = {file.stem.removesuffix(f"_{NAME}") for file in (results / "figures").glob("*.png")}
    assert {
        "curves",
        "error_bars",
        "budget",
        "selection_fronts",
        "selection_reduction",
        "simulation_and_reality",
    } <= drawn
