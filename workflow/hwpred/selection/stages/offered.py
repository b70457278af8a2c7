"""What every way to spend time on measuring, predicting and verifying costs and yields."""

from pathlib import Path

import pandas as pd

from hwpred.selection.budget import offers
from hwpred.selection.reading import accuracy_facts, read_ranked
from hwpred.tables import COLUMNS, of_predictor, read_metadata, read_table, read_tables

KIND = "offers"


def select(targets, accuracy, selection, fits, adaptive, seconds_per_measurement, run_seed):
    """List all ways, none where it is not known how long one measurement takes.

    Parameters
    ----------
    targets, accuracy, selection : path
        ``selection`` is that by predictions.
    fits, adaptive : sequence of path
        Fits that select, and adaptive selections.
    seconds_per_measurement : float or None
        None: what measuring took where the values come from, if the project timed it itself.
    run_seed : int

    Returns
    -------
    DataFrame, dict
        One row a strategy, predictor, training size and number of verified architectures.
    """
    metadata = read_metadata(targets)
    told = {"combination": metadata["combination"]}
    seconds = seconds_per_measurement or metadata["notes"].get("seconds_per_architecture")
    ranked = read_ranked(targets, accuracy)
    table = pd.DataFrame(columns=list(COLUMNS[KIND]))
    if seconds is not None:
        table = offers(
            read_table(selection, "predicted_selection", told),
            read_tables(adaptive, "adaptive_selection", lambda file: {**told, "predictor": Path(file).stem}),
            read_tables(fits, "fits", of_predictor),
            ranked,
            seconds,
            ("budget", run_seed, metadata["combination"]),
        )
    return table, {"seconds_per_measurement": seconds, "selectable": len(ranked), **accuracy_facts(accuracy)}
