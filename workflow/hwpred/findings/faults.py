"""What happened when tables, files, servers and processes were damaged on purpose, as ``make faults`` found it."""

import pandas as pd

from hwpred.findings.tables import read_csv

COLUMNS = ["tried", "survived", "silent", "bare"]


def tabulate(measured):
    """Return the table ``faults.csv``.

    Parameters
    ----------
    measured : sequence of path
        CSV files with a row a test and what it was done to.

    Returns
    -------
    dict of DataFrame
        A row a test: how many faults were ``tried``, ``survived``, believed (``silent``), or refused by anything but a
        sentence that names the file (``bare``).
    """
    trials = pd.concat(map(read_csv, measured))
    groups = trials.groupby("test", sort=False)
    return {"faults.csv": groups[COLUMNS].sum().reset_index()}
