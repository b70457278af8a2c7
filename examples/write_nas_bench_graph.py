"""Write what NAS-Bench-Graph measured as CSV files, from its package: ``pip install nas-bench-graph``.

``nas_bench_graph.csv`` lists all architectures, ``nas_bench_graph_<dataset>.csv`` has each one's latency in ms and test
accuracy in % on one of the benchmark's datasets (cora, physics, arxiv and others; the arguments name them).
"""

import csv
import sys

from nas_bench_graph import light_read
from nas_bench_graph.architecture import all_archs

COLUMNS = ["structure", "op_1", "op_2", "op_3", "op_4"]


def write(file, columns, rows):
    """Write rows below a header."""
    with open(file, "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([columns, *rows])


def main(datasets):
    """Write the files of these datasets."""
    architectures = all_archs()
    rows = [["".join(map(str, architecture.link)), *architecture.ops] for architecture in architectures]
    write("nas_bench_graph.csv", COLUMNS, rows)
    for dataset in datasets:
        known = light_read(dataset)
        results = [known[architecture.hash_arch()] for architecture in architectures]
        values = [[1000 * result["latency"], 100 * result["perf"]] for result in results]
        write(
            f"nas_bench_graph_{dataset}.csv",
            [*COLUMNS, "value", "accuracy"],
            [row + value for row, value in zip(rows, values, strict=True)],
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["cora"])
