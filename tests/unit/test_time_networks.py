"""Timing ONNX files and torch modules of anybody: what opens, what runs, what fails, what goes on where it was."""

import json
import re
import uuid
from functools import partial

import numpy as np
import onnx
import pandas as pd
import pytest
import torch
from onnx import TensorProto, helper

import hwpred
from hwpred.advice.reading import read_measurements
from hwpred.cli import main
from hwpred.measurement import cores, networks
from hwpred.measurement.command import MeasurementError
from hwpred.measurement.openers import Factory, Files, opener
from hwpred.measurement.runtimes import open_onnx
from hwpred.networks.factories import load_factory
from hwpred.sources.network_files import read_networks
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

FACTORY = """
import torch
PACKAGES = ("numpy",)

def build(name):
    if name == "broken":
        raise KeyError("no such network")
    width = int(name.removeprefix("width_"))
    return torch.nn.Sequential(torch.nn.Linear(8, width), torch.nn.ReLU()), torch.ones(1, 8)

def careless(name):
    return torch.nn.ReLU()
"""


@pytest.fixture(autouse=True)
def own_lock(monkeypatch):
    """Let these tests run beside processes that measure."""
    monkeypatch.setattr(networks, "own_cores", partial(cores.own_cores, lock=f"test-{uuid.uuid4()}"))


@pytest.fixture
def factory(tmp_path, monkeypatch):
    name = f"factory_{uuid.uuid4().hex}"
    (tmp_path / f"{name}.py").write_text(FACTORY)
    monkeypatch.syspath_prepend(tmp_path)
    return name


def relu(path, *shape, kind=TensorProto.FLOAT, operator="Relu"):
    """Write a network of one operator."""
    ends = [helper.make_tensor_value_info(name, kind, shape) for name in ("images", "outputs")]
    graph = helper.make_graph([helper.make_node(operator, ["images"], ["outputs"])], "one", ends[:1], ends[1:])
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path


@pytest.mark.parametrize(
    ("kind", "operator", "expected"),
    [(TensorProto.FLOAT, "Relu", None), (TensorProto.INT64, "Abs", 0), (TensorProto.BOOL, "Not", False)],
)
def test_inputs_are_drawn_by_their_type(tmp_path, kind, operator, expected):
    run = open_onnx(relu(tmp_path / "a.onnx", 2, 3, kind=kind, operator=operator), 1, np.random.default_rng(0))
    (output,) = run()
    assert output.shape == (2, 3)
    assert np.ptp(output) > 0 if expected is None else (output == expected).all()


def test_open_dimensions_need_values(tmp_path):
    file = relu(tmp_path / "a.onnx", "batch", 3)
    with pytest.raises(ValueError, match="dimension 'batch', axis 0 of input 'images', has no value; give one"):
        open_onnx(file, 1, np.random.default_rng(0))
    for dimensions in ({"batch": 4}, {"images.0": 4}):
        assert open_onnx(file, 1, np.random.default_rng(0), dimensions)()[0].shape == (4, 3)


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("nope", [], "has a dimension 'nope' without a size: they have batch, images.0; correct its name"),
        ("images.1", [], "has a dimension 'images.1' without a size: they have batch, images.0; correct its name"),
        ("batch", ["--device-command", "echo 1; : {onnx}"], "dimension 'batch' would change nothing"),
        ("batch", [], None),
        ("images.0", [], None),
    ],
)
def test_dimensions_are_those_of_a_file(tmp_path, capsys, name, more, sentence):
    relu(tmp_path / "models" / "fixed.onnx", 1, 3)
    relu(tmp_path / "models" / "open.onnx", "batch", 3)
    (tmp_path / "models" / "torn.onnx").write_bytes(b"no network")
    output = tmp_path / "times.csv"
    arguments = ["time", str(tmp_path / "models"), "--dimension", f"{name}=2", "--output", str(output), *more]
    assert main(arguments) == (1 if sentence else 0)
    if sentence is None:
        assert set(pd.read_csv(output)["file"]) == {"fixed.onnx", "open.onnx"}
    else:
        assert sentence in capsys.readouterr().err
        assert not output.exists()


def test_a_folder_is_timed_with_what_fails_left_out(tmp_path, caplog):
    folder = tmp_path / "models"
    for number in range(4):
        relu(folder / "deep" / f"n{number}.onnx", 1, 10 ** (number + 1))
    (folder / "deep" / "n3.onnx").rename(folder / "Größe 3 (neu).ONNX")
    (folder / "broken.onnx").write_bytes(b"no network")
    output = tmp_path / "times.csv"
    table = hwpred.time_networks(folder, output=output)
    assert set(table["file"]) == {*(f"deep/n{number}.onnx" for number in range(3)), "Größe 3 (neu).ONNX"}
    assert (table["value"] > 0).all()
    assert list(table) == ["file", "value", "started"]
    written = pd.read_csv(output)
    pd.testing.assert_frame_equal(written, table, rtol=1e-4)
    np.testing.assert_allclose(written["started"], table["started"], rtol=0, atol=0.051)
    read = read_measurements(output, read_networks(folder), "latency", "ms")
    assert read.time.tolist() == written["started"].tolist()
    facts = json.loads(output.with_suffix(".json").read_text())
    assert facts["unit"] == "ms"
    assert facts["networks"] == 4
    assert list(facts["failures"]) == ["broken.onnx"]
    assert {"onnxruntime", "processor", "threads"} < set(facts["device"])
    assert "left out: broken.onnx" in caplog.text


def test_two_processes_do_not_time_into_one_file(tmp_path, monkeypatch):
    for number in range(3):
        relu(tmp_path / "models" / f"n{number}.onnx", 1, 10)
    output, refused, command = tmp_path / "times.csv", [], "echo 9; : {onnx}"
    original = Files.open

    def meanwhile(*arguments):
        if not refused:
            # As another process does: the hold is one of the file that is open.
            refused.append("")
            with pytest.raises(hwpred.InputError, match="another process keeps its timings in "):
                hwpred.time_networks(tmp_path / "models", output=output, number=2, seed=1, device_command=command)
            refused.append("it was")
        return original(*arguments)

    monkeypatch.setattr(Files, "open", meanwhile)
    assert len(hwpred.time_networks(tmp_path / "models", output=output)) == 3
    assert refused == ["", "it was"]
    assert (pd.read_csv(output)["value"] < 9).all()
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["times.csv", "times.json"]


def test_what_was_timed_is_not_timed_again(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    for number in range(3):
        relu(folder / f"n{number}.onnx", 1, 10)
    opened, original = [], Files.open

    def counted(self, architecture, *rest):
        opened.append(architecture)
        if len(opened) == 8:
            raise KeyboardInterrupt
        return original(self, architecture, *rest)

    monkeypatch.setattr(Files, "open", counted)
    monkeypatch.setattr(networks, "OUTLIER_SPREAD", np.inf)
    with pytest.raises(KeyboardInterrupt):
        hwpred.time_networks(folder, output=tmp_path / "times.csv")
    assert (tmp_path / "times.unfinished.jsonl").is_file()
    before = len(opened)
    hwpred.time_networks(folder, output=tmp_path / "times.csv")
    # Three visits to three networks, less the four that were timed before; references at the begin and at the end.
    assert len(opened) - before == 9 - 4 + 2 * 3
    assert not (tmp_path / "times.unfinished.jsonl").exists()


@pytest.mark.parametrize("runtime", ["torch", "onnxruntime"])
def test_modules_of_a_factory_run_in_both_runtimes(factory, runtime):
    opened = Factory(f"{factory}:build", ["width_5", "broken"].__getitem__, seed=0)
    run = opened.open(0, runtime, 1)
    first = np.asarray(run()[0] if runtime == "onnxruntime" else run())
    assert first.shape == (1, 5)
    assert opened.packages == ("torch", "numpy")
    with pytest.raises(MeasurementError, match="KeyError: 'no such network'"):
        opened.open(1, runtime, 1)


@pytest.mark.parametrize("runtime", ["torch", "onnxruntime"])
def test_a_program_keeps_the_threads_and_the_random_state_of_torch(tmp_path, factory, runtime):
    (tmp_path / "names").write_text("width_4\n")
    before = torch.get_num_threads()
    torch.manual_seed(3)
    try:
        torch.set_num_threads(2)
        drawn = torch.random.get_rng_state()
        settings = {"factory": f"{factory}:build", "names": tmp_path / "names", "runtime": runtime}
        hwpred.time_networks(output=tmp_path / "times.csv", **settings)
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.random.get_rng_state(), drawn)
    finally:
        torch.set_num_threads(before)


def test_a_factory_that_returns_no_input_is_told(factory):
    with pytest.raises(MeasurementError, match="returned ReLU for 'x', not a torch module and its input"):
        Factory(f"{factory}:careless", ["x"].__getitem__, seed=0).open(0, "torch", 1)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("hwpred", "names no function; write its module, a colon and it, such as my_networks:build"),
        ("no_such_module_here:build", "cannot be imported .*; install it, or start in its folder"),
        ("hwpred.metrics:no_such", "module hwpred.metrics has no function 'no_such'"),
    ],
)
def test_factories_that_are_not_there(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        load_factory(name)


def test_the_command_times_modules_and_files(tmp_path, factory, capsys):
    names = tmp_path / "names.txt"
    names.write_text("# widths\nwidth_3\nwidth_4\n\n")
    output = tmp_path / "times.csv"
    arguments = ["time", "--factory", f"{factory}:build", "--names", str(names), "--output", str(output), "--json"]
    assert main(arguments) == 0
    assert {row["architecture"] for row in json.loads(capsys.readouterr().out)} == {"width_3", "width_4"}
    assert set(pd.read_csv(output)["architecture"]) == {"width_3", "width_4"}
    relu(tmp_path / "models" / "a.onnx", 1, 3)
    command = "test -s {onnx} && echo 2.5; echo 3.5"
    assert main(["time", str(tmp_path / "models"), "--device-command", command, "--output", str(output)]) == 0
    assert pd.read_csv(output)["value"].tolist() == [3.0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{folder}"], "--output is missing"),
        (["--output", "t.csv"], "give a folder of ONNX files or a factory of torch modules"),
        (["nowhere", "--output", "t.csv"], "there is no folder nowhere"),
        (["{folder}", "--output", "t.csv"], "holds no file whose name ends in .onnx"),
        (["--factory", "math:cos", "--output", "t.csv"], "a factory needs --names"),
        (["{folder}", "--runtime", "torch", "--output", "t.csv"], "torch cannot run ONNX files"),
        (["{folder}", "--device-command", "echo 1", "--output", "t.csv"], r"must hold \{onnx\}"),
        (["{folder}", "--output", "t.csv", "--names", "{names}"], "names.txt names 'a', and models has no such file"),
        (
            ["--factory", "math:cos", "--threads", "999", "--output", "t.csv", "--names", "{names}"],
            "are to run on 999 threads",
        ),
    ],
)
def test_what_cannot_be_timed_is_told_in_one_sentence(tmp_path, capsys, arguments, sentence, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "names.txt").write_text("a\n")
    places = {"folder": "models", "names": "names.txt"}
    assert main(["time", *(text.format(**places) if text[0] == "{" else text for text in arguments)]) == 1
    error = capsys.readouterr().err.strip()
    assert "\n" not in error

    assert re.search(sentence, error)


def test_a_study_times_files_that_architectures_name(tmp_path):
    space = get_space("nasbench201")
    table = ArchitectureTable(space, space.enumerate()[:2])
    text = space.to_text(table.operations[1])
    relu(tmp_path / f"{text}.onnx", 1, 4)
    opened = opener({"space": "nasbench201", "task": "any", "networks": str(tmp_path)}, table, seed=0)
    assert opened.open(1, "onnxruntime", 1)()[0].shape == (1, 4)
    with pytest.raises(MeasurementError, match="there is no file"):
        opened.open(0, "onnxruntime", 1)
