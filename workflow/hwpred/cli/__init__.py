"""The command ``hwpred``: what the library says about one device, on the command line."""

import logging
import os
import sys

from hwpred.cli.parser import parser
from hwpred.errors import InputError


def main(arguments=None):
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    level = logging.WARNING if options.quiet else logging.INFO
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("hwpred").setLevel(level)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads, such as head, has enough; Python shall not complain when it closes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (InputError, OSError) as error:
        print(f"hwpred {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0
