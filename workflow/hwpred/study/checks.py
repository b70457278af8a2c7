"""What a study says and its keys alone cannot tell: names that must exist, sizes that must fit."""

import re
from difflib import get_close_matches

from hwpred.documents import StudyError
from hwpred.measurement.openers import file_of
from hwpred.measurement.plan import read_texts
from hwpred.networks import NETWORK_SPACES, get_networks
from hwpred.predictors.constraints import check_hyperparameters
from hwpred.predictors.registry import REGISTRY
from hwpred.sources import get_source
from hwpred.spaces import get_space, space_keys
from hwpred.structure import has_dead_operations

MOST_NAMES = 25
"""A message lists all allowed names, up to that many."""


def check_study(study, combinations, accuracies, name):
    """Check a study against the catalogue and against what predictors, sources and spaces can do.

    Parameters
    ----------
    study : Study
    combinations, accuracies : dict
        From ``read_catalogue``.
    name : callable
        A key of the study -> what a message calls the place where it stands, its file.

    Raises
    ------
    StudyError
    """
    for predictor in study.predictors:
        _check_one_of(predictor, REGISTRY, f"{name('predictors')}: predictors")
    for predictor, arguments in study.hyperparameters.items():
        _check_one_of(predictor, REGISTRY, f"{name('hyperparameters')}: a key of hyperparameters")
        try:
            check_hyperparameters(predictor, arguments)
        except ValueError as error:
            raise StudyError(f"{name('hyperparameters')}: {error}") from error
    for key in ("train_sizes", "test_sizes"):
        for space in getattr(study, key):
            _check_one_of(space, space_keys(), f"{name(key)}: a space of {key}")
    _check_selection(study, name("selection"))
    for combination in study.combinations:
        _check_one_of(combination, combinations, f"{name('combinations')}: combinations")
        _check_combination(combination, combinations, accuracies)
        _check_sizes(study, combination, combinations[combination]["space"], name("train_sizes"))
    if study.measure:
        _check_measure(study, name("measure"))


def _check_combination(combination, combinations, accuracies):
    entry = combinations[combination]
    _check_request(combination, {**entry, "kind": "target"})
    _check_other_devices(combination, combinations)
    if "dead_operations" in entry:
        _check_dead_operations(combination, entry)
    if "accuracy" in entry:
        accuracy = f"{entry['space']}-{entry['accuracy']}"
        _check_one_of(accuracy, accuracies, f"definition of {combination!r}: its accuracy")
        _check_request(accuracy, {**accuracies[accuracy], "kind": "accuracy"})


def _check_dead_operations(combination, entry):
    space, told = entry["space"], f"definition of {combination!r}: dead_operations is {entry['dead_operations']!r}"
    if get_space(space).module == "network_files":
        raise StudyError(f"{told}, but {space} holds networks in files, which are read before that is known; remove it")
    if not has_dead_operations(space):
        raise StudyError(f"{told}, but all operations of {space} reach the output; remove the key")


def _check_sizes(study, combination, space, name):
    for key in ("train_sizes", "test_sizes"):
        if space not in getattr(study, key):
            raise StudyError(f"{name}: {combination!r} needs {key} of its space {space}; add {key}.{space}")
    largest, test_size, known = max(study.train_sizes[space]), study.test_sizes[space], get_space(space).architectures
    if largest + test_size > known:
        raise StudyError(
            f"{name}: train_sizes.{space} holds {largest}, beyond the data: with test_sizes.{space} "
            f"{test_size} at most {known - test_size} of {known} can be trained on"
        )


def _check_other_devices(combination, combinations):
    """A device is not predicted from one that differs in the batch size only: the answer would stand there."""
    entry = combinations[combination]
    for other in entry.get("transfer_from", []):
        what = f"definition of {combination!r}: transfer_from"
        _check_one_of(other, combinations, what)
        if combinations[other]["space"] != entry["space"]:
            raise StudyError(f"{what} names {other!r} of another space; name combinations of {entry['space']}")
        if _family(combinations[other]["device"]) == _family(entry["device"]):
            raise StudyError(f"{what} names {other!r}, a device of the same family; name other devices")


def _family(device):
    """Name of a device without the number behind it, its batch size or model."""
    return re.sub(r"_\d+$", "", device)


def _check_selection(study, name):
    trained = [predictor for predictor, entry in REGISTRY.items() if entry.trained]
    for predictor in study.selection.adaptive:
        _check_one_of(predictor, trained, f"{name}: selection.adaptive")
    if study.selection.seeds > study.seeds:
        raise StudyError(
            f"{name}: selection.seeds is {study.selection.seeds}, but there are {study.seeds} seeds; lower it or "
            "raise seeds"
        )


def _check_measure(study, name):
    seen = set()
    for entry in study.timed:
        _check_networks(entry, study.measure.names, name)
    for entry in study.measure.computed:
        _check_one_of(entry.task, get_networks(entry.space).TASKS, f"{name}: a task of {entry.space} in measure")
    for entry in [*study.timed, *study.measure.computed]:
        identity = tuple(getattr(entry, key, None) for key in ("space", "task", "device", "metric"))
        if identity in seen:
            what = "-".join(filter(None, identity))
            raise StudyError(f"{name}: measure names {what!r} twice; rename the device, or remove one")
        seen.add(identity)


def _check_networks(entry, names, name):
    """Check that there are networks to time: of layers that hwpred knows, files, or a factory."""
    try:
        texts = read_texts(names) if names else []
    except ValueError as error:
        raise StudyError(f"{name}: measure.names: {error}") from error
    _check_one_of(entry.space, space_keys(), f"{name}: a space of measure")
    space = get_space(entry.space)
    for text in texts:
        try:
            space.from_text(text)
        except ValueError as error:
            raise StudyError(f"{name}: {names}: {error}") from error
    if entry.networks is not None:
        missing = [file for file in (file_of(entry.networks, text) for text in texts) if not file.is_file()]
        if missing:
            raise StudyError(f"{name}: measure.networks: there is no file {missing[0]}; write it, or name others")
    elif entry.factory is None:
        if entry.space not in NETWORK_SPACES:
            raise StudyError(
                f"{name}: hwpred cannot build networks of {entry.space}; give measure.combinations a folder of ONNX "
                "files (networks) or a function that makes them (factory)"
            )
        _check_one_of(entry.task, get_networks(entry.space).TASKS, f"{name}: a task of {entry.space} in measure")


def _check_request(name, request):
    """Ask the source whether it has what the catalogue defines, before anything is fetched."""
    try:
        get_source(request["source"]).files(request)
    except ValueError as error:
        raise StudyError(f"definition of {name!r}: {error}") from error


def _check_one_of(value, allowed, what):
    if value in allowed:
        return
    known = list(allowed)
    if len(known) > MOST_NAMES:
        alike = get_close_matches(str(value), known, 5, cutoff=0) or known[:5]
        raise StudyError(f"{what} is {value!r}, none of the {len(known)} there are; alike are {', '.join(alike)}")
    raise StudyError(f"{what} is {value!r}; " + (f"use one of {', '.join(known)}" if known else "it has none"))
