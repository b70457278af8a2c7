"""Figures of a run that docs/ shows as they are."""

from pathlib import Path


def figures(files):
    """Return {name: file} of these figures."""
    return {Path(file).name: file for file in files}
