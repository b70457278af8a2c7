"""The log of one job: messages, warnings and the traceback of a failure all end up in the rule's log file."""

import logging
import sys
import warnings

from hwpred.errors import InputError


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
