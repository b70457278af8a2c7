"""The command ``hwpred``: what the library says about one device, on the command line."""

import logging
import os
import sys

from hwpred.cli.mistakes import check_options
from hwpred.cli.parser import parser
from hwpred.errors import InputError


def main(arguments=None):
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    level = logging.WARNING if options.quiet else logging.INFO
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("hwpred").setLevel(level)
    try:
        check_options(options)
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads, such as head, has enough; Python shall not complain when it closes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except InputError as error:
        return _refused(options, error)
    except OSError as error:
        return _refused(options, f"{error.filename}: {error.strerror}" if error.filename else error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _refused(options, words):
    print(f"hwpred {options.command}: {words}", file=sys.stderr)
    return 1
