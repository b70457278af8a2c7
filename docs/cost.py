"""What a run's training took, by predictor: jobs, fits, CPU seconds of whole jobs (imports included), largest memory.

Run: python docs/cost.py results/open > docs/results/cost_open.csv
"""

import sys
from pathlib import Path

import pandas as pd

from hwpred.tables import read_table


def cost(run):
    """Return one row a predictor and one for all, from the benchmarks of the rule train_predictor."""
    rows = []
    for path in sorted(Path(run, "benchmarks", "train_predictor").glob("*/*/*.tsv")):
        benchmark = pd.read_csv(path, sep="\t").iloc[-1]
        combination, predictor = path.parts[-3:-1]
        fits = read_table(Path(run, "fits", combination, predictor, path.stem + ".parquet"), "fits")
        rows.append((predictor, 1, len(fits), benchmark["cpu_time"], benchmark["max_rss"]))
    frame = pd.DataFrame(rows, columns=["predictor", "jobs", "fits", "cpu_seconds", "memory_mb"])
    totals = frame.groupby("predictor").agg({"jobs": "sum", "fits": "sum", "cpu_seconds": "sum", "memory_mb": "max"})
    totals = totals.sort_values("cpu_seconds", ascending=False)
    everything = totals.agg({"jobs": "sum", "fits": "sum", "cpu_seconds": "sum", "memory_mb": "max"}).rename("all")
    totals = pd.concat([totals, everything.to_frame().T]).astype({"jobs": int, "fits": int})
    totals["core_hours"] = (totals["cpu_seconds"] / 3600).round(3)
    return totals.round({"cpu_seconds": 1, "memory_mb": 0}).rename_axis("predictor")


if __name__ == "__main__":
    cost(sys.argv[1]).to_csv(sys.stdout)
