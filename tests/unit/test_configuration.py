"""Every mistake in a configuration stops the run with one sentence: key, value, what is allowed."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from hwpred.configuration import (
    ConfigurationError,
    check_measure,
    check_schema,
    check_study,
    read_catalogue,
    read_yaml,
)

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "workflow" / "schemas"
STUDIES = sorted(path.name for path in (ROOT / "config").glob("*.yaml") if {"seeds", "measure"} & set(read_yaml(path)))


def study(name="config.yaml", **changes):
    """Return a configuration as Snakemake merges it: mappings key by key, anything else replaced."""
    config = read_yaml(ROOT / "config" / "config.yaml")
    for other in (read_yaml(ROOT / "config" / name), changes):
        for key, value in other.items():
            config[key] = {**config.get(key, {}), **value} if isinstance(value, dict) else value
    return config


def check(config):
    check_schema(config, SCHEMAS / "config.schema.json", "configuration")
    catalogues = [ROOT / file for file in config["catalogues"]]
    check_study(config, *read_catalogue(catalogues, SCHEMAS / "combinations.schema.json"))
    if "measure" in config:
        check_measure(config["measure"])


@pytest.mark.parametrize("name", STUDIES)
def test_shipped_configurations_are_valid(name):
    check(study(name))


def test_every_study_is_found():
    assert {"config.yaml", "open.yaml", "paper.yaml", "table3.yaml", "measure.yaml"} <= set(STUDIES)


def test_schema_and_default_configuration_hold_the_same_keys():
    schema = read_yaml(SCHEMAS / "config.schema.json")
    assert set(schema["properties"]) == {*schema["required"], "measure"}
    assert set(schema["required"]) == set(read_yaml(ROOT / "config" / "config.yaml"))
    assert all(entry["description"] and "type" in entry for entry in schema["properties"].values())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sedes": 3}, "configuration: unknown key 'sedes'; the keys are cache, catalogues"),
        ({"seeds": "ten"}, "configuration: seeds is 'ten', but 'ten' is not of type 'integer'"),
        ({"seeds": 0}, "configuration: seeds is 0, but 0 is less than the minimum of 1"),
        ({"run": "a/b"}, "configuration: run is 'a/b', but"),
        ({"predictors": ["lin_reg", "rff"]}, "predictors is 'rff'; use one of lin_reg, ridge_reg"),
        ({"predictors": ["rf", "rf"]}, "configuration: predictors holds 'rf' twice; keep one"),
        ({"hyperparameters": {"rf": {"trees": 5}}}, "a key of hyperparameters.rf is 'trees'; use one of n_estimators"),
        ({"hyperparameters": {"lin_reg": {"alpha": 5}}}, "hyperparameters.lin_reg is 'alpha'; it has none"),
        ({"hyperparameters": {"rf": {"n_estimators": "1e2"}}}, "rf.n_estimators is the text '1e2', not a number"),
        ({"hyperparameters": {"rff": {}}}, "predictors is 'rff'; use one of lin_reg"),
        (
            {"combinations": ["nasbench201-cifar10-pixel9-latency"]},
            "is 'nasbench201-cifar10-pixel9-latency'; use one of",
        ),
        ({"combinations": ["a", "a"]}, "configuration: combinations holds 'a' twice; keep one"),
        (
            {"train_sizes": {"nasbench201": [5, 15_001]}},
            "train_sizes.nasbench201 holds 15001, beyond the data: .* 15000",
        ),
        (
            {"train_sizes": {"nasbench201": [1]}},
            r"train_sizes.nasbench201\[0\] is 1, but 1 is less than the minimum of 2",
        ),
        ({"train_sizes": {"darts": [5]}}, "a space of train_sizes is 'darts'; use one of nasbench201"),
        ({"selection": {"adaptive": ["rff"]}}, "selection.adaptive is 'rff'; use one of lin_reg"),
        ({"selection": {"adaptive": ["lookup"]}}, "selection.adaptive is 'lookup'; use one of lin_reg"),
        (
            {"selection": {"seeds": 3}, "seeds": 2},
            "selection.seeds is 3, but there are 2 seeds; lower it or raise seeds",
        ),
        ({"selection": {"verified": [0]}}, r"selection.verified\[0\] is 0, but 0 is less than the minimum of 1"),
        ({"selection": {"seconds_per_measurement": 0}}, "selection.seconds_per_measurement is 0, but 0 is less than"),
        ({"figure_formats": ["jpg"]}, r"figure_formats\[0\] is 'jpg'; use one of png, pdf"),
    ],
)
def test_mistakes_are_named(changes, sentence):
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        check(study(**changes))
    assert "\n" not in str(caught.value)


def test_missing_key_is_explained():
    config = study()
    del config["seeds"]
    with pytest.raises(ConfigurationError, match="key 'seeds' is missing: number of splits and fits"):
        check(config)


def test_space_without_sizes_is_named():
    config = study()
    del config["train_sizes"]["nasbench201"]
    with pytest.raises(ConfigurationError, match="needs train_sizes of its space, which is 'nasbench201'"):
        check(config)


def write_catalogue(path, *entries, **accuracies):
    path.write_text(yaml.safe_dump({"combinations": list(entries), **accuracies}))
    return path


PIXEL3 = {"space": "nasbench201", "task": "cifar10", "device": "pixel3", "metric": "latency", "source": "help"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"space": "darts"}, "space of 'darts-cifar10-pixel3-latency' is 'darts'; use one of nasbench201"),
        ({"source": "hlep"}, "source of .* is 'hlep'; use one of help"),
        ({"unti": "ms"}, r"unknown key 'unti' in combinations\[0\]; the keys are accuracy"),
        ({"direction": "up"}, r"combinations\[0\].direction is 'up'; use one of smaller, larger"),
        ({"device": "pixel 3"}, r"combinations\[0\].device is 'pixel 3', but"),
    ],
)
def test_mistakes_in_a_catalogue_are_named(tmp_path, changes, sentence):
    file = write_catalogue(tmp_path / "mine.yaml", {**PIXEL3, **changes})
    with pytest.raises(ConfigurationError, match=sentence):
        read_catalogue([file], SCHEMAS / "combinations.schema.json")


def test_combination_defined_twice_names_both_files(tmp_path):
    first, second = (write_catalogue(tmp_path / name, copy.deepcopy(PIXEL3)) for name in ("a.yaml", "b.yaml"))
    with pytest.raises(ConfigurationError, match=r"b\.yaml: .*-pixel3-latency' .*first in .*a\.yaml"):
        read_catalogue([first, second], SCHEMAS / "combinations.schema.json")


def test_what_a_source_does_not_have_is_named_before_anything_is_fetched(tmp_path):
    file = write_catalogue(tmp_path / "mine.yaml", {**PIXEL3, "metric": "energy"})
    combinations = read_catalogue([file], SCHEMAS / "combinations.schema.json")
    with pytest.raises(ConfigurationError, match="source help has no metric 'energy'; use one of latency"):
        check_study(study(combinations=["nasbench201-cifar10-pixel3-energy"]), *combinations)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("nasbench201-cifar-1080ti_32-latency", "1080ti_32-latency', a device of the same family; name other devices"),
        ("fbnet-images-silver_4114-latency", "of another space; name combinations of nasbench201"),
        ("nasbench201-cifar-tpu-latency", "transfer_from of 'nasbench201-cifar-1080ti_1-latency' is"),
    ],
)
def test_devices_that_cannot_be_learnt_from_are_named(tmp_path, source, sentence):
    nasbench201 = {**PIXEL3, "task": "cifar"}
    file = write_catalogue(
        tmp_path / "mine.yaml",
        {**nasbench201, "device": "1080ti_1", "transfer_from": [source]},
        {**nasbench201, "device": "1080ti_32"},
        {**PIXEL3, "space": "fbnet", "task": "images", "device": "silver_4114"},
    )
    combinations = read_catalogue([file], SCHEMAS / "combinations.schema.json")
    with pytest.raises(ConfigurationError, match=sentence):
        check_study(study(combinations=["nasbench201-cifar-1080ti_1-latency"]), *combinations)


def test_dead_operations_are_of_cells(tmp_path):
    fbnet = {**PIXEL3, "space": "fbnet", "task": "images", "device": "silver_4114", "dead_operations": "run"}
    file = write_catalogue(tmp_path / "mine.yaml", {**PIXEL3, "dead_operations": "partly_dropped"}, fbnet)
    combinations = read_catalogue([file], SCHEMAS / "combinations.schema.json")
    check_study(study(combinations=["nasbench201-cifar10-pixel3-latency"]), *combinations)
    with pytest.raises(ConfigurationError, match="is 'run', but all operations of fbnet reach the output"):
        check_study(study(combinations=["fbnet-images-silver_4114-latency"]), *combinations)


def test_accuracy_must_be_defined(tmp_path):
    file = write_catalogue(tmp_path / "mine.yaml", {**PIXEL3, "accuracy": "cifar10"})
    combinations = read_catalogue([file], SCHEMAS / "combinations.schema.json")
    with pytest.raises(ConfigurationError, match="accuracy of 'nasbench201-cifar10-pixel3-latency' is"):
        check_study(study(combinations=["nasbench201-cifar10-pixel3-latency"]), *combinations)


def test_yaml_with_a_key_twice_or_that_is_missing_or_broken_is_named(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("seeds: 3\nseeds: 5\n")
    with pytest.raises(ConfigurationError, match=r"config\.yaml: key 'seeds' stands twice \(line 1\)"):
        read_yaml(file)
    file.write_text("seeds: [3\n")
    with pytest.raises(ConfigurationError, match=r"config\.yaml: no valid YAML"):
        read_yaml(file)
    with pytest.raises(ConfigurationError, match=r"nothing\.yaml: there is no such file"):
        read_yaml(tmp_path / "nothing.yaml")


TIMED = {"space": "nasbench201", "task": "cifar10", "device": "phone", "runtime": "onnxruntime"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"combinations": [{**TIMED, "task": "mnist"}]},
            "a task of nasbench201 in measure is 'mnist'; use one of cifar10",
        ),
        ({"combinations": [TIMED, {**TIMED, "runtime": "torch"}]}, "names 'nasbench201-cifar10-phone' twice; rename"),
        ({"combinations": [{**TIMED, "runtime": "tflite"}]}, "is 'tflite'; use one of onnxruntime, torch"),
        (
            {"combinations": [{**TIMED, "device_command": "time {onnx}"}]},
            "'nasbench201-cifar10-phone' in measure needs one of",
        ),
        (
            {"combinations": [{**TIMED, "runtime": None, "device_command": "time it"}]},
            "is 'time it', but 'time it' does not match",
        ),
        (
            {"effort": {"warm_up": 0, "least": 9, "most": 5, "relative_error": 0.01}},
            "least is 9, above measure.effort.most 5",
        ),
        ({"architectures": 3}, "measure.architectures is 3, but 3 is less than the minimum of 10"),
        ({"speed": 3}, "unknown key 'speed' in measure"),
    ],
)
def test_mistakes_in_what_to_measure_are_named(changes, sentence):
    changed = {
        key: [{k: v for k, v in entry.items() if v is not None} for entry in value] if key == "combinations" else value
        for key, value in changes.items()
    }
    with pytest.raises(ConfigurationError, match=re.escape(sentence)):
        check(study("measure.yaml", measure=changed))
