"""Do everything wrong on purpose, and write down what came out: ``make faults``.

Trials that were made before are not made again: delete ``build/faults`` to begin anew. The numbers end up in
``benchmarks/faults.csv``, a row a test and what it was done to.
"""

from argparse import ArgumentParser
from pathlib import Path

import commands
import damaged_tables
import foreign
import pandas as pd
import repeated
import retrieved
import servers
import study
from journal import Journal, summed_up

from hwpred.writing import write_csv

TESTS = {
    "corrupted tables": damaged_tables.corrupted,
    "corrupted tables, hwpred check": damaged_tables.checked,
    "flipped bits": damaged_tables.flipped,
    "receipts": retrieved.receipts,
    "data of the project": retrieved.embedded,
    "download cache": retrieved.cached,
    "foreign files": foreign.trials,
    "downloads": servers.trials,
    "names and commands": commands.trials,
    "arrangements": repeated.arranged,
    "kills": repeated.kills,
}
"""Name of a test -> its trials, from the folder that they may work in."""
FOLDER, TABLE = study.ROOT / "build" / "faults", study.ROOT / "benchmarks" / "faults.csv"


def main():
    """Make the trials of all tests, or of those that the command line names."""
    parser = ArgumentParser(description="Do everything wrong on purpose, and count what survives it.")
    parser.add_argument("--only", action="append", choices=TESTS, metavar="TEST", help=", ".join(TESTS))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="journals, and what is tried on")
    options = parser.parse_args()
    counts = []
    for test, trials in TESTS.items():
        journal = Journal(options.folder / f"{test}.jsonl")
        if test in (options.only or TESTS):
            made = journal.make(trials(options.folder))
            _tell(test, made)
        made = journal.read()
        counts.append(summed_up(test, made) if len(made) else _counted_before(test))
    write_csv(pd.concat(counts), TABLE)


def _counted_before(test):
    """Return the rows of a test that was made elsewhere, whose journal does not lie here."""
    return pd.read_csv(TABLE).query("test == @test")


def _tell(test, made):
    print(f"{test}: {len(made)} trials, {made['kind'].value_counts().to_dict()}")
    for row in made.itertuples():
        if row.kind not in ("sentence", "same", "done"):
            print(f"  {row.subject}, {row.fault}: {row.kind}: {row.words[:300]}")


if __name__ == "__main__":
    main()
