"""What a job of a moment costs on Slurm, as ``tests/slurm/overhead.py`` measured it."""

from hwpred.findings.tables import read_csv


def tabulate(measured):
    """Return the table ``overhead_slurm.csv``: a row a way to run jobs, their number, CPU seconds and seconds a job."""
    return {"overhead_slurm.csv": read_csv(measured[0])}
