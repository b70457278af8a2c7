"""Timings of an unfinished chunk, kept on disk one by one: a chunk that is stopped goes on where it was."""

import json
import logging
import time
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def only_writer(path):
    """Hold the file of a journal, so that no second process keeps timings of other networks among these.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    RuntimeError
        If another process holds it. The system frees it when that ends. Windows knows no such hold.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RuntimeError(
                f"another process keeps its timings in {path}; wait until it has ended, or write into another file"
            ) from error
        yield


class Journal:
    """The timings of one chunk, in a file beside its table: a line says under which conditions, then a line each.

    Parameters
    ----------
    path : str or Path
    conditions : dict
        Whatever the times depend on, as JSON can hold it. Timings under other conditions are thrown away.
    clock : callable
        Seconds since the epoch.

    Attributes
    ----------
    rows : list of dict
        The timings, those of earlier sessions first.
    sessions : list of float
        When each session started, seconds since the epoch; the last one is this one.
    """

    def __init__(self, path, conditions, clock=time.time):
        self._path = Path(path)
        head = json.dumps({"conditions": conditions}, sort_keys=True)
        lines = self._lines()
        known = [json.loads(line) for line in lines[1:]] if lines[:1] == [head] else []
        self.rows = [entry for entry in known if "session" not in entry]
        self.sessions = [entry["session"] for entry in known if "session" in entry]
        if self.rows:
            logger.info("%d timings of an earlier session are kept", len(self.rows))
        # Written anew, since the last line of a session that was killed may be torn.
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in (head, *map(json.dumps, known)))
        self.sessions.append(clock())
        self._write({"session": self.sessions[-1]})

    def append(self, row):
        """Keep one timing, on disk at once."""
        self.rows.append(row)
        self._write(row)

    def remove(self):
        """Delete the file: the chunk has all that it wants."""
        self._path.unlink()

    def _lines(self):
        if not self._path.is_file():
            return []
        *lines, _torn = self._path.read_text(encoding="utf-8").split("\n")
        return lines

    def _write(self, entry):
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(entry)}\n")
