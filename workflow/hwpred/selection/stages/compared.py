"""What selecting by real predictions costs, beside what simulated deviations say."""

import logging

import pandas as pd

from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.selection.predicted import believed_metrics
from hwpred.selection.reading import accuracy_facts, read_ranked, sign_of
from hwpred.selection.reality import Comparison, std_at_tau
from hwpred.tables import COLUMNS, of_predictor, read_metadata, read_table

logger = logging.getLogger(__name__)

KIND = "comparison"


def select(targets, accuracy, simulation, predictions, run_seed):
    """Compare the selections of all fits that deviate at all with simulated ones.

    Parameters
    ----------
    targets, accuracy, simulation : path
        ``simulation`` is the table of the simulated selection.
    predictions : sequence of path
        Tables ``space_predictions``.
    run_seed : int

    Returns
    -------
    DataFrame, dict
        One row a fit and kind of simulation.
    """
    metadata, ranked = read_metadata(targets), read_ranked(targets, accuracy)
    told = {"combination": metadata["combination"]}
    simulated = std_at_tau(read_table(simulation, "selection", told))
    comparison = Comparison(ranked, simulated, ("comparison", run_seed, metadata["combination"]))
    rows = []
    for file in predictions:
        rows += _rows(ranked, file, sign_of(metadata["direction"]), comparison)
        logger.info("compared %s", file)
    return pd.DataFrame(rows, columns=list(COLUMNS[KIND])), accuracy_facts(accuracy)


def _rows(ranked, file, sign, comparison):
    """Yield the rows of all fits of one predictor and block of seeds."""
    predictor = read_metadata(file)["predictor"]
    family = DESCRIPTIONS[predictor].family
    predictions = read_table(file, "space_predictions", of_predictor(file))
    predictions["prediction"] *= sign
    for (size, seed), fit in predictions.groupby(["train_size", "seed"]):
        believed = believed_metrics(ranked, fit)[0]
        if (believed == ranked.metric).all():
            continue
        key = {"predictor": predictor, "family": family, "train_size": int(size), "seed": int(seed)}
        for row in comparison.compare((predictor, int(size), int(seed)), believed):
            yield {**key, **row}
