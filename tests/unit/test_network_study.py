"""A study of networks in files: what it checks before any job, what its jobs are told, and what they stand on."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from load_script import load_script

from hwpred import spaces
from hwpred.answer.plans import plans_of
from hwpred.errors import InputError
from hwpred.explanation import explain
from hwpred.figures.explanation import plot_explanation
from hwpred.sources.building import build_targets
from hwpred.sources.listing import build_architectures
from hwpred.sources.network_files import read_networks
from hwpred.spaces.network_files import ALL_CLASSES
from hwpred.study.code import modules_of
from hwpred.study.studies import Studies
from hwpred.tables import read_metadata, read_table
from hwpred.training.data import read_data
from hwpred.training.grid import Settings, fit_grid

ROOT = Path(__file__).parents[2]
NAME = "mine-images-board-latency"
SPACE = {"space": "mine", "networks": "models"}
STUDY = {
    "run": "mine",
    "spaces": [SPACE],
    "catalogues": ["catalogue.yaml"],
    "combinations": [NAME],
    "predictors": ["ridge_reg", "structured_gp"],
    "train_sizes": {"mine": [5, 8]},
    "test_sizes": {"mine": 4},
}
COMBINATION = "space: mine, task: images, device: board, metric: latency, source: table, file: times.csv, unit: ms, "
CATALOGUE = f"combinations:\n  - {{{COMBINATION}direction: smaller}}\n"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    networks = load_script("write_networks", "examples").family(14)
    for name, model in networks.items():
        onnx.save(model, folder / name)
    space = read_networks(folder)
    macs, moved, operators = space.by_class("executed").sum(axis=2).T
    times = pd.Series(2e-8 * macs + 1e-7 * moved + 4e-3 * operators, space.names, name="value").rename_axis("file")
    return folder, list(networks), times[list(networks)]


@pytest.fixture
def study(models, tmp_path, monkeypatch):
    """A function: keys that differ -> the plan of a study of the networks of a folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(models[0], "models")
    Path("catalogue.yaml").write_text(CATALOGUE)
    models[2].to_csv("times.csv")

    def plan(**changes):
        monkeypatch.setattr(spaces, "_DECLARED", {})
        return Studies(ROOT, {**STUDY, **changes}).main

    return plan


def test_a_study_takes_a_folder_without_reading_it(study, models, monkeypatch):
    monkeypatch.setattr("hwpred.networks.onnx_process.CountingProcess.count", None)
    plan = study()
    assert len(plan.check_own_files()) == 1  # ranks of four networks tell little
    assert set(plan.declared_in("mine")) == {f"models/{name}" for name in models[1]}
    assert plan.members({"space": "mine"}) == {"design": [], "space": "network_files", "source": ["network_files"]}
    assert plan.answering(NAME)["predictor"] == "structured_gp"


def test_the_files_of_the_folder_are_what_is_timed(study, models):
    board = {"space": "mine", "task": "images", "device": "board", "device_command": "time_it {onnx}"}
    measure = Studies(ROOT)["measure"].study.measure.model_dump()
    plan = study(measure={**measure, "combinations": [board], "computed": [], "train_accuracies": False})
    assert plan.timed[NAME]["networks"] == "models"
    assert "dimensions" not in plan.timed[NAME]
    assert plan.architectures_to_time(NAME) == len(models[1])
    told = study(spaces=[{**SPACE, "dimensions": {"batch": 1}}], measure=plan.study.measure.model_dump())
    assert told.timed[NAME]["dimensions"] == {"batch": 1}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"spaces": []}, r"combinations\[0\].space is 'mine'; use one of nasbench201"),
        ({"spaces": [{**SPACE, "networks": "none"}]}, "none is no folder; name the one that holds the ONNX files"),
        ({"spaces": [{**SPACE, "networks": "."}], "train_sizes": {"mine": [5, 11]}}, "holds 11, beyond the data"),
        ({"spaces": [{**SPACE, "space": "My-nets"}]}, r"spaces\[0\].space is 'My-nets'; it does not match"),
        ({"spaces": [{**SPACE, "space": "fbnet"}]}, "models: space is 'fbnet', a name that another space has"),
        ({"spaces": [{"space": "mine"}]}, r"key 'networks' is missing in spaces\[0\]: the folder"),
        ({"spaces": [{**SPACE, "folder": "x"}]}, r"unknown key 'folder' in spaces\[0\]; the keys are dim"),
        ({"spaces": [{**SPACE, "dimensions": {"batch": 0}}]}, r"spaces\[0\].dimensions.batch is 0; it must be at lea"),
        ({"spaces": [3]}, r"spaces\[0\] is 3; it must be text"),
    ],
)
def test_mistakes_in_the_study_are_one_sentence(study, changes, words):
    with pytest.raises(InputError, match=words):
        study(**changes)


def test_mistakes_in_the_table_are_found_before_any_job(study):
    table = pd.read_csv("times.csv")
    table.assign(file=table["file"].replace(table["file"][3], "none.onnx")).to_csv("times.csv", index=False)
    with pytest.raises(InputError, match=r"times.csv, row 4 \(line 5\): 'none.onnx' is none of the 14 networks"):
        study().check_own_files()
    table[:11].to_csv("times.csv", index=False)
    with pytest.raises(InputError, match=r"times.csv has 11 architectures, but train_sizes.mine holds 8"):
        study().check_own_files()
    Path("catalogue.yaml").write_text(CATALOGUE.replace("smaller", "smaller, dead_operations: run"))
    with pytest.raises(InputError, match="mine holds networks in files, which are read before that is known"):
        study()


def test_jobs_know_the_networks_from_their_tables(study, models, monkeypatch):
    Path("models", "torn.onnx").write_bytes(b"torn")
    with open("times.csv", "a") as file:
        file.write("torn.onnx,3\n")
    plan = study(test_sizes={"mine": 5})
    plan.check_own_files()
    declaration, request = plan.declaration("mine"), plan.request(NAME)
    monkeypatch.setattr(spaces, "_DECLARED", {})  # another process
    left_out = build_architectures("mine", [], "architectures.parquet", declaration)
    assert left_out == ["models/torn.onnx is no ONNX model, or torn; export it again"]
    build_targets("architectures.parquet", ["times.csv"], request, "targets.parquet")
    assert read_metadata("targets.parquet")["target"] == "logarithm"
    assert read_table("targets.parquet", "targets")["value"].tolist() == pytest.approx(
        pd.read_csv("times.csv").set_index("file").loc[sorted(models[1]), "value"].tolist()
    )
    data = read_data("architectures.parquet", "targets.parquet", combination=NAME)
    assert (data.space.key, data.space.names) == ("mine", tuple(sorted(models[1])))
    read = read_networks("models")
    np.testing.assert_array_equal(data.space.counts, read.counts)
    np.testing.assert_array_equal(data.space.digests, read.digests)
    *tables, skipped = fit_grid("structured_gp", data, Settings(0, (0,), (8,), 4, 1, 1000, 1, 0))
    assert skipped is None
    assert len(tables[0]) == 1
    *_, skipped = fit_grid("gcn", data, Settings(0, (0,), (8,), 4, 1, 1000, 1, 0))
    assert "architectures of mine have no encoding 'graph'" in skipped
    figure = plot_explanation(_explained(data), {"combination": NAME, "unit": "ms"})
    assert figure.axes[0].get_xticklabels()[0].get_text() == "network"
    assert models[1][0] in plans_of(data.space, [5, 8])["random"]
    shutil.copy(f"models/{models[1][0]}", "models/more.onnx")
    with pytest.raises(InputError, match="models has changed since the run was started; start it again"):
        build_architectures("mine", [], "again.parquet", declaration)


def _explained(data):
    settings = {"run_seed": 0, "seeds": 1, "train_sizes": [8], "test_size": 4, "design": "random"}
    table = explain(data, 0.5, {**settings, "hyperparameters": {"evaluations": 20}}, 1.0)
    costs = table.query("kind == 'cost'").set_index("part")["value"]
    assert (costs >= 0).all()
    assert {"network/linear"} <= set(costs.index) <= {f"network/{kind}" for kind in ALL_CLASSES}
    return table


def test_files_that_a_job_cannot_wait_for(study):
    Path("models", "lost.onnx").symlink_to("nowhere")
    assert "models/lost.onnx" not in study().declared_in("mine")
    shutil.copy("models/cnn_0.onnx", "models/{x}.onnx")
    with pytest.raises(InputError, match=r"models/{x}.onnx has braces in its name, which a study cannot use"):
        study()


def test_a_file_that_changes_makes_counting_run_again(study, models):
    before = study().declaration("mine")["digest"]
    assert study().declaration("mine")["digest"] == before
    assert study(spaces=[{**SPACE, "dimensions": {"batch": 2}}]).declaration("mine")["digest"] != before
    onnx.save(load_script("write_networks", "examples").cnn(32, 9, 2), f"models/{models[1][0]}")
    assert study().declaration("mine")["digest"] != before


def test_jobs_of_other_spaces_do_not_stand_on_networks_in_files():
    counting = {"hwpred.networks.onnx_process", "hwpred.networks.onnx_files", "hwpred.networks.onnx_operators"}
    for script in ("build_architectures", "build_targets", "train_predictor"):
        path = ROOT / "workflow" / "scripts" / f"{script}.py"
        source = ["network_files"] if script == "build_architectures" else []
        stands_on = modules_of(path, space="network_files", source=source, predictor=["structured_gp"])
        assert "hwpred.spaces.network_files" in stands_on
        assert (stands_on & counting == counting) == (script == "build_architectures")
        others = modules_of(path, space="fbnet", source=["help"], predictor=["structured_gp"])
        assert not others & {*counting, "hwpred.spaces.network_files"}
