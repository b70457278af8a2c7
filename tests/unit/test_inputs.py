"""Whatever somebody writes into a file is read, warned about or refused in one sentence, before any job runs."""

import logging
from pathlib import Path

import pytest
from hwpred.configuration import ConfigurationError, check_schema, check_study, read_catalogue, read_yaml
from input_cases import CASES, OK, REFUSED, WARNED, prepare

from hwpred.errors import InputError
from hwpred.sources.sizes import check_own_file

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "workflow" / "schemas"

EXPECTED_LATER = [
    "device_newline",
    "yaml_utf16",
    "catalogue_is_directory",
    "seeds_huge",
    "hyperparameters_bad_value",
    "hyperparameters_text",
    "yaml_empty_study",
    "yaml_list_study",
    "yaml_scalar_study",
]
"""Cases that the configuration's reader does not satisfy yet."""


def read_study(study):
    """Read a study on top of the default one as a run does; return the warnings about its files."""
    config = read_yaml(ROOT / "config" / "config.yaml")
    config |= {"sources": str(ROOT / "config" / "sources.yaml")}
    for key, value in read_yaml(study).items():
        config[key] = {**config[key], **value} if isinstance(value, dict) and key in config else value
    check_schema(config, SCHEMAS / "config.schema.json", "configuration")
    combinations, accuracies = read_catalogue(config["catalogues"], SCHEMAS / "combinations.schema.json")
    check_study(config, combinations, accuracies)
    warnings = []
    for name in config["combinations"]:
        requests = [{**combinations[name], "kind": "target"}]
        if "accuracy" in combinations[name]:
            accuracy = accuracies["{space}-{accuracy}".format(**combinations[name])]
            requests.append({**accuracy, "kind": "accuracy"})
        for request in requests:
            if request["source"] == "table":
                warnings += check_own_file(name, request, config["train_sizes"], config["test_sizes"])
    return warnings


def outcome(case, folder):
    """Return ``OK``, ``WARNED`` or ``REFUSED``, and the sentences."""
    study = prepare(case, folder)
    try:
        warnings = read_study(study)
    except (ConfigurationError, InputError) as error:
        return REFUSED, [str(error)]
    return (WARNED if warnings else OK), warnings


def parameters(name):
    later = pytest.mark.xfail(name in EXPECTED_LATER, strict=True, reason="of the configuration")
    return pytest.param(CASES[name], id=name, marks=later)


@pytest.mark.parametrize("case", [parameters(name) for name in CASES])
def test_an_input_is_read_warned_about_or_refused(case, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    found, sentences = outcome(case, tmp_path)
    assert (found, sentences) == (case.expected, sentences)
    assert len(sentences) <= 1
    assert not any("\n" in sentence for sentence in sentences)
    assert all(word in sentence for sentence in sentences for word in case.words)
    assert not list(tmp_path.glob("PWNED*"))


def test_all_inputs_are_there():
    assert len(CASES) == 172
