"""Mistakes of a command line that are found before anything is computed: files that are not there, options in vain."""

import os
import re
from pathlib import Path

from hwpred.errors import InputError

_FILES = {
    "device": "DEVICE",
    "file": "FILE",
    "add_to": "--add-to",
    "accuracy": "--accuracy",
    "architectures": "--architectures",
    "names": "--names",
}
"""Options that name a file to read -> how the help calls them."""
_OF_A_NEW_DEVICE = {"space": None, "metric": None, "unit": None, "direction": None, "dead_operations": None,
                    "predictor": "auto"}  # fmt: skip
"""Options of ``fit`` that a device knows already -> their defaults."""


def check_options(options):
    """Check what can be known of the options of any command before it runs.

    Parameters
    ----------
    options : argparse.Namespace

    Raises
    ------
    InputError
        If a file is not there, the result cannot be written or would replace measurements, or an option would change
        nothing.
    """
    given = {name: value for name, value in vars(options).items() if value is not None and value != []}
    for name, word in _FILES.items():
        if name in given:
            _check_is_there(given[name], word)
    if (output := written(options)) is not None:
        _check_place(output)
        _check_replaces_no_input(output, given)
        if given["command"] == "plan":
            check_replaces_no_measurements(output)
    if "dimension" in given and not any(name in given for name in ("networks", "files")):
        raise InputError("--dimension is a dimension of ONNX files; name these, too, or leave it out")
    if "accuracy" not in given and (given.get("quality", "accuracy") != "accuracy" or "quality_direction" in given):
        raise InputError("--quality says what the file of --accuracy holds; give that file, too, or leave it out")
    if "add_to" in given:
        _check_is_new(given)


def written(options):
    """Return the path of the file that a command writes, as given or its default; None for the terminal."""
    if options.output is not None:
        return Path(options.output)
    if options.command == "fit" and options.add_to is not None:
        return Path(options.add_to)
    return Path(Path(options.device).with_suffix(".html").name) if options.command == "report" else None


def _check_is_there(path, word):
    if not os.path.exists(path):  # a path's own method raises an error of a name that is too long
        raise InputError(f"{path} does not exist; correct {word}")
    if os.path.isdir(path):
        raise InputError(f"{path} is a folder; {word} is a file")


def _check_place(path):
    if path.is_dir():
        raise InputError(f"{path} is a folder; let --output name a file")
    above = next(folder for folder in path.absolute().parents if folder.exists())
    if not above.is_dir():
        raise InputError(f"{path} cannot be written, since {above} is no folder; correct --output")
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is a device or a pipe; let --output name a file, or leave it out and redirect")
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(f"{path} is protected against writing; let --output name another file, or permit it")
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"{path} cannot be written, since you may not write into {above}; let --output name another")


def _check_replaces_no_input(output, given):
    """Refuse an output that is a file to be read, but for the device that learns more."""
    read = [(given[name], word) for name, word in _FILES.items() if name in given and name != "add_to"]
    read += [(file, "FILE") for file in given.get("files", ())] + [(given.get("space", ""), "--space")]
    for file, word in read:
        if output.exists() and os.path.exists(file) and output.samefile(file):
            raise InputError(f"{output} is also {word}, and would be replaced; let --output name another file")


def check_replaces_no_measurements(path, learnt=()):
    """Refuse an output that has been filled in, but for architectures that a device has learnt from.

    Parameters
    ----------
    path : Path
    learnt : container of str
        Architectures, as ``hwpred suggest`` writes them.

    Raises
    ------
    InputError
        If values would be lost.
    """
    if not path.is_file():
        return
    from hwpred.sources.formats import read_data_file  # no other command needs it before it runs

    try:
        columns = read_data_file(path, str(path), {"architecture", "value"}.__contains__, "value").columns
    except InputError as error:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            head = [cell.strip(' "\n').lower() for cell in re.split("[,;\t]", file.readline())]
        if "value" in head:
            raise InputError(f"{error}; until then it is not replaced, since it may have been filled in") from error
        return  # no table, so that nothing was filled in
    values = columns.get("value", ())
    names = columns.get("architecture", [""] * len(values))
    cells = zip(names, values, strict=True)
    lost = sum(cell == cell and str(cell).strip() != "" and name not in learnt for name, cell in cells)
    if lost:
        said = f"{lost} measured value{'s' * (lost > 1)}"
        raise InputError(f"{path} has {said}, which an empty column would replace; let --output name another file")


def _check_is_new(given):
    for name, default in _OF_A_NEW_DEVICE.items():
        if given.get(name, default) != default:
            option = f"--{name.replace('_', '-')}"
            raise InputError(f"{option} belongs to a new device; with --add-to leave it out, since the device has one")
