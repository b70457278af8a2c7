"""After a kill: is a run still alive here, did one leave its lock, and which files did it leave unfinished?

``python -m hwpred.study.recovery`` prepares a folder for going on, and is what ``make resume`` does first.
"""

import os
import re
import sys
from argparse import ArgumentParser
from pathlib import Path

import psutil

from hwpred.errors import InputError

_UNFINISHED = re.compile(r"\..+\.(\d+)\.unfinished(\.[^.]*)?")
"""Names of files that ``hwpred.tables.whole_file`` writes, with the number of the process that does."""


def running(folder="."):
    """Return the process numbers of Snakemake in this folder on this machine, without the one that asks.

    Parameters
    ----------
    folder : str or Path
        Where the workflow was started.

    Returns
    -------
    list of int
    """
    asking = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    place = Path(folder).resolve()
    return [process.pid for process in psutil.process_iter() if process.pid not in asking and _is_run(process, place)]


def _is_run(process, place):
    try:
        return any(Path(word).name == "snakemake" for word in process.cmdline()[:3]) and Path(process.cwd()) == place
    except (psutil.Error, OSError):  # it has ended, or belongs to somebody else, who cannot write here
        return False


def is_locked(folder="."):
    """Whether a run holds the folder where the workflow was started, or was killed while it did."""
    return any(Path(folder, ".snakemake", "locks").glob("*"))


def unfinished_files(folder):
    """Return the files below a folder that were begun by a process that is no more, in order."""
    return sorted(path for path in Path(folder).rglob(".*") if (pid := _writer(path)) and not psutil.pid_exists(pid))


def _writer(path):
    found = _UNFINISHED.fullmatch(path.name)
    return found and int(found.group(1))


def remove_unfinished(folder):
    """Remove them, and return which they were."""
    found = unfinished_files(folder)
    for path in found:
        path.unlink(missing_ok=True)
    return found


def check_unlocked(folder="."):
    """Check that a run can start in this folder.

    Raises
    ------
    InputError
        If one is at work, or was killed; it says which, and what to do.
    """
    if not is_locked(folder):
        return
    check_none_runs(folder)
    raise InputError("the last run in this folder was killed, and left its lock; go on with it: make resume")


def check_none_runs(folder="."):
    """Raise InputError if a run is at work in this folder."""
    if found := running(folder):
        numbers = " and ".join(map(str, found))
        raise InputError(f"a run is at work in this folder (process {numbers}); wait for its end, or end it")


def main(arguments=None):
    """Prepare a folder in which a run was killed for going on; return the exit status."""
    parser = ArgumentParser(prog="python -m hwpred.study.recovery", description="Prepare this folder for a run.")
    parser.add_argument("--only-check", action="store_true", help="refuse where a killed run left its lock, too")
    options = parser.parse_args(arguments)
    try:
        if options.only_check:
            check_unlocked()
            return 0
        check_none_runs()
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    for path in remove_unfinished("results"):
        print(f"Removed {path}, which was left unfinished")
    return 0


if __name__ == "__main__":
    sys.exit(main())
