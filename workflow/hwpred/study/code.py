"""What code a job stands on, derived from imports, and its hash: a job runs again when that code was edited.

It is the closure of the script's own import statements, those inside functions included, and of the members that the
job's wildcards name in a registry: of all spaces a job of ``fbnet`` stands on ``hwpred.spaces.fbnet`` only.
Comments, texts that stand by themselves (docstrings), log messages and layout do not count.

This module needs the standard library only, and gives the same hashes under every Python that the project supports.
"""

import ast
import hashlib
import io
import tokenize
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

REGISTRIES = {
    "hwpred.spaces": ("space", "hwpred.spaces.{}"),
    "hwpred.structure": ("space", "hwpred.spaces.{}.structure"),
    "hwpred.networks": ("space", "hwpred.spaces.{}.network"),
    "hwpred.sources": ("source", "hwpred.sources.{}"),
    "hwpred.predictors.registry": ("predictor", "hwpred.predictors.{}"),
    "hwpred.training.splits": ("design", "hwpred.training.{}"),
    "hwpred.selection.stages.making": ("stage", "hwpred.selection.stages.{}"),
    "hwpred.drawing.making": ("family", "hwpred.drawing.{}"),
    "hwpred.findings.making": ("finding", "hwpred.findings.{}"),
    "hwpred.findings.rendering": ("page", "hwpred.findings.pages.{}"),
}
"""Modules that import others by name -> the kind of name, and the module that it leads to."""

LEFT_OUT = {
    "hwpred",  # the version: a release trains nothing again
    "hwpred.joblog",  # what a log looks like
    "hwpred.errors",  # classes of errors
    "hwpred.predictors.registry",  # a job is told its own entry, so that a new predictor trains no other
    "hwpred.findings.registry",  # the same
    "hwpred.drawing.registry",  # the same
    "hwpred.spaces",  # key -> module, which the name of a member says, too
    "hwpred.sources",  # the same
}
"""Modules that do not count themselves; what they import does."""

_LOGGER = "logger"
_LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
_HARMLESS = ("len", "int", "float", "str", "round", "sorted", "sum", "min", "max", "mean", "join")
"""Functions and methods that a log message may call; one that calls another may change what is computed."""


def code_of(script, entry="", **members):
    """Return the hash of the code that a job of this script stands on.

    Parameters
    ----------
    script : Path
    entry : str
        What a registry that is left out says of this job.
    **members : str or iterable of str
        The names by which the job asks registries: ``space``, ``source``, ``design``, ``predictor``, ``stage``,
        ``family``, ``finding``, ``page``; modules.

    Returns
    -------
    str
        Twelve hexadecimal digits.

    Raises
    ------
    ValueError
        If an import leads to no module of the package.
    """
    return _code_of(script, entry, _listed(members))


@cache
def _code_of(script, entry, members):
    # Thousands of jobs differ in their seeds only: what they stand on is hashed once.
    content = hashlib.sha256(f"{entry}\n{_text_of(script)}\n".encode())
    for module in sorted(_closure(script, members)):
        content.update(f"{module}\n{_text_of(_file(module))}\n".encode())
    return content.hexdigest()[:12]


def modules_of(script, entry="", **members):
    """Return the modules of ``hwpred`` that a job of this script stands on.

    Parameters
    ----------
    script, entry, **members :
        As of ``code_of``.

    Returns
    -------
    set of str
    """
    return _closure(script, _listed(members))


def _listed(members):
    """Return members that may be looked up: sorted pairs of a kind and its names."""
    names = {kind: (value,) if isinstance(value, str) else tuple(value) for kind, value in members.items()}
    return tuple(sorted(names.items()))


@cache
def _closure(script, members):
    names = dict(members)
    found, waiting = set(), list(_imports(script))
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        waiting += _imports(_file(module))
        kind, member = REGISTRIES.get(module, (None, ""))
        named = map(member.format, names.get(kind, ()))
        waiting += _with_packages(name for name in named if _file(name, must_exist=False) is not None)
    return frozenset(found - LEFT_OUT)


def code_text(source):
    """Return the tokens of Python source, one a line, without comments, texts that stand by themselves, and logging."""
    left_out = list(_left_out(ast.parse(source)))
    lines = source.splitlines(keepends=True)
    tokens, formatted = [], []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        # Since Python 3.12 a formatted string is many tokens; before, it was one.
        if kind == "FSTRING_START":
            formatted.append(token.start)
        if kind == "FSTRING_END":
            start = formatted.pop()
            if not formatted and not _within(start, left_out):
                tokens.append(_between(lines, start, token.end))
            continue
        if kind in ("INDENT", "DEDENT", "NEWLINE"):
            tokens.append(kind)
        elif not (formatted or kind in ("COMMENT", "NL", "ENDMARKER") or _within(token.start, left_out)):
            tokens.append(token.string)
    return "\n".join(_without_empty_lines(tokens))


def _without_empty_lines(tokens):
    """Leave out the ends of lines of which nothing else is left."""
    before = ["NEWLINE", *tokens]
    empty = ("NEWLINE", "INDENT", "DEDENT")
    return [token for i, token in enumerate(tokens) if token != "NEWLINE" or before[i] not in empty]


def _left_out(tree):
    """Yield (start, end) of statements that compute nothing: texts, and calls of a logger."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr):
            continue
        value = node.value
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        if is_text or _is_message(value):
            yield (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)


def _is_message(value):
    """Whether an expression is a call of a logger that changes nothing but the log."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return False
    inner = [node for part in (*value.args, *value.keywords) for node in ast.walk(part)]
    called = [
        getattr(node.func, "attr", getattr(node.func, "id", None)) for node in inner if isinstance(node, ast.Call)
    ]
    return (
        ast.unparse(value.func.value) == _LOGGER
        and value.func.attr in _LEVELS
        and all(name in _HARMLESS for name in called)
        and not any(isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom) for node in inner)
    )


def _within(place, spans):
    return any(start <= place < end for start, end in spans)


def _between(lines, start, end):
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right]
    return "".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])


@cache
def _text_of(file):
    return code_text(file.read_text(encoding="utf-8"))


@cache
def _imports(file):
    """Return the modules of ``hwpred`` that a file imports, with the packages that they lie in."""
    named = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{file}, line {node.lineno}: relative import; write the module's whole name")
            named.add(node.module)
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            named |= {name for name in members if _file(name, must_exist=False) is not None}
    return _with_packages(name for name in named if name.split(".")[0] == "hwpred")


def _with_packages(modules):
    """Return the names of these modules and of the packages that they lie in: importing a module runs those, too."""
    parts = [module.split(".") for module in modules]
    return {".".join(names[:length]) for names in parts for length in range(1, len(names) + 1)}


@cache
def _file(module, must_exist=True):
    """Return the file of a module of this package."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file
    if must_exist:
        raise ValueError(f"hwpred has no module {module!r}, which another one imports")
    return None
