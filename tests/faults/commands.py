"""Names that are no names, in each key that takes one; and what a shell would do with the path of a file."""

from functools import partial
from itertools import product

import study
import yaml
from journal import Trial

NAMES = {
    "a newline at the end": "d\n",
    "a newline within": "d\ne",
    "nothing": "",
    "a blank": " ",
    "an option": "-rf",
    "a path above": "../../etc",
    "a path from the root": "/etc/passwd",
    "a hidden file": ".d",
    "400 letters": "n" * 400,
    "a wildcard": "{run}",
    "a star": "*",
    "a semicolon": "d;touch marker",
    "a call of a shell": "$(touch marker)",
    "backticks": "`touch marker`",
    "a quote": "d'",
    "zero": "d\x00",
    "a tag": "<script>alert(1)</script>",
    "another direction": "d\u202e",
    "a letter that looks like another": "\u0430",
    "a tabulator": "d\te",
}
COMMANDS = {
    "bare": "cat {onnx}",
    "in quotes": 'cat "{onnx}"',
    "in single quotes": "cat '{onnx}'",
    "for another shell": "sh -c 'cat {onnx}'",
    "in backticks": "echo `cat {onnx}`",
    "within a substitution": "echo $(cat {onnx})",
}
FOLDERS = (
    "$(touch marker)",
    "`touch marker`",
    "a b",
    "a'b",
    'a"b',
    "a;touch marker;b",
    "a\nb",
    "a\\b",
    "*",
    "a&b",
    "~",
)


def trials(folder):
    """Yield a trial for each name in each key, and for each command in each folder."""
    for (words, name), (key, place) in product(NAMES.items(), _KEYS.items()):
        yield Trial("name", f"{words}, {key}", partial(_name, folder / "names", name, place))
    for (words, command), place in product(COMMANDS.items(), FOLDERS):
        yield Trial("device command", f"{words}, in {place!r}", partial(_command, folder / "commands", command, place))


def _combination(**changes):
    entry = {"space": "nasbench201", "task": "t", "device": "d", "metric": "latency", "source": "table"}
    return {**entry, "file": "table.csv", "unit": "ms", "direction": "smaller", **changes}


def _timed(**changes):
    entry = {"space": "nasbench201", "task": "cifar10", "device": "d", "device_command": "cat {onnx}", **changes}
    return {"measure": {"combinations": [entry], "computed": []}}


_KEYS = {
    "run": lambda name: ({"run": name}, _combination()),
    "device": lambda name: ({}, _combination(device=name)),
    "task": lambda name: ({}, _combination(task=name)),
    "metric": lambda name: ({}, _combination(metric=name)),
    "space": lambda name: ({}, _combination(space=name)),
    "source": lambda name: ({}, _combination(source=name)),
    "file": lambda name: ({}, _combination(file=name)),
    "device to time": lambda name: (_timed(device=name), _combination()),
    "task to time": lambda name: (_timed(task=name), _combination()),
}


def _name(folder, name, place):
    study.emptied(folder)
    found, entry = place(name)
    combination = "-".join(entry[key] for key in ("space", "task", "device", "metric"))
    content = {"run": "mine", "catalogues": ["catalogue.yaml"], "combinations": [combination], **found}
    (folder / "catalogue.yaml").write_text(yaml.safe_dump({"combinations": [entry]}))
    (folder / "mine.yaml").write_text(yaml.safe_dump(content))
    done = study.apart(_check, folder)
    if list(folder.rglob("marker")):
        return done.called("run")
    # Refused, or read as a name of plain letters.
    return done.called("silent", "taken as a name") if done.kind == "done" else done


def _check():
    from hwpred.study.studies import of_files

    of_files(["mine.yaml"]).main.check_own_files()


def _command(folder, command, place):
    study.emptied(folder)
    inside = folder / place
    inside.mkdir()
    (inside / "n.onnx").write_text("1.5\n")
    done = study.apart(partial(_time, command, inside / "n.onnx"), folder, refusals=(_error(),))
    if list(folder.rglob("marker")):
        return done.called("run")
    return done.called("same") if done.kind == "done" else done


def _time(command, file):
    from hwpred.measurement.command import time_command

    if time_command(command, file, 30).median != 1.5:
        raise AssertionError("another number")


def _error():
    from hwpred.measurement.command import MeasurementError

    return MeasurementError
