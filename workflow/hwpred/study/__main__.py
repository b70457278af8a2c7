"""Check a study before anything runs: ``python -m hwpred.study my_study.yaml``, in the folder of the workflow.

Prints where its results go, and warnings; a mistake is one sentence, and exit status 1.
"""

import sys

from hwpred.errors import InputError
from hwpred.study.reading import read_mapping
from hwpred.study.studies import Studies, merged


def main(files):
    """Check the study that these files describe, one read on top of the other; return the exit status."""
    try:
        plan = Studies(".", merged(*map(read_mapping, files)), files).main
        for warning in plan.check_own_files():
            print(f"Warning: {warning}", file=sys.stderr)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Figures: results/{plan.study.run}/figures")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
