"""A study of two own devices: sixty cells with accuracies of a part of them, and a space that a file declares."""

import pandas as pd
import pytest
import yaml
from conftest import EVERYTHING, Project
from declarations import CHAIN

BOARD = "nasbench201-synthetic-my-own-board-latency"
DECLARED = "chain-toy-board-latency"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("own"))
    entries = [some_cells(project), declared_space(project)]
    catalogue = {key: [entry[key] for entry in entries] for key in ("combinations", "accuracies")}
    (project.study / "config" / "combinations.yaml").write_text(yaml.safe_dump(catalogue))
    project.configure(
        spaces=["space.yaml"],
        combinations=[BOARD, DECLARED],
        predictors=["ridge_reg", "structured_gp"],
        seeds=1,
        prediction_seeds=1,
        default_seeds=1,
        train_sizes={"nasbench201": [5, 12, 40], "chain": [10, 30]},
        test_sizes={"nasbench201": 20, "chain": 40},
        selection={**project.configuration()["selection"], "architectures": [100, 500], "seeds": 1},
        figure_formats=["png"],
    )
    project.run("--quiet", "all", "--", *EVERYTHING, f"results/smoke/devices/{DECLARED}/device.hwpred")
    return project.study / "results" / "smoke"


def some_cells(project):
    """Write measurements of sixty cells, and accuracies of 45 of them; return what the catalogue says of both."""
    tables, catalogue = project.study / "tables", project.study / "config" / "combinations.yaml"
    rows = pd.read_csv(tables / "nasbench201.csv").head(60)
    rows.to_csv(tables / "own.csv", index=False)
    rows.iloc[5:50].to_csv(tables / "known.csv", index=False)
    defined = yaml.safe_load(catalogue.read_text())
    return {
        "combinations": {**defined["combinations"][0], "device": "my-own-board", "file": "tables/own.csv"},
        "accuracies": {**defined["accuracies"][0], "file": "tables/known.csv"},
    }


def declared_space(project):
    """Write a declaration and measurements of all its architectures; return what the catalogue says of them."""
    words = ["conv", "pool", "skip"]
    table = pd.MultiIndex.from_product([[16, 32, 64], words, words, words]).to_frame(index=False)
    table.columns = ["width", "op_1", "op_2", "op_3"]
    work = {"conv": 3, "pool": 1, "skip": 0}
    table["value"] = 5 + table["width"] / 16 * sum(table[f"op_{i}"].map(work) for i in (1, 2, 3))
    table["accuracy"] = 60 + table["value"] ** 0.5
    table.to_csv(project.study / "mine.csv", index=False)
    (project.study / "space.yaml").write_text(CHAIN)
    shared = {"space": "chain", "task": "toy", "source": "table", "file": "mine.csv"}
    measured = {"device": "board", "metric": "latency", "unit": "ms", "direction": "smaller", "accuracy": "toy"}
    return {"combinations": shared | measured, "accuracies": shared}


def test_one_selects_from_those_that_have_an_accuracy(results):
    for kind in ("selection", "predicted_selection"):
        assert set(pd.read_parquet(results / kind / f"{BOARD}.parquet")["architectures"]) == {45}
    log = (results / "logs" / "simulate_selection" / f"{BOARD}.log").read_text()
    assert "15 of the 60 architectures" in log
    assert "left out is 100, 500 of selection.architectures" in log


def test_one_seed_has_no_standard_deviation(results):
    evaluation = pd.read_parquet(results / "evaluation" / f"{BOARD}.parquet")
    assert evaluation["seeds"].eq(1).all()
    assert evaluation["std"].isna().all()


@pytest.mark.parametrize("name", [BOARD, DECLARED])
def test_all_figures_are_drawn(results, name):
    drawn = {file.stem.removesuffix(f"_{name}") for file in (results / "figures").glob("*.png")}
    assert {"curves", "seeds", "budget", "selection_reduction", "simulation_and_reality"} <= drawn
    assert (results / "figures" / f"selection_fronts_{BOARD}.png").exists()


def test_both_predictors_learn_the_declared_space(results):
    evaluation = pd.read_parquet(results / "evaluation" / f"{DECLARED}.parquet")
    taus = evaluation[evaluation["measure"] == "kendall_tau"].set_index(["predictor", "train_size"])["mean"]
    assert set(taus.index) == {(p, n) for p in ("ridge_reg", "structured_gp") for n in (10, 30)}
    assert taus["structured_gp", 30] > 0.9


def test_what_people_read_calls_declared_architectures_by_their_choices(results):
    assert "16/conv/conv/conv" in (results / "answer.html").read_text()
    predictions = pd.read_csv(results / "devices" / DECLARED / "predictions.csv")
    assert predictions["architecture"].str.fullmatch(r"(16|32|64)(/(conv|pool|skip)){3}").all()
