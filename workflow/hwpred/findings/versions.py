"""What fits take since the version before, and what that costs in tau, as ``benchmarks/versions.py`` measured it."""

from hwpred.findings.tables import read_csv


def tabulate(measured):
    """Return the table ``versions.csv``: a row a predictor, the same fits by both versions."""
    return {"versions.csv": read_csv(measured[0])}
