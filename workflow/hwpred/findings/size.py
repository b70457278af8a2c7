"""What grows with size, as ``benchmarks/size.py`` measured it."""

from hwpred.findings.tables import read_csv


def tabulate(measured):
    """Return the table ``size.csv``: a row a work, its count, CPU seconds and memory."""
    return {"size.csv": read_csv(measured[0])}
