"""The numbers of docs/your_networks.md."""

import pandas as pd

from hwpred.findings.text import count, decimals, label, percent, significant
from hwpred.networks.onnx_process import MOST_MEMORY, MOST_SECONDS

BASELINES = {"macs": "MACs", "sums": "sums"}
FILES = {"forty": "the forty networks", "inside": "weights inside", "outside": "weights beside it"}


def numbers(tables):
    """Return the numbers of the page by name."""
    found, files = tables["onnx"], tables["onnx_files"]
    sizes = sorted(set(found["train_size"]))
    largest = found[found["train_size"] == sizes[-1]].set_index("predictor")
    return {
        "sizes": sizes,
        "seeds": int(found["seeds"].min()),
        "predictors": predictors_table(found),
        "sums": errors_of(found, "sums"),
        "structured": errors_of(found, "structured_gp"),
        "coverage": largest.loc["structured_gp", "coverage_95"] / 100,
        "files": files_table(files),
        "most_seconds": MOST_SECONDS,
        "most_megabytes": MOST_MEMORY // 2**20,
    }


def errors_of(found, predictor):
    """Return the median errors of a predictor as shares, by ascending number of measurements.

    Parameters
    ----------
    found : DataFrame
        ``onnx``.
    predictor : str

    Returns
    -------
    list of float
    """
    return (found[found["predictor"] == predictor].sort_values("train_size")["median_error_percent"] / 100).tolist()


def predictors_table(found):
    """Return a row a predictor and number of measurements, as a table."""
    return pd.DataFrame(
        {
            "measured": found["train_size"].map(count),
            "predictor": [BASELINES.get(key) or label(key) for key in found["predictor"]],
            "Kendall's tau": found["kendall_tau"].map(lambda tau: decimals(tau, 2)),
            "median error": [percent(error / 100) for error in found["median_error_percent"]],
            "within 10 %": [percent(share / 100) for share in found["within_10_percent"]],
            "95 % intervals cover": [percent(share / 100) for share in found["coverage_95"]],
        }
    ).sort_values("measured", kind="stable")


def files_table(files):
    """Return what counting takes, as a table."""
    return pd.DataFrame(
        {
            "files": files["files"].map(FILES),
            "networks": files["networks"].map(count),
            "size": [f"{count(size)} MB" for size in files["size_mb"]],
            "time": [f"{significant(seconds)} s" for seconds in files["seconds"]],
            "memory at most": ["-" if pd.isna(peak) else f"{count(peak)} MB" for peak in files["peak_mb"]],
        }
    )
