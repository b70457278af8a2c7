"""Console blocks of a page of docs/: the commands that a reader types, and what the page says that they print."""

import math
import re
import shlex
import subprocess

from hwpred import cli

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w~])"
_TOLERANCE = 0.02
"""Relative: other processors round otherwise, and a fit ends elsewhere by that."""


def commands(page):
    """Yield each command of a page with the output that stands below it."""
    for block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = command.partition("\n")
            yield line, output


def run(command, capsys):
    """Run a command in the current folder, ``hwpred`` in this process; return its standard output."""
    if not command.startswith("hwpred "):
        return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout
    capsys.readouterr()
    code = cli.main([*shlex.split(command)[1:], "--quiet"])
    told = capsys.readouterr()
    assert code == 0, f"{command}\n{told.err}"
    return told.out


def shows(shown, printed):
    """Whether a page shows what was printed: the same text, and numbers that differ by rounding at most.

    ``...`` stands for anything; whole numbers must be the same.
    """
    pattern, numbers = "", []
    for piece in re.split(rf"(\.\.\.|{_NUMBER})", shown):
        if piece == "...":
            pattern += ".*"
        elif re.fullmatch(_NUMBER, piece):
            pattern += f"({_NUMBER})"
            numbers.append(piece)
        else:
            pattern += re.escape(piece)
    found = re.fullmatch(pattern.replace(".*\\\n", ".*"), printed, re.DOTALL)
    return found is not None and all(map(_alike, numbers, found.groups()))


def _alike(shown, printed):
    if shown == printed:
        return True
    whole = re.fullmatch(r"-?\d+", shown) and re.fullmatch(r"-?\d+", printed)
    return not whole and math.isclose(float(shown), float(printed), rel_tol=_TOLERANCE, abs_tol=1e-6)
