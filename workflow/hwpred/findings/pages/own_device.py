"""The numbers of docs/own_device.md."""

import numpy as np
import pandas as pd

from hwpred.device_names import title_of
from hwpred.findings.text import count, decimals, percent, significant

ROUNDS = {0: "at first", 3: "after 3 more", 10: "after 10 more"}
NOTHING_MORE, LAST = 0, 10


def numbers(tables):
    """Return the numbers of the page by name."""
    expected, choosing, speed = (tables[name] for name in ("own_device", "choosing", "device_speed"))
    untold = expected[expected["dead_operations"] == "untold"]
    fewest = untold["train_size"].min()
    return {
        "devices": list(dict.fromkeys(expected["device"])),
        "sizes": sorted(set(untold["train_size"])),
        "draws": int(untold["draws"].min()),
        "fewest": int(fewest),
        "expected": expected_table(untold),
        "told": told_table(expected),
        "worst": (untold.groupby("train_size")["worst_coverage_95"].min() / 100).to_dict(),
        "coverage": (untold["coverage_95"].min() / 100, untold["coverage_95"].max() / 100),
        "choosing": choosing_table(choosing),
        "together": together(choosing),
        "hardest": hardest(choosing),
        "rounds": np.diff(sorted(set(choosing["measured_more"]))).tolist(),
        "crowded": choosing.loc[choosing["rivals"].idxmax()].to_dict(),
        "limits": [percent(quantile) for quantile in sorted(set(choosing["limit_quantile"]))],
        "speed": speed_table(speed),
        "measured": int(speed["measured"].iloc[0]),
    }


def expected_table(rows):
    """Return what to expect by device and number of measurements, as a table."""
    return pd.DataFrame(
        {
            "device": rows["device"].map(title_of),
            "measurements": rows["train_size"].map(count),
            "Kendall's tau": rows["kendall_tau"].map(decimals),
            "median error": [percent(error / 100, 1) for error in rows["median_error_percent"]],
            "in the worst draw": [percent(error / 100, 1) for error in rows["worst_median_error_percent"]],
            "95 % intervals cover": [percent(share / 100, 1) for share in rows["coverage_95"]],
            "worst draw": [percent(share / 100, 1) for share in rows["worst_coverage_95"]],
        }
    )


def told_table(expected):
    """Return Kendall's tau and median error of fits that were told of dead operations beside the others, as a table."""
    told = expected[expected["dead_operations"] == "told"]
    both = told.merge(expected[expected["dead_operations"] == "untold"], on=["device", "train_size"])
    rows = {"device": both["device"].map(title_of), "measurements": both["train_size"].map(count)}
    for suffix, known in (("_y", "untold"), ("_x", "told")):
        rows[f"Kendall's tau, {known}"] = both[f"kendall_tau{suffix}"].map(decimals)
        rows[f"median error, {known}"] = [percent(error / 100, 1) for error in both[f"median_error_percent{suffix}"]]
    return pd.DataFrame(rows)


def choosing_table(choosing):
    """Return how often the optimum is found, and the accuracy lost, by device, limit and round, as a table."""
    rows = []
    for (device, first, quantile), own in choosing.groupby(["device", "measured_first", "limit_quantile"], sort=False):
        own = own.set_index("measured_more")
        row = {"device": title_of(device), "measurements": count(first), "limit": percent(quantile)}
        row["rivals"] = count(own["rivals"].iloc[0])
        row["limit kept at first"] = percent(own.loc[NOTHING_MORE, "limit_kept_percent"] / 100)
        for more, words in ROUNDS.items():
            found, lost = own.loc[more, "optimum_found_percent"], own.loc[more, "quality_lost"]
            row[words] = f"{percent(found / 100)}, {decimals(lost, 2)}"
        rows.append(row)
    return pd.DataFrame(rows)


def together(choosing):
    """Return the means over devices and limits, {first measurements: {more: {column: mean}}}."""
    columns = ["optimum_found_percent", "limit_kept_percent", "quality_lost"]
    means = choosing.groupby(["measured_first", "measured_more"])[columns].mean()
    return {first: own.droplevel(0).to_dict("index") for first, own in means.groupby(level=0)}


def hardest(choosing):
    """Return the rows after the last measurement in which the optimum is found least often, and all that miss 95 %."""
    last = choosing[choosing["measured_more"] == LAST].sort_values("optimum_found_percent", kind="stable")
    missed = last[last["optimum_found_percent"] < 95]
    return {
        "first": last.iloc[0].to_dict(),
        "cases": len(last),
        "reached": len(last) - len(missed),
        "lost": last["quality_lost"].max(),
    }


def speed_table(speed):
    """Return what loading and predicting takes in both formats, as a table."""
    return pd.DataFrame(
        {
            "file": speed["format"],
            "MB": speed["file_mb"].map(significant),
            "load (s)": speed["load_cpu_seconds"].map(significant),
            "architectures predicted": speed["predicted"].map(count),
            "predict (s)": speed["predict_cpu_seconds"].map(significant),
            "most memory (MB)": [count(round(value)) for value in speed["peak_mb"]],
        }
    )
