"""What a script measured apart from any study, on a machine that it needs, and left beside itself as a CSV file."""

from pathlib import Path

from hwpred.findings.tables import read_csv

LEFT_OUT = {"gpu.csv": ["start_seconds"]}
"""Columns that are not told."""


def tabulate(measured):
    """Return the table that has the name of the measured file.

    Parameters
    ----------
    measured : sequence of path
        One CSV file.

    Returns
    -------
    dict of DataFrame
    """
    name = Path(measured[0]).name
    return {name: read_csv(measured[0]).drop(columns=LEFT_OUT.get(name, []))}
