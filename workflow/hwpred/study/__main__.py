"""Check a study before anything runs: ``python -m hwpred.study my_study.yaml``, in the folder where it will run.

Prints warnings and where its figures go, and after a run its answer; a mistake is one sentence, and exit status 1.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from hwpred.errors import InputError
from hwpred.study.studies import CHECKOUT, of_files


def main(arguments=None):
    """Check the study that these files describe, one read on top of the other; return the exit status."""
    parser = ArgumentParser(prog="python -m hwpred.study", description="Check a study before anything runs.")
    parser.add_argument("files", nargs="*", help="configuration of the study; none for the default study")
    parser.add_argument("--workflow", default=CHECKOUT, help="folder of the workflow (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        plan = of_files(options.files, options.workflow).main
        for warning in plan.check_own_files():
            print(f"Warning: {warning}", file=sys.stderr)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    words = Path(plan.answer_words())
    if words.is_file():
        print(words.read_text(encoding="utf-8"), end="")
    print(f"Figures: results/{plan.study.run}/figures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
