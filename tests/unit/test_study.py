"""Every mistake in a configuration stops the run with one sentence: file, key, value, what is allowed."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from hwpred.documents import StudyError, read_yaml
from hwpred.findings.pages.drift import ALIKE
from hwpred.study import documentation
from hwpred.study.__main__ import main
from hwpred.study.catalogue import read_catalogue
from hwpred.study.config import Study
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]


def plan(*files, **changes):
    """Return the plan of a study as Snakemake reads it: files one upon the other, then changes."""
    config = {}
    for layer in (*map(read_yaml, files), changes):
        for key, value in layer.items():
            config[key] = {**config.get(key, {}), **value} if isinstance(value, dict) else value
    return Studies(ROOT, config, files).main


def sentence_of(*files, **changes):
    with pytest.raises(StudyError) as caught:
        plan(*files, **changes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", Studies(ROOT).named())
def test_shipped_studies_are_valid(name):
    assert Studies(ROOT)[name].study.run == name


def test_shipped_catalogue_is_valid():
    combinations, accuracies = read_catalogue([ROOT / "config" / "combinations.yaml"])
    assert len(combinations) > 60
    assert "nasbench201-digits" in accuracies


def test_default_configuration_has_every_key_but_measure():
    assert set(read_yaml(ROOT / "config" / "config.yaml")) == set(Study.model_fields) - {"measure"}


def test_generated_schemas_and_table_of_keys_are_in_step():
    for name, model in documentation.SCHEMAS.items():
        assert (ROOT / "workflow" / "schemas" / name).read_text() == documentation.json_schema(model), name
    readme = (ROOT / "config" / "README.md").read_text()
    assert readme == documentation.written(readme), "run python -m hwpred.study.documentation"
    assert readme.count("| `seeds` | whole number | number of splits") == 1


def test_schema_knows_limits():
    properties = json.loads(documentation.json_schema(Study))["properties"]
    assert properties["seeds"]["minimum"] == 1
    assert set(properties) == {*Study.model_fields, "extends"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sedes": 3}, "unknown key 'sedes' (is 'seeds' meant?); the keys are cache, catalogues"),
        ({"extend": "open.yaml"}, "unknown key 'extend' (is 'extends' meant?); the keys are cache, catalogues"),
        ({"seeds": "ten"}, "seeds is 'ten'; it must be a whole number (number of splits"),
        ({"seeds": 0}, "seeds is 0; it must be at least 1"),
        ({"seeds": True}, "seeds is True; it must be a whole number"),
        ({"seeds": 2.5}, "seeds is 2.5; it must be a whole number"),
        ({"seeds": 1_000_000_000}, "seeds is 1000000000; it must be at most 10000"),
        ({"run": "a/b"}, "run is 'a/b'; it does not match"),
        ({"run": "-rf"}, "run is '-rf'; it does not match"),
        ({"run": "a" * 61}, "; it must have at most 60 characters"),
        ({"run": "a\n"}, "run is 'a\\n'; it does not match"),
        ({"predictors": ["lin_reg", "rff"]}, "predictors is 'rff'; use one of lin_reg, ridge_reg"),
        ({"predictors": ["rf", "rf"]}, "predictors holds 'rf' twice; keep one"),
        ({"predictors": "rf"}, "predictors is 'rf'; it must be a list"),
        ({"hyperparameters": {"rf": {"trees": 5}}}, "hyperparameters.rf has a key 'trees'; use one of n_estimators"),
        ({"hyperparameters": {"lin_reg": {"alpha": 5}}}, "hyperparameters.lin_reg has a key 'alpha'; it has none"),
        ({"hyperparameters": {"ridge_reg": {"alpha": -5}}}, "hyperparameters.ridge_reg.alpha is -5; it must be"),
        ({"hyperparameters": {"ridge_reg": {"alpha": "1E3"}}}, "hyperparameters.ridge_reg.alpha is"),
        ({"hyperparameters": {"rff": {}}}, "a key of hyperparameters is 'rff'; use one of lin_reg"),
        ({"combinations": ["nasbench201-cifar10-pixel9-latency"]}, "alike are nasbench201-cifar10-pixel3-latency"),
        ({"combinations": ["a", "a"]}, "combinations holds 'a' twice; keep one"),
        ({"combinations": []}, "combinations is []; it must hold at least 1"),
        ({"train_sizes": {"nasbench201": [5, 15_001]}}, "train_sizes.nasbench201 holds 15001, beyond the data"),
        ({"train_sizes": {"nasbench201": [1]}}, "train_sizes.nasbench201[0] is 1; it must be at least 2"),
        ({"train_sizes": {"nasbench201": [55, 11]}}, "train_sizes.nasbench201 holds 11 after 55; write each size once"),
        ({"train_sizes": {"nasbench201": 11}}, "train_sizes.nasbench201 is 11; it must be a list"),
        ({"train_sizes": [11]}, "train_sizes is [11]; it must be a mapping"),
        ({"train_sizes": {"darts": [5]}}, "a space of train_sizes is 'darts'; use one of nasbench201"),
        ({"selection": {"adaptive": ["rff"]}}, "selection.adaptive is 'rff'; use one of lin_reg"),
        ({"selection": {"adaptive": ["lookup"]}}, "selection.adaptive is 'lookup'; use one of lin_reg"),
        ({"selection": {"seeds": 3}, "seeds": 2}, "selection.seeds is 3, but there are 2 seeds; lower it"),
        ({"selection": {"verified": [0]}}, "selection.verified[0] is 0; it must be at least 1"),
        ({"selection": {"seconds_per_measurement": 0}}, "selection.seconds_per_measurement is 0; it must be above 0"),
        ({"selection": {"deviation_std": [float("nan")]}}, "selection.deviation_std[0] is nan; it must be a finite"),
        ({"selection": 3}, "selection is 3; it must be a mapping"),
        ({"figure_formats": ["jpg"]}, "figure_formats[0] is 'jpg'; use one of png, pdf"),
        ({"catalogues": ["nothing.yaml"]}, "nothing.yaml: there is no such file"),
        ({"extends": "nothing"}, "configuration: extends names 'nothing', which is neither beside it nor one of"),
    ],
)
def test_mistakes_are_named(changes, words):
    assert words in sentence_of(**changes)


def test_whole_numbers_may_be_written_as_decimals_or_reach_us_as_text():
    changes = {"train_sizes": {"nasbench201": [5.0, "11"]}, "selection": {"pairing": "true", "trials": "50"}}
    study = plan(seeds=2.0, **changes).study
    assert (study.seeds, study.train_sizes["nasbench201"]) == (2, [5, 11])
    assert (study.selection.pairing, study.selection.trials) == (True, 50)
    assert all(type(size) is int for size in study.train_sizes["nasbench201"])


def test_a_mistake_is_told_with_the_file_that_it_stands_in(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("seeds: 0\n")
    assert sentence_of(file).startswith(f"{file}: seeds is 0")
    assert sentence_of(file, seeds=-1).startswith(f"{file}: seeds is -1")
    assert sentence_of(seeds=0).startswith("configuration: seeds is 0")


def test_space_without_sizes_is_named(tmp_path, monkeypatch):
    catalogue(tmp_path / "mine.yaml", PIXEL3)
    monkeypatch.setattr("hwpred.study.studies.merged", lambda *layers: {**layers[0], **layers[-1]})
    words = sentence_of(
        catalogues=[str(tmp_path / "mine.yaml")], combinations=[PIXEL3_ID], train_sizes={"fbnet": [5]}, test_sizes={}
    )
    assert f"'{PIXEL3_ID}' needs train_sizes of its space nasbench201; add train_sizes.nasbench201" in words


def test_a_key_twice_in_the_study_is_noticed(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("seeds: 3\nrun: a\nseeds: 5\n")
    with pytest.raises(StudyError, match=r"mine\.yaml: key 'seeds' stands twice \(line 1\); keep one"):
        Studies(ROOT, {"seeds": 5, "run": "a"}, [file])  # as Snakemake hands it over: the last one won


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"seeds: [3\n", "is no valid YAML"),
        ("seeds: 3".encode("utf-16"), "is not encoded as UTF-8; save it as UTF-8 text"),
        (b"", "there are no keys"),
        (b"- a\n", "there are no keys"),
    ],
)
def test_files_that_are_no_configuration_are_named(tmp_path, content, words):
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(StudyError, match=words):
        Studies(ROOT, {}, [file])
    with pytest.raises(StudyError, match="no such file"):
        read_yaml(tmp_path / "nothing.yaml")
    with pytest.raises(StudyError, match=r"cannot be read \(Is a directory\); name a YAML file"):
        read_yaml(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xef\xbb\xbfseeds: 3\n")
    assert read_yaml(file) == {"seeds": 3}


def test_no_object_is_made_from_yaml(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("!!python/object/apply:os.system ['touch hacked']")
    with pytest.raises(StudyError, match="is no valid YAML"):
        read_yaml(file)


PIXEL3 = {"space": "nasbench201", "task": "cifar10", "device": "pixel3", "metric": "latency", "source": "help"}
PIXEL3_ID = "nasbench201-cifar10-pixel3-latency"
FBNET = {**PIXEL3, "space": "fbnet", "task": "images", "device": "silver_4114"}


def catalogue(path, *entries, **accuracies):
    path.write_text(yaml.safe_dump({"combinations": list(entries), **accuracies}))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"space": "darts"}, r"combinations\[0\]\.space is 'darts'; use one of nasbench201"),
        ({"source": "hlep"}, r"combinations\[0\]\.source is 'hlep'; use one of help"),
        ({"unti": "ms"}, r"unknown key 'unti' in combinations\[0\] \(is 'unit' meant\?\); the keys are accuracy"),
        ({"direction": "up"}, r"combinations\[0\]\.direction is 'up'; use one of smaller, larger"),
        ({"device": "pixel 3"}, r"combinations\[0\]\.device is 'pixel 3'; it does not match"),
        ({"device": "pixel3\n"}, r"combinations\[0\]\.device is 'pixel3\\n'; it does not match"),
        ({"device": "-pixel3"}, r"combinations\[0\]\.device is '-pixel3'; it does not match"),
        ({"device": "p" * 300}, r"combinations\[0\]\.device is 'p+.*; it must have at most 60 characters"),
        ({"device": ".."}, r"combinations\[0\]\.device is '\.\.'; it does not match"),
        ({"device": 3090}, r"combinations\[0\]\.device is 3090; it must be text; put it into quotes"),
        ({"batch_size": 0}, r"combinations\[0\]\.batch_size is 0; it must be at least 1"),
    ],
)
def test_mistakes_in_a_catalogue_are_named(tmp_path, changes, words):
    file = catalogue(tmp_path / "mine.yaml", {**PIXEL3, **changes})
    with pytest.raises(StudyError, match=words):
        read_catalogue([file])


def test_a_device_may_hold_a_dot(tmp_path):
    combinations, _ = read_catalogue([catalogue(tmp_path / "mine.yaml", {**PIXEL3, "device": "pixel6.1"})])
    assert list(combinations) == ["nasbench201-cifar10-pixel6.1-latency"]


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "text"])
def test_a_catalogue_without_keys_is_named(tmp_path, content):
    file = tmp_path / "mine.yaml"
    file.write_text(content)
    with pytest.raises(StudyError, match=r"mine\.yaml: there are no keys; the keys are combinations"):
        read_catalogue([file])


def test_combination_defined_twice_names_both_files(tmp_path):
    first, second = (catalogue(tmp_path / name, PIXEL3) for name in ("a.yaml", "b.yaml"))
    with pytest.raises(StudyError, match=r"b\.yaml: .*-pixel3-latency' .*first in .*a\.yaml"):
        read_catalogue([first, second])


def test_what_a_source_does_not_have_is_named_before_anything_is_fetched(tmp_path):
    file = catalogue(tmp_path / "mine.yaml", {**PIXEL3, "metric": "energy"})
    words = sentence_of(catalogues=[str(file)], combinations=["nasbench201-cifar10-pixel3-energy"])
    assert "source help has no metric 'energy'; use one of latency" in words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nasbench201-cifar-1080ti_32-latency", "1080ti_32-latency', a device of the same family; name other devices"),
        ("fbnet-images-silver_4114-latency", "of another space; name combinations of nasbench201"),
        ("nasbench201-cifar-tpu-latency", "transfer_from is 'nasbench201-cifar-tpu-latency'; use one of"),
    ],
)
def test_devices_that_cannot_be_learnt_from_are_named(tmp_path, source, words):
    cifar = {**PIXEL3, "task": "cifar"}
    new, other = {**cifar, "device": "1080ti_1", "transfer_from": [source]}, {**cifar, "device": "1080ti_32"}
    file = catalogue(tmp_path / "mine.yaml", new, other, FBNET)
    assert words in sentence_of(catalogues=[str(file)], combinations=["nasbench201-cifar-1080ti_1-latency"])


def test_file_order_is_known_of_help_alone(tmp_path):
    own = {**PIXEL3, "file_order": "measuring", "source": "table", "file": "mine.csv", "unit": "ms"}
    file = catalogue(tmp_path / "mine.yaml", own)
    words = sentence_of(catalogues=[str(file)], combinations=[PIXEL3_ID])
    assert "has file_order, which source table does not know; a table has a column order" in words


def test_files_are_in_the_order_of_measuring_where_neighbours_are_off_alike():
    combinations, _ = read_catalogue([ROOT / "config" / "combinations.yaml"])
    ordered = {name for name, entry in combinations.items() if "file_order" in entry}
    drifts = pd.read_csv(ROOT / "docs/results/drift.csv").set_index("combination")["lag1"]
    assert set(drifts.index[drifts > ALIKE + 0.05]) <= ordered <= set(drifts.index[drifts > ALIKE - 0.05])


def test_dead_operations_are_of_cells(tmp_path):
    file = str(
        catalogue(
            tmp_path / "mine.yaml",
            {**PIXEL3, "dead_operations": "partly_dropped"},
            {**FBNET, "dead_operations": "run"},
        )
    )
    assert plan(catalogues=[file], combinations=[PIXEL3_ID])
    words = sentence_of(catalogues=[file], combinations=["fbnet-images-silver_4114-latency"])
    assert "is 'run', but all operations of fbnet reach the output" in words


def test_accuracy_must_be_defined(tmp_path):
    file = catalogue(tmp_path / "mine.yaml", {**PIXEL3, "accuracy": "cifar10"})
    words = sentence_of(catalogues=[str(file)], combinations=[PIXEL3_ID])
    assert f"definition of '{PIXEL3_ID}': its accuracy is 'nasbench201-cifar10'" in words


TIMED = {"space": "nasbench201", "task": "cifar10", "device": "phone", "runtime": "onnxruntime"}
COMMANDED = {**TIMED, "runtime": None}
FILES = {"networks": "models"}
EFFORT = {"warm_up": 0, "least": 9, "most": 5, "relative_error": 0.01}
MEASURE = ROOT / "config" / "studies" / "measure.yaml"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"combinations": [{**TIMED, "task": "mnist"}]}, "a task of nasbench201 in measure is 'mnist'; use one of"),
        ({"combinations": [TIMED, {**TIMED, "runtime": "torch"}]}, "names 'nasbench201-cifar10-phone' twice; rename"),
        ({"combinations": [{**TIMED, "runtime": "tflite"}]}, "is 'tflite'; use one of onnxruntime, torch"),
        ({"combinations": [{**TIMED, "device_command": "{onnx}"}]}, "(nasbench201-cifar10-phone) needs one of runtime"),
        ({"combinations": [COMMANDED]}, "(nasbench201-cifar10-phone) needs one of runtime and device_command"),
        ({"combinations": [{**COMMANDED, "device_command": "time it"}]}, "is 'time it'; it does not match"),
        ({"effort": EFFORT}, "measure.effort has least 9 above most 5; lower least"),
        ({"architectures": 3}, "measure.architectures is 3; it must be at least 10"),
        ({"speed": 3}, "unknown key 'speed' in measure"),
        ({"combinations": [{**TIMED, "space": "fbnets"}]}, "a space of measure is 'fbnets'; use one of"),
        ({"combinations": [{**TIMED, "space": "zoo"}]}, "hwpred cannot build networks of zoo; give"),
        ({"combinations": [{**TIMED, **FILES, "runtime": "torch"}]}, "would run ONNX files in torch, which cannot"),
        ({"combinations": [{**TIMED, **FILES, "factory": "a:b"}]}, "has both networks and factory; keep one"),
        ({"combinations": [{**TIMED, **FILES}], "names": "no.txt"}, "measure.names: no.txt, which names architectures"),
    ],
)
def test_mistakes_in_what_to_measure_are_named(changes, words):
    assert words in sentence_of(MEASURE, measure=changes)


def test_architectures_to_time_are_named_by_a_file(tmp_path):
    names = tmp_path / "names.txt"
    combination = {**TIMED, "space": "zoo", "networks": str(tmp_path), "threads": 2}
    names.write_text("# two\nresnet50@224\nresnet18@224\n")
    (tmp_path / "resnet50@224.onnx").touch()
    measure = {"combinations": [combination], "names": str(names)}
    assert f"there is no file {tmp_path}/resnet18@224.onnx" in sentence_of(MEASURE, measure=measure)
    (tmp_path / "resnet18@224.onnx").touch()
    planned = plan(MEASURE, measure=measure)
    timed = "zoo-cifar10-phone-latency"
    assert planned.architectures_to_time(timed) == 2
    assert planned.inputs_of_timing(timed)["names"] == str(names)
    assert planned.timing_settings(timed)["threads"] == planned.timing_threads(timed) == 2
    names.write_text("resnet50@224\nno_such_network@224\n")
    assert "names.txt: 'no_such_network@224' is no architecture of zoo" in sentence_of(MEASURE, measure=measure)
    names.write_text("resnet50@224\nresnet50@224\n")
    assert "names 'resnet50@224' twice; remove one" in sentence_of(MEASURE, measure=measure)


def test_files_are_looked_for_here_and_then_beside_the_workflow(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = {**PIXEL3, "source": "table", "file": "my.csv", "unit": "ms", "direction": "smaller"}
    catalogue(tmp_path / "mine.yaml", own)
    study = plan(catalogues=["mine.yaml"], combinations=[PIXEL3_ID])
    assert study.request(PIXEL3_ID)["file"] == "my.csv"
    embedded = Studies(ROOT).main
    request = embedded.request(next(iter(embedded.combinations)))
    assert Path(request["folder"]).resolve() == ROOT / "data" / "embedded"


def test_a_study_builds_on_another_one(tmp_path):
    (tmp_path / "config" / "studies").mkdir(parents=True)
    for name in ("config.yaml", "combinations.yaml", "sources.yaml"):
        (tmp_path / "config" / name).write_text((ROOT / "config" / name).read_text())
    (tmp_path / "config" / "studies" / "first.yaml").write_text("seeds: 7\nselection: {trials: 3}\n")
    (tmp_path / "config" / "studies" / "second.yaml").write_text("extends: first\nselection: {seeds: 2}\n")
    second = Studies(tmp_path)["second"].study
    assert (second.run, second.seeds, second.selection.trials, second.selection.seeds) == ("second", 7, 3, 2)
    (tmp_path / "config" / "studies" / "wrong.yaml").write_text("run: other\n")
    with pytest.raises(StudyError, match=r"run is 'other'; name it as the file, or leave it out"):
        Studies(tmp_path)["wrong"]


def test_a_study_can_be_checked_by_itself(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = tmp_path / "mine.yaml"
    file.write_text("run: mine\nseeds: 3\n")
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == "Figures: results/mine/figures\n"
    file.write_text("run:\tmine\n")
    assert main([str(file)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{file} is no valid YAML")


@pytest.mark.parametrize("name", ["open", "open_three_seeds", "structured_untold"])
@pytest.mark.parametrize("folder", ["workflow", "own", "copy"])
def test_a_study_is_the_same_run_however_it_is_asked_for(name, folder, tmp_path, monkeypatch):
    """From the folder of the workflow, from any other, and from one that holds a copy of its ``config``."""
    monkeypatch.chdir(ROOT if folder == "workflow" else tmp_path)
    if folder == "copy":
        shutil.copytree(ROOT / "config", tmp_path / "config")
    asked = plan(ROOT / "config" / "studies" / f"{name}.yaml").study
    named = Studies(ROOT)[name].study
    paths = {"catalogues", "sources", "cache"}
    assert asked.run == name
    assert asked.model_dump(exclude=paths) == named.model_dump(exclude=paths)


def test_a_configuration_in_ones_own_folder_changes_the_default_study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text("run: mine\nseeds: 5\nseed: 4\n")
    assert (plan().study.run, plan().study.seeds) == ("mine", 5)
    Path("study.yaml").write_text("extends: open.yaml\nseed: 3\n")
    study = plan("study.yaml").study
    assert (study.run, study.seeds, study.seed, study.selection.trials) == ("study", 50, 3, 1000)
    assert plan("study.yaml", seeds=2).study.seeds == 2
    Path("config/config.yaml").write_text("seeds: none\n")
    assert sentence_of().startswith("config/config.yaml: seeds is 'none'")


def test_one_builds_on_a_study_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text("run: base\nextends: open\nseeds: 7\n")
    Path("more.yaml").write_text("extends: base.yaml\nseed: 3\n")
    study = plan("more.yaml").study
    assert (study.run, study.seeds, study.seed, study.selection.trials) == ("more", 7, 3, 1000)


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("opne", "a.yaml: extends names 'opne', which is neither beside it nor one of "),
        ("[open]", "a.yaml: extends is ['open']; name one study"),
        ("a", "a.yaml: extends names 'a', which builds on this study itself; name another one"),
        ("b", "b.yaml: extends names 'a.yaml', which builds on this study itself; name another one"),
    ],
)
def test_what_one_builds_on_must_be_there(extends, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(f"extends: {extends}\n")
    Path("b.yaml").write_text("extends: a.yaml\n")
    assert sentence_of("a.yaml").startswith(words)


def test_a_study_is_checked_from_any_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("seeds: 3\n")
    assert main(["mine.yaml"]) == 0
    assert capsys.readouterr().out == "Figures: results/mine/figures\n"
    assert main(["--workflow", str(ROOT), str(ROOT / "config" / "studies" / "open.yaml")]) == 0
    assert capsys.readouterr().out == "Figures: results/open/figures\n"


def test_a_combination_that_a_run_lacks_is_named():
    with pytest.raises(StudyError, match=r"^run 'default' has no combination 'nasbench201-x-y-z'; alike are "):
        Studies(ROOT).main.space("nasbench201-x-y-z")


def test_rules_make_the_files_of_known_runs_only():
    runs = Studies(ROOT, {"run": "mine"}).runs
    assert runs[:2] == ["mine", "default"]
    assert {"open", "structured"} <= set(runs)
    assert "measure" not in runs, "what it measured is data for others"
    assert "measure" in Studies(ROOT, read_yaml(MEASURE) | {"run": "measure"}, [MEASURE]).runs
