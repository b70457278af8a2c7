"""One device that predicts networks in files: from a folder of ONNX files and a CSV to a file that needs neither."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from load_script import load_script

import hwpred
from hwpred.advice.network_files import read_networks
from hwpred.cli import main
from hwpred.errors import InputError
from hwpred.predictors import get_predictor
from hwpred.predictors.registry import REGISTRY
from hwpred.spaces.network_files import NetworkFiles
from hwpred.spaces.operator_counts import CLASSES, COLUMNS, OTHER
from hwpred.training.data import Data

NETWORKS = load_script("write_networks", "examples")
FACTS = {"metric": "latency", "unit": "ms"}
PRICES = {"macs": 2e-8, "bytes": 1e-7, "operators": 4e-3}
"""What a device takes in ms, of which depthwise convolutions take three times as much."""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("session") / "models"
    (folder / "inner").mkdir(parents=True)
    for place, (name, model) in enumerate(NETWORKS.family(40).items()):
        onnx.save(model, folder / ("inner" if place % 2 else ".") / name)
    return folder


@pytest.fixture(scope="module")
def times(models):
    """True times of all networks, by name."""
    space = read_networks(models)
    prices = np.array(list(PRICES.values()))[:, None] * np.where(np.array([*CLASSES, OTHER]) == "depthwise", 3, 1)
    value = (space.by_class("executed") * prices).sum(axis=(1, 2))
    return pd.Series(value * np.random.default_rng(0).lognormal(0, 0.03, len(value)), space.names)


@pytest.fixture
def session(models, times, tmp_path, monkeypatch):
    """A folder as a person has it: 30 of 40 networks are measured."""
    shutil.copytree(models, tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    measured = times.sample(30, random_state=0)
    pd.DataFrame({"file": measured.index, "value": measured.to_numpy()}).to_csv("times.csv", index=False)
    return times.drop(measured.index)


@pytest.mark.parametrize("predictor", ["auto", "ridge_reg"])
def test_a_device_carries_what_was_counted(session, tmp_path, predictor):
    device = hwpred.fit("times.csv", networks="models", predictor=predictor, **FACTS)
    assert repr(device).startswith("Device(latency in ms, onnx, 30 architectures")
    assert device.history[0]["tau"] > 0.8
    device.save("my.hwpred")
    before = device.predict()
    assert len(before) == 40
    assert before["measured"].sum() == 30
    assert (before["lower"] > 0).all()
    above, below = np.log(before["upper"] / before["value"]), np.log(before["value"] / before["lower"])
    np.testing.assert_allclose(above / device.spread.up, below / device.spread.down)
    files = [f"models/{name}" for name in session.index]
    by_path = device.predict(files)
    assert by_path["architecture"].tolist() == files
    assert not by_path["measured"].any()
    shutil.move("models", tmp_path / "elsewhere")
    again = hwpred.load("my.hwpred")
    pd.testing.assert_frame_equal(again.predict(), before)
    rows = again.predict(list(session.index))
    np.testing.assert_array_equal(rows["value"], by_path["value"])
    pd.testing.assert_series_equal(
        again.predict("elsewhere").value.sort_values(), before.value.sort_values(), check_index=False
    )
    if predictor == "auto":
        error = np.abs(rows["value"].to_numpy() / session.to_numpy() - 1)
        assert np.median(error) < 0.15
        inside = (rows["lower"].to_numpy() < session) & (session < rows["upper"].to_numpy())
        assert inside.mean() >= 0.8


def test_what_a_network_is_predicted_does_not_depend_on_what_else_is_asked(session):
    device = hwpred.fit("times.csv", networks="models", predictor="ridge_reg", **FACTS)
    shutil.copytree("models", "other")
    onnx.save(NETWORKS.cnn(96, 48, 4), "other/large.onnx")
    together = device.predict("other").set_index("architecture")
    alone = device.predict(["other/large.onnx"]).iloc[0]
    assert together.loc["other/large.onnx", "value"] == pytest.approx(alone["value"], rel=1e-6)
    known = device.predict().set_index("architecture")
    assert (together.loc[[f"other/{name}" for name in known.index], "measured"].to_numpy() == known["measured"]).all()
    assert (device.predict(["other/large.onnx"])["value"] > known["value"].median()).all()


def test_to_load_and_to_predict_needs_no_onnx(session):
    hwpred.fit("times.csv", networks="models", **FACTS).save("my.hwpred")
    program = "import sys, hwpred; hwpred.load('my.hwpred').predict(); print({'onnx', 'torch'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_choice_suggestions_and_further_files(session):
    device = hwpred.fit("times.csv", networks="models", **FACTS)
    accuracy = {name: 50 + place for place, name in enumerate(device.space.names)}
    found = device.select(accuracy, limit=0.5)
    assert found.best["value"] <= 0.5
    assert found.front["accuracy"].is_monotonic_increasing or found.front["accuracy"].is_monotonic_decreasing
    suggested = device.suggest(4)
    assert set(suggested["architecture"]) <= set(session.index)
    assert suggested["std_after"].notna().all()
    Path("more").mkdir()
    onnx.save(NETWORKS.cnn(40, 20, 3, 2), "more/new.onnx")
    onnx.save(NETWORKS.mixer(48, 80, 2, 3), "more/tokens.onnx")
    assert "new.onnx" in set(device.with_networks("more").suggest(12)["architecture"])
    more = pd.DataFrame({"file": ["new.onnx", "tokens.onnx", session.index[0]], "value": [0.3, 0.2, session.iloc[0]]})
    grown = device.append(more, "more")
    assert [entry["rows"] for entry in grown.history] == [30, 33]
    grown.save("my.hwpred")
    assert hwpred.load("my.hwpred").predict(["new.onnx"])["measured"].all()
    onnx.save(NETWORKS.cnn(40, 20, 3, 1), "more/new.onnx")
    with pytest.raises(InputError, match=r"new.onnx is another network than that of the same name"):
        grown.with_networks("more")


def test_of_times_that_differ_by_orders_of_magnitude_the_relatively_least_sure_are_suggested(session):
    device = hwpred.fit("times.csv", networks="models", predictor="gp", **FACTS)
    unmeasured = device.predict(list(session.index)).set_index("architecture")
    least_sure = (unmeasured["std"] / unmeasured["value"]).nlargest(3).index
    assert set(device.suggest(3)["architecture"]) == set(least_sure)
    assert set(least_sure) != set(unmeasured["std"].nlargest(3).index)


@pytest.mark.parametrize("predictor", ["auto", "ridge_reg"])
def test_where_all_are_measured_there_is_nothing_to_suggest(times, models, predictor, tmp_path):
    rows = times.rename_axis("file").rename("value").reset_index()
    device = hwpred.fit(rows, networks=models, predictor=predictor, **FACTS)
    assert len(device.suggest(3)) == len(device.predict([])) == 0
    device.report(tmp_path / "my.html")
    assert "Every architecture in question is measured" in (tmp_path / "my.html").read_text(encoding="utf-8")


def test_a_copy_under_another_name_is_the_same_network(session):
    device = hwpred.fit("times.csv", networks="models", predictor="ridge_reg", **FACTS)
    measured = device.space.names[device.operations[0, 0]]
    shutil.copy(f"models/{measured}", "copy.onnx")
    assert device.predict(["copy.onnx"])["measured"].all()


def test_what_classes_cost(session):
    device = hwpred.fit("times.csv", networks="models", **FACTS)
    costs = device.explain().set_index("operation")
    assert set(costs.index) >= {"conv_kxk", "depthwise", "linear", "matmul"}
    assert costs["cost"].is_monotonic_decreasing
    assert costs["percent"].sum() == pytest.approx(100)
    assert costs["cost"].sum() == pytest.approx(device.predict_arrays(device.operations)[0].mean())
    assert costs.loc["conv_kxk", "macs"] > costs.loc["matmul", "macs"]
    assert costs["networks"].max() == 30
    name = next(name for name in session.index if "mixer" in name or "transformer" in name)
    of_one = device.explain([f"models/{name}"])
    assert of_one["cost"].sum() == pytest.approx(device.predict([f"models/{name}"])["value"].item())
    assert "conv_kxk" not in set(of_one["operation"])
    device.save("my.hwpred")
    assert main(["explain", "my.hwpred", "--networks", "models", "--output", "costs.csv", "--quiet"]) == 0
    assert pd.read_csv("costs.csv")["networks"].max() == 40


def test_what_cannot_be_analysed_is_left_out(session, times, caplog):
    name = pd.read_csv("times.csv").file[0]
    Path("models", name).write_bytes(b"torn")
    device = hwpred.fit("times.csv", networks="models", predictor="ridge_reg", **FACTS)
    assert len(device.value) == 29
    assert f"{name} is no ONNX model, or torn" in caplog.text
    assert f"left out, since their files cannot be analysed: {name}" in caplog.text
    with pytest.raises(InputError, match=r"is no ONNX model, or torn; export it again"):
        device.predict([f"models/{name}"])
    assert len(device.predict([f"models/{name}", f"models/{session.index[0]}"])) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda table: table.assign(file=table.file.replace(table.file[3], "none.onnx")),
            r"row 4 .*'none.onnx' is non",
        ),
        (lambda table: table.rename(columns={"file": "network"}), r"lacks column 'architecture'.* \(or file\), value"),
        (lambda table: table.assign(value=-1), r"row 1 .*-1"),
        (lambda table: table[:3], "3 architectures are measured, and at least 5 are needed"),
    ],
)
def test_mistakes_in_the_table_are_one_sentence(session, change, words):
    change(pd.read_csv("times.csv")).to_csv("times.csv", index=False)
    with pytest.raises(InputError, match=words):
        hwpred.fit("times.csv", networks="models", **FACTS)


def test_other_mistakes(session):
    Path("empty").mkdir()
    for networks, words in (("empty", "holds no file that ends in .onnx"), ("none", "none is no folder")):
        with pytest.raises(InputError, match=words):
            hwpred.fit("times.csv", networks=networks, **FACTS)
    with pytest.raises(InputError, match="networks are missing: name the folder of ONNX files"):
        hwpred.fit("times.csv", space="onnx", **FACTS)
    with pytest.raises(InputError, match="space is 'fbnet', and networks in files are of the space onnx; give one"):
        hwpred.fit("times.csv", "fbnet", networks="models", **FACTS)
    with pytest.raises(InputError, match="dimensions are those of ONNX files; name these as networks, too"):
        hwpred.fit("times.csv", "nasbench201", dimensions={"batch": 1}, **FACTS)
    device = hwpred.fit("times.csv", networks="models", predictor="ridge_reg", **FACTS)
    for asked, words in (
        (["x.onnx"], "x.onnx does not exist"),
        (["x"], "'x' is none of the 40 networks"),
        (pd.read_csv("times.csv"), "not a DataFrame; of a table, give its column file"),
        (None, "not a NoneType"),
        ([np.nan], r"architecture 1 of 1: \[nan\] is none of onnx"),
        ([0, 40], r"architecture 2 of 2: \[40\] is none of onnx"),
    ):
        with pytest.raises(InputError, match=words):
            device.predict(asked)


def test_predictors_take_numbers_or_say_why_not(models):
    space = read_networks(models)
    rows = space.enumerate()
    target = space.by_class("executed").sum(axis=(1, 2))
    data = Data("the device", space, "smaller", rows[:, 0], rows, (target - target.mean()) / target.std())
    left_out = {key: get_predictor(key).why_left_out(data) for key in REGISTRY}
    assert {key for key, reason in left_out.items() if reason} == {
        "ngb", "gcn", "bonas", "nao", "lookup", "transfer_gp",
    }  # fmt: skip
    assert "no encoding 'graph'" in left_out["gcn"]
    assert "it needs zeros and ones" in left_out["ngb"]
    assert "no operations in common" in left_out["lookup"]
    x = space.encode("adjacency_one_hot", rows)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-3)


def test_more_work_is_predicted_to_take_longer(session):
    device = hwpred.fit("times.csv", networks="models", **FACTS)
    Path("wider").mkdir()
    for width in (8, 16, 32, 64):
        onnx.save(NETWORKS.cnn(48, width, 3, 2), f"wider/{width:02d}.onnx")
    assert device.predict("wider")["value"].is_monotonic_increasing


def _leave_batch_open():
    for file in Path("models").rglob("*.onnx"):
        model = onnx.load(file)
        model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
        onnx.save(model, file)


def test_dimensions_are_remembered(session, times):
    _leave_batch_open()
    arguments = ["fit", "times.csv", "--networks", "models", "--metric", "latency", "--unit", "ms", "--quiet"]
    arguments += ["--output", "my.hwpred", "--predictor", "ridge_reg"]
    with pytest.raises(InputError, match="dimension 'batch', axis 0 of input 'x', has no value"):
        hwpred.fit("times.csv", networks="models", **FACTS)
    assert main([*arguments, "--dimension", "batch=1"]) == 0
    assert main(["predict", "my.hwpred", "--networks", "models", "--output", "one.csv"]) == 0
    assert (
        main(["predict", "my.hwpred", "--networks", "models", "--dimension", "batch=8", "--output", "eight.csv"]) == 0
    )
    one, eight = (pd.read_csv(file) for file in ("one.csv", "eight.csv"))
    assert one["measured"].sum() == 30
    assert not eight["measured"].any()
    assert (eight["value"] > one["value"]).mean() > 0.9
    assert main([*arguments, "--dimension", "batch"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fit", "times.csv", "--metric", "latency", "--unit", "ms", "--output", "new.hwpred"], "have batch"),
        (["plan", "--number", "12"], "have batch"),
        (["suggest", "my.hwpred", "2"], "have batch"),
        (["explain", "my.hwpred"], "have batch"),
        (["predict", "my.hwpred"], "have batch"),
    ],
)
def test_a_dimension_that_no_file_has_is_refused(session, capsys, arguments, words):
    _leave_batch_open()
    device = hwpred.fit("times.csv", networks="models", dimensions={"batch": 1}, predictor="ridge_reg", **FACTS)
    device.save("my.hwpred")
    assert main([*arguments, "--networks", "models", "--dimension", "Batch=1", "--dimension", "batch=1"]) == 1
    error = capsys.readouterr().err.strip()
    assert f"no network that could be read has a dimension 'Batch' without a size: they {words};" in error
    assert not Path("new.hwpred").exists()


def test_a_dimension_given_in_vain_is_refused(session, capsys):
    _leave_batch_open()
    device = hwpred.fit("times.csv", networks="models", dimensions={"batch": 1}, predictor="ridge_reg", **FACTS)
    device.save("my.hwpred")
    known = device.space.names[0]
    for asked in ("all", [known], [[0]]):
        with pytest.raises(InputError, match="dimension 'batch' has a new value, and "):
            device.with_dimensions({"batch": 8}).predict(asked)
    assert main(["predict", "my.hwpred", known, "--dimension", "batch=8"]) == 1
    assert main(["predict", "my.hwpred", f"models/{known}", "--dimension", "batch=8", "--dimension", "batch=1"]) == 1
    assert "--dimension batch is given twice; keep one" in capsys.readouterr().err
    # What the device remembers need not be in every folder.
    Path("fixed").mkdir()
    onnx.save(NETWORKS.cnn(40, 20, 3, 2), "fixed/new.onnx")
    assert len(device.predict("fixed")) == 1
    with pytest.raises(InputError, match="'batch' without a size: all of theirs have a size; correct its name"):
        device.with_networks("fixed", {"batch": 1})


def test_a_plan_and_the_page_of_a_device(session):
    table = hwpred.plan(networks="models", number=12)
    assert table.columns.tolist() == ["file", "value"]
    assert table["file"].nunique() == 12
    device = hwpred.fit("times.csv", networks="models", **FACTS)
    device.save("my.hwpred")
    Path("more").mkdir()
    onnx.save(NETWORKS.cnn(40, 20, 3, 2), "more/new.onnx")
    assert main(["report", "my.hwpred", "--networks", "more", "--limit", "1", "--quiet"]) == 0
    page = Path("my.html").read_text(encoding="utf-8")
    assert "All 41 networks that the device knows, predicted." in page
    for words in ("conv kxk", "new.onnx", "my: latency of networks in ONNX files", "41 ONNX files", "each network"):
        assert words in page
    file = Path(__file__).parents[2] / "docs/tutorial/my_device.csv"
    cells = hwpred.fit(file, "nasbench201", predictor="ridge_reg")
    with pytest.raises(InputError, match="the device was fitted on nasbench201, not on networks in files"):
        cells.with_networks("models")


def test_networks_join_by_what_they_are():
    def space(names, digests):
        counts = np.arange(len(names) * len(COLUMNS), dtype=float).reshape(len(names), -1) + 1
        return NetworkFiles(names, counts, digests)

    one, other = space(["a", "b"], [1, 2]), space(["c", "b", "d"], [2, 2, 3])
    grown, places = one.joined(other)
    assert grown.names == ("a", "b", "d")
    assert places.tolist() == [1, 1, 2]
    assert grown.reference == 2
    rows = np.array([[0], [1]])
    np.testing.assert_array_equal(grown.adjacency_one_hot(rows), one.adjacency_one_hot(rows))


def test_only_the_networks_that_are_asked_for_are_looked_at(session, monkeypatch):
    device = hwpred.fit("times.csv", networks="models", **FACTS)
    expected = device.predict()["value"]
    rows = device.space.enumerate()

    def refuse(_):
        raise AssertionError("all networks are looked at")

    monkeypatch.setattr(NetworkFiles, "enumerate", refuse)
    grown = device.over(NetworkFiles(device.space.names, device.space.counts, device.space.digests, key="grown"))
    np.testing.assert_array_equal(grown.predict_arrays(rows)[0], expected)
