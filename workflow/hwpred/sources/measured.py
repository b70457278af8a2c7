"""Tables that this project measured, or that ``snakemake measure`` makes: ``<combination>.parquet`` in a folder.

Columns: ``hwpred.tables.SCHEMAS["measured"]``, of which ``started`` may be missing. Accuracies are called
``<space>-<task>-accuracy.parquet``. Beside each table a JSON file of the same name says what the values are and how
they came about. The request says where the files lie (``folder``). If the folder holds ``SHA256SUMS``, as ``sha256sum``
writes it, files that it lists are compared with it.
"""

import re

from hwpred.errors import InputError
from hwpred.sources.checksums import file_digest
from hwpred.sources.requests import LARGER, SMALLER, check_request, combination_id

_SUM = re.compile(r"(?P<digest>[0-9a-f]{64}) [ *](?P<name>[^\ufffd]+)")
"""A line of ``sha256sum``."""
_TEXT = (lambda value: isinstance(value, str) and value != "", "text")
_ANYTHING = (lambda value: True, "anything")
_FACTS = {
    "unit": _TEXT,
    "direction": (lambda value: value in (SMALLER, LARGER), f"{SMALLER!r} or {LARGER!r}"),
    "licence": _TEXT,
    "date": _TEXT,
    "command": _TEXT,
}
_FACTS_OF_LATENCY = {
    "batch_size": (lambda value: type(value) is int and value > 0, "a whole number from 1"),
    "noise_ceiling": (
        lambda value: value is None or (type(value) in (int, float) and -1 <= value <= 1),
        "a number from -1 to 1, or null",
    ),
    "drift": _ANYTHING,
    "device": _ANYTHING,
    "protocol": _ANYTHING,
}
"""Keys that the JSON must have, each with what its value must be."""


def files(request):
    """Return the table and its description; InputError if the request lacks its folder."""
    from pathlib import PurePath

    check_request("measured", request, kind=("target", "accuracy"))
    folder = request.get("folder")
    if not isinstance(folder, str) or not folder:
        raise InputError(f"source measured needs the key 'folder', where its tables lie, not {folder!r}")
    is_target = request["kind"] == "target"
    name = combination_id(request) if is_target else f"{request['space']}-{request['task']}-accuracy"
    return [str(PurePath(folder, name + suffix)) for suffix in (".parquet", ".json")]


def load_target(request, paths, table):
    """Return the metric; a computed one has no spread, and the ``noise_ceiling`` among its notes is 1."""
    frame, facts = _read(request, paths, _FACTS_OF_LATENCY if request["metric"] == "latency" else {})
    if (frame["spread"] == 0).all():
        facts.setdefault("noise_ceiling", 1.0)
    return _check(request, paths, frame, facts, table)


def load_accuracy(request, paths, table):
    """Return the accuracies, in %."""
    return _check(request, paths, *_read(request, paths, {}), table)


def _read(request, paths, more_facts):
    from hwpred.tables import of_name, read_table

    table, facts = (paths[file] for file in files(request))
    for path in (table, facts):
        _check_sum(path)
    return read_table(table, "measured", of_name(table)), _read_facts(facts, {**_FACTS, **more_facts})


def _check_sum(path):
    """Compare a file with the checksum that is listed in its folder, if one is."""
    sums = path.with_name("SHA256SUMS")
    if not sums.is_file():
        return
    listed = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not (found := _SUM.fullmatch(line)):
            raise InputError(f"{sums}, line {number} is no sha256 with the name of a file; get it again")
        listed[found["name"]] = found["digest"]
    if not listed:
        raise InputError(f"{sums} is empty; get it again")
    if (expected := listed.get(path.name)) and (found := file_digest(path)) != expected:
        raise InputError(f"{path} has changed: its sha256 is {found}, not {expected} as {sums.name} says; get it again")


def _check(request, paths, frame, facts, table):
    from hwpred.sources.measurements import check_measurements

    architecture, value = (frame[column].to_numpy() for column in ("architecture", "value"))
    told = {key: facts.pop(key, None) for key in ("unit", "direction", "batch_size", "licence")}
    told["time"] = frame["started"].to_numpy() if "started" in frame else None
    return check_measurements(str(paths[files(request)[0]]), architecture, value, table, notes=facts, **told)


def _read_facts(path, checks):
    import json

    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} cannot be read as JSON ({error}); correct the file") from error
    if not isinstance(facts, dict):
        raise InputError(f"{path} holds {facts!r}, no JSON object; it needs the keys {', '.join(checks)}")
    for key, (is_right, words) in checks.items():
        if key not in facts:
            raise InputError(f"{path} lacks the key {key!r}; it needs {', '.join(checks)}")
        if not is_right(facts[key]):
            raise InputError(f"{path}: key {key!r} is {facts[key]!r}; it must be {words}")
    return facts
