"""Select architectures by the predictions of every predictor, training size and seed."""

import logging

import pandas as pd

from hwpred.selection.predicted import select_by_predictions
from hwpred.selection.reading import accuracy_facts, possible_counts, read_ranked, sign_of
from hwpred.tables import COLUMNS, of_predictor, read_metadata, read_table

logger = logging.getLogger(__name__)

KIND = "predicted_selection"


def select(targets, accuracy, predictions, architectures, verified, run_seed):
    """Select by all fits whose predictions of the whole space are known.

    Parameters
    ----------
    targets, accuracy : path
    predictions : sequence of path
        Tables ``space_predictions``.
    architectures, verified : sequence of int
        Numbers to select from, and of those measured afterwards.
    run_seed : int

    Returns
    -------
    DataFrame, dict
        One row a fit, number of architectures to select from, and way to verify.
    """
    metadata = read_metadata(targets)
    ranked = read_ranked(targets, accuracy)
    counts = sorted({*possible_counts(architectures, len(ranked), metadata["combination"]), len(ranked)})
    frames = [pd.DataFrame(columns=list(COLUMNS[KIND]))]
    names = ("predicted_selection", run_seed, metadata["combination"])
    for file in predictions:
        predictor = read_metadata(file)["predictor"]
        predicted = read_table(file, "space_predictions", of_predictor(file)).assign(predictor=predictor)
        predicted["prediction"] *= sign_of(metadata["direction"])
        frames.append(select_by_predictions(ranked, predicted, architectures=counts, verified=verified, names=names))
        logger.info("selected by %s", predictor)
    return pd.concat(frames, ignore_index=True), accuracy_facts(accuracy)
