"""The log of one job: messages, warnings and the traceback of a failure all end up in the rule's log file."""

import logging
import sys
import warnings
from time import monotonic

from hwpred.errors import InputError

SECONDS = 10
"""Between two messages about progress."""


def start_job_log(path):
    """Log to that file (``INFO`` and above), uncaught exceptions and warnings included.

    An ``InputError`` is logged as its sentence. Anything else is a mistake of the program and is logged with its
    traceback. Both print one line to the standard error.
    """
    logging.basicConfig(
        filename=path, filemode="w", level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.captureWarnings(True)
    warnings.simplefilter("default")
    sys.excepthook = _log_exception


def _log_exception(kind, value, traceback):
    logger = logging.getLogger("hwpred")
    if issubclass(kind, InputError):
        logger.critical("%s", value)
        print(value, file=sys.stderr)
    else:
        logger.critical("failed", exc_info=(kind, value, traceback))
        print(f"{kind.__name__}: {value}", file=sys.stderr)


class Progress:
    """How far a long computation is, to be told every ten seconds and at its end.

    Parameters
    ----------
    work : float
        All that is to be done, in any unit.

    Attributes
    ----------
    done : float
        What is done of it.
    left : float
        Seconds that the rest may take, if work takes as long as so far.
    """

    def __init__(self, work):
        self.work, self.done, self.left = work, 0, 0.0
        self._start = self._told = monotonic()

    def advance(self, work):
        """Count work as done; return whether it is time to tell."""
        self.done += work
        now = monotonic()
        if now - self._told < SECONDS and self.done < self.work:
            return False
        self._told, self.left = now, (now - self._start) * (self.work - self.done) / self.done
        return True
