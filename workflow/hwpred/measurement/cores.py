"""One measuring process a core."""

import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_core(folder=None):
    """Pin this process to a core that no other measuring process of this user has.

    Parameters
    ----------
    folder : str or Path, optional
        Where the locks lie; a temporary folder by default.

    Yields
    ------
    int
        The core.

    Raises
    ------
    RuntimeError
        If other processes have them all.
    """
    allowed = os.sched_getaffinity(0)
    folder = Path(folder or tempfile.gettempdir()) / f"hwpred-cores-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for core in sorted(allowed, reverse=True):
        with open(folder / str(core), "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            os.sched_setaffinity(0, {core})
            try:
                yield core
            finally:
                os.sched_setaffinity(0, allowed)
            return
    raise RuntimeError(f"all {len(allowed)} cores are measuring already; start with fewer --cores, or wait")
