"""Select architectures under limits by the predictions of every predictor, training size and seed."""

import logging

import pandas as pd

from hwpred.selection.limits import quantile_limits, select_under_limits
from hwpred.selection.reading import accuracy_facts, read_ranked, read_values
from hwpred.selection.under_limits import fits_of_file
from hwpred.tables import COLUMNS, read_metadata

logger = logging.getLogger(__name__)

KIND = "limited_selection"


def select(targets, accuracy, predictions):
    """Select under limits by all fits whose predictions of the whole space are known.

    Parameters
    ----------
    targets, accuracy : path
    predictions : sequence of path
        Tables ``space_predictions``.

    Returns
    -------
    DataFrame, dict
        One row a fit, limit, margin and number of architectures that are measured at most.
    """
    ranked = read_ranked(targets, accuracy)
    values = read_values(targets, ranked)
    limits = quantile_limits(ranked, values)
    frames = [pd.DataFrame(columns=list(COLUMNS[KIND]))]
    for file in predictions:
        fits = fits_of_file(ranked, file, read_metadata(targets)["direction"])
        frames.append(select_under_limits(ranked, values, fits, limits))
        logger.info("selected by %s", file)
    return pd.concat(frames, ignore_index=True), accuracy_facts(accuracy)
