"""Hashes of the library's own code, so that a job runs again when code that it stands on was edited."""

import ast
import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


def digest(*modules):
    """Return a hash of what modules of this package do: comments, docstrings and layout do not count.

    Parameters
    ----------
    *modules : str
        Paths in the package, ``"predictors/svm.py"``, or folders, ``"training"``: all modules in it.

    Raises
    ------
    ValueError
        If there is no such module.
    """
    content = hashlib.sha256()
    for module in modules:
        path = _PACKAGE / module
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        if not files or not all(file.is_file() for file in files):
            raise ValueError(f"hwpred has no module {module!r} to take a digest of")
        for file in files:
            content.update(f"{file.relative_to(_PACKAGE).as_posix()}\n{_code_of(file)}\n".encode())
    return content.hexdigest()[:12]


@cache
def _code_of(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
