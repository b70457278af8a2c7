"""Trials, and the journal of what came out, so that a run that was ended goes on where it was."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

SURVIVED = ("sentence", "same", "done")
"""Outcomes that are right: refused in one sentence that names the file, or done as if nothing had happened."""


@dataclass(frozen=True)
class Trial:
    """Something that is done wrong on purpose.

    Parameters
    ----------
    subject : str
        What it is done to: a kind of file, a server, a command.
    fault : str
        What is done.
    work : callable
        Does it, and returns a ``study.Outcome``.
    """

    subject: str
    fault: str
    work: Callable


class Journal:
    """The trials of one test that have been made, a line of JSON each.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._made = {(row["subject"], row["fault"]): row for row in map(json.loads, lines)}

    def make(self, trials):
        """Make those trials that were not made before; return all of them as a table, a row a trial."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = []
        for trial in trials:
            key = trial.subject, trial.fault
            if key not in self._made:
                self._made[key] = {"subject": trial.subject, "fault": trial.fault, **vars(trial.work())}
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(self._made[key]) + "\n")
            rows.append(self._made[key])
        return pd.DataFrame(rows)

    def read(self):
        """Return the trials that have been made, a row a trial."""
        return pd.DataFrame(self._made.values())


def summed_up(test, made):
    """Return the counts of one test, a row a subject.

    Parameters
    ----------
    test : str
        Its name.
    made : DataFrame
        ``kind`` of the outcome of each trial, by ``subject``, with ``seconds`` and ``memory_mb``.

    Returns
    -------
    DataFrame
    """
    groups = made.assign(
        survived=made["kind"].isin(SURVIVED),
        silent=made["kind"] == "silent",
        bare=made["kind"].isin(["bare", "crash"]),
    ).groupby("subject")
    columns = {"tried": ("kind", "size"), "survived": ("survived", "sum"), "silent": ("silent", "sum")}
    columns |= {"bare": ("bare", "sum"), "seconds": ("seconds", "max"), "memory_mb": ("memory_mb", "max")}
    table = groups.agg(**columns).reset_index()
    table.insert(0, "test", test)
    return table
