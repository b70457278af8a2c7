"""How often a limit is broken by what is chosen by predictions, and HELP's Table 4 by its limits."""

import numpy as np
import pandas as pd

from hwpred.figures.limits import plot_limits, table_of
from hwpred.findings.fits import space_of
from hwpred.selection.limits import WAY, select_under_limits, summarise
from hwpred.selection.reading import read_ranked, read_values
from hwpred.selection.under_limits import fits_of_file
from hwpred.tables import read_metadata, read_table, read_tables

HELP_LIMITS = {
    "titan_rtx_256": (18, 21, 25),
    "gold_6226": (8, 11, 14),
    "pixel2": (14, 18, 22),
    "eyeriss": (5, 7, 9),
    "fpga": (4, 5, 6),
}
"""Of Table 4 of HELP (Lee et al., NeurIPS 2021), in ms: three a device. One selects by accuracy on CIFAR-100."""
HELP_SAMPLES = 10
OURS = "structured_gp"
HELP = "HELP"


def tabulate(selections, targets, accuracy, predictions):
    """Return the tables ``limits`` and ``limits_help``, and the figure, of NAS-Bench-201.

    Parameters
    ----------
    selections : sequence of path
        ``limited_selection`` tables of the run.
    targets : sequence of path
        Of the devices of Table 4.
    accuracy : sequence of path
        The one table of the accuracies on CIFAR-100.
    predictions : sequence of path
        Of the devices of Table 4, of all architectures.

    Returns
    -------
    dict
    """
    choices = read_tables(selections, "limited_selection")
    table = table_of(choices)
    cells = table[(space_of(table["combination"]) == "nasbench201") & (table["predictor"] == OURS)]
    return {
        "limits.csv": table,
        "limits_help.csv": help_table(targets, accuracy[0], predictions),
        "limits.png": plot_limits(cells),
    }


def help_table(targets, accuracy, predictions):
    """Return what choosing under the limits of Table 4 leads to, after ``HELP_SAMPLES`` measurements.

    Parameters
    ----------
    targets : sequence of path
        Of the devices of Table 4.
    accuracy : path
        Accuracies on CIFAR-100.
    predictions : sequence of path
        ``space_predictions`` of these devices.

    Returns
    -------
    DataFrame
        As ``hwpred.selection.limits.summarise``, by ``device`` and ``predictor``; ``most_overshoot_percent``.
    """
    frames = []
    for file in targets:
        facts = read_metadata(file, "targets")
        ranked = read_ranked(file, accuracy)
        values, limits = read_values(file, ranked), limits_of(file, HELP_LIMITS[facts["device"]])
        for path in (path for path in predictions if f"/{facts['combination']}/" in str(path)):
            fits = fits_of_file(ranked, path, facts["direction"])
            fits = (fit for fit in fits if fit[0]["train_size"] == HELP_SAMPLES)
            frames.append(select_under_limits(ranked, values, fits, limits).assign(device=facts["device"]))
    choices = pd.concat(frames, ignore_index=True)
    by = ["device", "predictor"]
    most = choices.groupby([*by, *WAY])["overshoot_percent"].max().rename("most_overshoot_percent")
    return summarise(choices, by).merge(most.reset_index(), on=[*by, *WAY])


def limits_of(targets, limits):
    """Return limits as ``select_under_limits`` takes them; the target is linear in the metric.

    Parameters
    ----------
    targets : path
    limits : sequence of float
        In the metric's unit.

    Returns
    -------
    dict
        Limit -> (limit of the target, limit).
    """
    table = read_table(targets, "targets")
    low, high = table["value"].idxmin(), table["value"].idxmax()
    slope = (table["target"][high] - table["target"][low]) / (table["value"][high] - table["value"][low])

    def target_of(limit):
        # Rounding must not let what equals the limit break it.
        kept = table.loc[table["value"] <= limit, "target"].max()
        return float(np.fmax(table["target"][low] + slope * (limit - table["value"][low]), kept))

    return {limit: (target_of(limit), limit) for limit in limits}
