"""What a GPU gains over one processor core, as ``benchmarks/gpu.py`` measured it where there was one."""

from hwpred.findings.tables import read_csv

COLUMNS = ["predictor", "device", "seeds", "seconds", "one_core_seconds", "times", "tau_difference"]


def tabulate(measured):
    """Return the table ``gpu.csv``: a row a predictor, whose ``standard_error`` is that of ``tau_difference``."""
    return {"gpu.csv": read_csv(measured[0])[[*COLUMNS, "standard_error", "core_seeds"]]}
