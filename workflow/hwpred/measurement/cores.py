"""Cores that no two measuring processes share."""

import errno
import logging
import os
import socket
from contextlib import ExitStack, contextmanager

logger = logging.getLogger(__name__)
UNPINNED = [-1]
"""What stands in the place of cores where a system does not let a process choose them."""


@contextmanager
def own_cores(count, lock="hwpred-core"):
    """Pin this process to cores that no other measuring process of this machine has.

    A core is taken by an abstract socket of its name: all accounts see it, whatever their temporary folders, no file
    is left behind, and the system frees it when the process ends. Containers with networks of their own do not see
    each other's.

    Parameters
    ----------
    count : int
        How many cores.
    lock : str
        What the names of the sockets start with.

    Yields
    ------
    list of int
        The cores; ``UNPINNED`` on a system without pinning (macOS), where nothing is reserved.

    Raises
    ------
    RuntimeError
        If this process may not use as many cores, or other measuring processes have too many of them.
    """
    if not hasattr(os, "sched_setaffinity"):
        logger.warning("this system cannot pin processes to cores, so another process may disturb the times")
        yield UNPINNED
        return
    allowed = os.sched_getaffinity(0)
    if count > len(allowed):
        raise RuntimeError(
            f"networks are to run on {count} threads, but this process may use {len(allowed)} cores; "
            f"set threads to {len(allowed)} or less"
        )
    with ExitStack() as taken:
        cores = _taken(count, allowed, lock, taken)
        os.sched_setaffinity(0, set(cores))
        try:
            yield cores
        finally:
            os.sched_setaffinity(0, allowed)


def _taken(count, allowed, lock, taken):
    """Return cores that are free, the last first; the stack ``taken`` lets them go."""
    cores = []
    for core in sorted(allowed, reverse=True):
        if len(cores) < count and _take(taken.enter_context(socket.socket(socket.AF_UNIX)), f"{lock}-{core}"):
            cores.append(core)
    if len(cores) < count:
        raise RuntimeError(
            f"networks are to run on {count} threads, and other measuring processes have "
            f"{len(allowed) - len(cores)} of the {len(allowed)} cores that this one may use; start with fewer "
            "--cores, or wait until they have ended"
        )
    return cores


def _take(lock, name):
    try:
        lock.bind(f"\0{name}")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True
