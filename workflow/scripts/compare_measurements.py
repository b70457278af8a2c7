"""Compare fresh timings of some architectures with measured values: is this machine like that one?

Reads a chunk of timings and the measured table of each combination. Writes one row a combination.
"""

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.measurement.collect import corrected, over_visits, read_chunks
from hwpred.metrics import kendall_tau
from hwpred.tables import read_table, whole_file


def compare(name, chunk_files, measured_file):
    """Return tau, and how much slower the fresh timings are at the median; NaN where fewer than two can be compared."""
    fresh = over_visits(corrected(read_chunks(chunk_files))).droplevel(0).value
    known = read_table(measured_file, "measured").set_index("architecture").value
    common = fresh.index.intersection(known.index)
    return {
        "combination": name,
        "architectures": len(common),
        "kendall_tau": kendall_tau(known[common], fresh[common]) if len(common) > 1 else float("nan"),
        "median_ratio": (fresh[common] / known[common]).median(),
    }


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    rows = [
        compare(name, [timings], measured)
        for name, timings, measured in zip(job.params.names, job.input.timings, job.input.measured, strict=True)
    ]
    with whole_file(job.output.table) as unfinished:
        pd.DataFrame(rows).round(4).to_csv(unfinished, index=False)
