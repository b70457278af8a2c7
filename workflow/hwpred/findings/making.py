"""Make a finding: read its inputs, write its tables and figures, and write down what they were made from."""

import json
from importlib import import_module
from pathlib import Path

from hwpred import __version__
from hwpred.figures import style
from hwpred.findings.registry import FINDINGS, path_of, provenance_of
from hwpred.tables import whole_file
from hwpred.writing import write_csv


def make(key, inputs, settings, facts):
    """Make the tables and figures of a finding, and write down what they were made from.

    Parameters
    ----------
    key : str
    inputs, settings, facts : dict
        Of ``inputs_of``, ``settings_of`` and ``facts_of``.

    Raises
    ------
    ValueError
        If the function makes other files than the registry says.
    """
    finding = FINDINGS[key]
    module, function = finding.function.split(":")
    made = getattr(import_module(f"hwpred.findings.{module}"), function)(**inputs, **settings)
    if set(made) != set(finding.outputs):
        raise ValueError(f"{key}: {finding.function} makes {sorted(made)}, the registry says {sorted(finding.outputs)}")
    for name, value in made.items():
        _write(value, Path(path_of(name)))
    facts = {"made_by": f"hwpred.findings.{finding.function}", "version": __version__, "runs": facts}
    with whole_file(provenance_of(key)) as unfinished:
        unfinished.write_text(json.dumps({**facts, "files": list(finding.outputs)}, indent=1) + "\n", encoding="utf-8")


def _write(value, path):
    if path.suffix == ".csv":
        write_csv(value, path)
    elif path.suffix == ".html":
        with whole_file(path) as unfinished:
            unfinished.write_text(value, encoding="utf-8")
    elif isinstance(value, bytes):
        with whole_file(path) as unfinished:
            unfinished.write_bytes(value)
    elif isinstance(value, str | Path):
        with whole_file(path) as unfinished:
            unfinished.write_bytes(Path(value).read_bytes())
    else:
        style.save(value, [path])
