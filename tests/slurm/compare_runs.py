"""Compare the fits and predictions of two runs: everything but the times has to be equal.

Usage: compare_runs.py FOLDER OTHER_FOLDER, each the results of one run. Exits with 1 and one
sentence a difference.
"""

import sys
from pathlib import Path

import pandas as pd


def tables(folder):
    """Return the tables of fits and predictions of a run, by their path within it, without the times."""
    paths = sorted(path for kind in ("fits", "predictions") for path in (Path(folder) / kind).rglob("*.parquet"))
    frames = {path.relative_to(folder): pd.read_parquet(path) for path in paths}
    return {path: frame.filter(regex="^(?!.*_seconds$)") for path, frame in frames.items()}


def differences(left, right):
    """Return one sentence for each table that only one side has or that differs."""
    sentences = [f"only one run has {path}" for path in sorted(left.keys() ^ right.keys())]
    for path in sorted(left.keys() & right.keys()):
        try:
            pd.testing.assert_frame_equal(left[path], right[path], check_exact=True)
        except AssertionError as error:
            sentences.append(f"{path} differs: {' '.join(str(error).split())}")
    return sentences


if __name__ == "__main__":
    left, right = (tables(folder) for folder in sys.argv[1:])
    found = differences(left, right) if left else [f"{sys.argv[1]} holds no fits"]
    if found:
        sys.exit("\n".join(found))
    print(f"{len(left)} tables with {sum(map(len, left.values()))} rows are equal in both runs, times aside.")
