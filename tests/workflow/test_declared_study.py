"""A study in a search space that a file declares, from its tables to the figures."""

import pandas as pd
import pytest
import yaml
from conftest import Project
from declarations import CHAIN

NAME = "chain-toy-board-latency"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("declared"))
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
    catalogue = {"combinations": [shared | measured], "accuracies": [shared]}
    (project.study / "catalogue.yaml").write_text(yaml.safe_dump(catalogue))
    settings = project.configuration()
    project.configure(
        spaces=["space.yaml"],
        catalogues=["catalogue.yaml"],
        combinations=[NAME],
        predictors=["ridge_reg", "structured_gp"],
        seeds=1,
        prediction_seeds=1,
        default_seeds=1,
        train_sizes={"chain": [10, 30]},
        test_sizes={"chain": 40},
        selection={**settings["selection"], "architectures": [50], "seeds": 1},
        figure_formats=["png"],
    )
    project.run("--quiet", "all", "--", "all", f"results/smoke/devices/{NAME}/device.hwpred")
    return project.study / "results" / "smoke"


def test_both_predictors_learn_the_declared_space(results):
    evaluation = pd.read_parquet(results / "evaluation" / f"{NAME}.parquet")
    taus = evaluation[evaluation["measure"] == "kendall_tau"].set_index(["predictor", "train_size"])["mean"]
    assert set(taus.index) == {(p, n) for p in ("ridge_reg", "structured_gp") for n in (10, 30)}
    assert taus["structured_gp", 30] > 0.9


def test_what_people_read_calls_architectures_by_their_choices(results):
    assert "16/conv/conv/conv" in (results / "answer.html").read_text()
    predictions = pd.read_csv(results / "devices" / NAME / "predictions.csv")
    assert predictions["architecture"].str.fullmatch(r"(16|32|64)(/(conv|pool|skip)){3}").all()
