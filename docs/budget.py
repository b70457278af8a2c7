"""What to spend a time budget on, by device, as it measures and as a slower one would.

Run, after the default study: python docs/budget.py results/default docs/results

Writes ``budget.csv``: for each combination whose measuring time is known, at that time and at 10 s a measurement (a
slow device, that is sent one network after the other), and for each budget, the best of every strategy, best first.
Prints the advice.
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.figures.budget import advice
from hwpred.figures.summary_tables import write_csv
from hwpred.selection.budget import best_by_budget, budgets
from hwpred.tables import read_metadata, read_table

SLOW_DEVICE = 10.0
"""Seconds a measurement."""


def at_other_time(offered, seconds, other):
    """Return the offers if a measurement took another time."""
    measurements = offered["train_size"] + offered["verified"]
    return offered.assign(seconds=offered["seconds"] + measurements * (other - seconds))


def best_of_strategies(offered, seconds, architectures):
    """Return the best offer of every strategy within each budget, and the advice."""
    best = best_by_budget(offered, budgets(seconds, architectures))
    best = best.sort_values(["minutes", "retained_mean", "seconds"], ascending=[True, False, True], kind="stable")
    return best.drop_duplicates(["minutes", "strategy"]), advice(best, architectures)


if __name__ == "__main__":
    run, folder = sys.argv[1:]
    tables = []
    for file in sorted(Path(run, "budget").glob("*.parquet")):
        metadata, offered = read_metadata(file), read_table(file, "offers")
        own = metadata["seconds_per_measurement"]
        for seconds in (own, SLOW_DEVICE) if own else ():
            table, advised = best_of_strategies(
                at_other_time(offered, own, seconds), seconds, metadata["architectures"]
            )
            tables.append(table.assign(combination=metadata["combination"], seconds_per_measurement=seconds))
            print(f"\n{metadata['combination']}, {seconds:g} s a measurement")
            print("\n".join(advised["advice"]))
    write_csv(pd.concat(tables), Path(folder, "budget.csv"))
