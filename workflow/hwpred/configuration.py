"""Reading and checking configuration files. An error is one sentence: the key, the value, what is allowed."""

import json
import re
from inspect import signature
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from hwpred.networks import get_networks
from hwpred.predictors import REGISTRY, get_predictor
from hwpred.sources import SOURCE_KEYS, get_source
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.structure import has_dead_operations


class ConfigurationError(ValueError):
    """A configuration file says something that cannot be done."""


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML without silently overwritten duplicate keys."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise ConfigurationError(
                f"{node.start_mark.name}: key {twice[0]!r} stands twice (line {node.start_mark.line + 1}); keep one"
            )
        return super().construct_mapping(node, deep)


def read_yaml(path):
    """Read a YAML file; ConfigurationError if it is missing, no YAML, or has a key twice in one place."""
    try:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, _UniqueKeyLoader)
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: no valid YAML ({' '.join(str(error).split())})") from error


def check_schema(content, schema, name):
    """Check content against a JSON schema (2020-12).

    Parameters
    ----------
    content : dict
    schema : str or Path
    name : str
        What the message calls the content, e.g. its file.

    Raises
    ------
    ConfigurationError
        One sentence about the error that matters most.
    """
    rules = json.loads(Path(schema).read_text(encoding="utf-8"))
    error = best_match(Draft202012Validator(rules).iter_errors(content))
    if error is not None:
        raise ConfigurationError(f"{name}: {_sentence(error)}")


def _sentence(error):
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).lstrip(".")
    if error.validator == "additionalProperties":
        allowed = sorted(error.schema["properties"])
        unknown = sorted(set(error.instance) - set(allowed))
        where = f" in {place}" if place else ""
        return f"unknown key {unknown[0]!r}{where}; the keys are {', '.join(allowed)}"
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        where = f" in {place}" if place else ""
        return f"key {missing[0]!r} is missing{where}: {error.schema['properties'][missing[0]]['description']}"
    if error.validator == "enum":
        return f"{place} is {error.instance!r}; use one of {', '.join(map(str, error.validator_value))}"
    if error.validator == "uniqueItems":
        twice = next(item for item in error.instance if error.instance.count(item) > 1)
        return f"{place} holds {twice!r} twice; keep one"
    description = error.schema.get("description", "")
    return f"{place} is {error.instance!r}, but {error.message}" + (f" ({description})" if description else "")


def read_catalogue(files, schema):
    """Read the definitions of combinations and accuracies.

    Returns
    -------
    combinations : dict
        ``space-task-device-metric`` to the definition.
    accuracies : dict
        ``space-task`` to the definition.

    Raises
    ------
    ConfigurationError
        Also for an id that is defined twice, in one file or in two.
    """
    combinations, accuracies, defined_in = {}, {}, {}
    for file in files:
        content = read_yaml(file)
        check_schema(content, schema, file)
        for kind, found, keys in (
            ("combinations", combinations, ("space", "task", "device", "metric")),
            ("accuracies", accuracies, ("space", "task")),
        ):
            for entry in content.get(kind, []):
                name = "-".join(entry[key] for key in keys)
                if (kind, name) in defined_in:
                    raise ConfigurationError(
                        f"{file}: {kind} define {name!r} a second time (first in {defined_in[kind, name]}); "
                        "rename the task or the device, or remove one"
                    )
                _check_one_of(entry["space"], SPACE_KEYS, f"{file}: space of {name!r}")
                _check_one_of(entry["source"], SOURCE_KEYS, f"{file}: source of {name!r}")
                defined_in[kind, name] = file
                found[name] = entry
    return combinations, accuracies


def check_study(config, combinations, accuracies, name="configuration"):
    """Check what a schema cannot: names that must exist, sizes that must fit.

    Parameters
    ----------
    config : dict
        A configuration that its schema admits.
    combinations, accuracies : dict
        From ``read_catalogue``.
    name : str
        What the message calls the configuration.

    Raises
    ------
    ConfigurationError
    """
    for predictor in [*config["predictors"], *config["hyperparameters"]]:
        _check_one_of(predictor, REGISTRY, f"{name}: predictors")
    for key in ("train_sizes", "test_sizes"):
        for space in config[key]:
            _check_one_of(space, SPACE_KEYS, f"{name}: a space of {key}")
    _check_selection(config["selection"], config["seeds"], name)
    for predictor, arguments in config["hyperparameters"].items():
        _check_hyperparameters(predictor, arguments, name)
    for combination in config["combinations"]:
        _check_one_of(combination, combinations, f"{name}: combinations")
        entry = combinations[combination]
        _check_request(combination, {**entry, "kind": "target"})
        _check_other_devices(combination, combinations)
        if "dead_operations" in entry and not has_dead_operations(entry["space"]):
            raise ConfigurationError(
                f"definition of {combination!r}: dead_operations is {entry['dead_operations']!r}, but all operations "
                f"of {entry['space']} reach the output; remove the key"
            )
        if "accuracy" in entry:
            accuracy = f"{entry['space']}-{entry['accuracy']}"
            _check_one_of(accuracy, accuracies, f"{name}: accuracy of {combination!r}")
            _check_request(accuracy, {**accuracies[accuracy], "kind": "accuracy"})
        space = get_space(entry["space"])
        for key in ("train_sizes", "test_sizes"):
            _check_one_of(space.key, config[key], f"{name}: {combination!r} needs {key} of its space, which")
        largest, test_size = max(config["train_sizes"][space.key]), config["test_sizes"][space.key]
        if largest + test_size > space.architectures:
            raise ConfigurationError(
                f"{name}: train_sizes.{space.key} holds {largest}, beyond the data: with test_sizes.{space.key} "
                f"{test_size} at most {space.architectures - test_size} of {space.architectures} can be trained on"
            )


def _check_hyperparameters(predictor, arguments, name):
    for argument, value in arguments.items():
        _check_one_of(argument, hyperparameters_of(predictor), f"{name}: a key of hyperparameters.{predictor}")
        if isinstance(value, str) and re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
            raise ConfigurationError(
                f"{name}: hyperparameters.{predictor}.{argument} is the text {value!r}, not a number; write it into a "
                "configuration file, without quotes: --config passes nested values as text"
            )


def _check_other_devices(combination, combinations):
    """A device is not predicted from one that differs in the batch size only: the answer would stand there."""
    entry = combinations[combination]
    for other in entry.get("transfer_from", []):
        what = f"transfer_from of {combination!r}"
        _check_one_of(other, combinations, what)
        if combinations[other]["space"] != entry["space"]:
            raise ConfigurationError(f"{what} names {other!r} of another space; name combinations of {entry['space']}")
        if _family(combinations[other]["device"]) == _family(entry["device"]):
            raise ConfigurationError(f"{what} names {other!r}, a device of the same family; name other devices")


def _family(device):
    """Name of a device without the number behind it, its batch size or model."""
    return re.sub(r"_\d+$", "", device)


def _check_selection(selection, seeds, name):
    trained = [predictor for predictor, entry in REGISTRY.items() if entry.trained]
    for predictor in selection["adaptive"]:
        _check_one_of(predictor, trained, f"{name}: selection.adaptive")
    if selection["seeds"] > seeds:
        raise ConfigurationError(
            f"{name}: selection.seeds is {selection['seeds']}, but there are {seeds} seeds; lower it or raise seeds"
        )


def check_measure(measure, name="configuration"):
    """Check the key ``measure`` for what a schema cannot: tasks of a space, names given twice, bounds that fit.

    Parameters
    ----------
    measure : dict
        What the schema admits.
    name : str
        What the message calls the configuration.

    Raises
    ------
    ConfigurationError
    """
    seen = set()
    for entry in [*measure["combinations"], *measure["computed"]]:
        tasks = get_networks(entry["space"]).TASKS
        _check_one_of(entry["task"], tasks, f"{name}: a task of {entry['space']} in measure")
        identity = tuple(entry.get(key) for key in ("space", "task", "device", "metric"))
        what = "-".join(filter(None, identity))
        if "device" in entry and ("runtime" in entry) == ("device_command" in entry):
            raise ConfigurationError(
                f"{name}: {what!r} in measure needs one of runtime and device_command; give just one"
            )
        if identity in seen:
            raise ConfigurationError(f"{name}: measure names {what!r} twice; rename the device, or remove one")
        seen.add(identity)
    least, most = measure["effort"]["least"], measure["effort"]["most"]
    if least > most:
        raise ConfigurationError(f"{name}: measure.effort.least is {least}, above measure.effort.most {most}; lower it")


def hyperparameters_of(predictor):
    """Return the names of a predictor's hyperparameters: its constructor's arguments, but the space it is told."""
    return [name for name in signature(get_predictor(predictor)).parameters if name != "space"]


def _check_request(name, request):
    """Ask the source whether it has what the catalogue defines, before anything is fetched."""
    try:
        get_source(request["source"]).files(request)
    except ValueError as error:
        raise ConfigurationError(f"definition of {name!r}: {error}") from error


def _check_one_of(value, allowed, what):
    if value not in allowed:
        known = f"use one of {', '.join(allowed)}" if allowed else "it has none"
        raise ConfigurationError(f"{what} is {value!r}; {known}")
