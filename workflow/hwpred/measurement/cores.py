"""Cores that no two measuring processes share (Linux)."""

import fcntl
import os
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def own_cores(count, folder=None):
    """Pin this process to cores that no other measuring process of this user has.

    Parameters
    ----------
    count : int
    folder : str or Path, optional
        Where the locks lie; a temporary folder by default.

    Yields
    ------
    list of int
        The cores.

    Raises
    ------
    RuntimeError
        If other processes have too many of them.
    """
    allowed = os.sched_getaffinity(0)
    folder = Path(folder or tempfile.gettempdir()) / f"hwpred-cores-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    with ExitStack() as locks:
        cores = []
        for core in sorted(allowed, reverse=True):
            if len(cores) < count and _lock(locks.enter_context(open(folder / str(core), "w"))):
                cores.append(core)
        if len(cores) < count:
            raise RuntimeError(
                f"{count} of {len(allowed)} cores wanted, {len(cores)} free of measuring; start with fewer --cores, "
                "or wait"
            )
        os.sched_setaffinity(0, set(cores))
        try:
            yield cores
        finally:
            os.sched_setaffinity(0, allowed)


def _lock(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
