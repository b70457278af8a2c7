"""Compare what selecting by real predictions costs with what simulated deviations say, on one combination.

Reads targets, accuracies, the simulated selection, and the predictions of all architectures. Writes one row a fit and
kind of simulation.
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.selection.predicted import believed_metrics
from hwpred.selection.reading import accuracy_facts, read_space, sign_of
from hwpred.selection.reality import Comparison, std_at_tau
from hwpred.tables import COLUMNS, of_predictor, read_metadata, read_table, say_what_made_them, write_table

logger = logging.getLogger(__name__)


def fits_of(space, prediction_file, sign):
    """Yield training size, seed, and the metrics that one believes after predicting, in the space's order."""
    predictions = read_table(prediction_file, "space_predictions", of_predictor(prediction_file))
    predictions["prediction"] *= sign
    for (size, seed), fit in predictions.groupby(["train_size", "seed"]):
        yield int(size), int(seed), believed_metrics(space, fit)[0]


def family_of(prediction_file):
    """Return the family of the predictor whose predictions a file holds."""
    return DESCRIPTIONS[read_metadata(prediction_file)["predictor"]].family


def compare(space, sign, prediction_files, comparison):
    """Return the rows of all fits that deviate at all."""
    rows = []
    for file in prediction_files:
        predictor, family = read_metadata(file)["predictor"], family_of(file)
        for size, seed, believed in fits_of(space, file, sign):
            if (believed == space.metric).all():
                continue
            key = {"predictor": predictor, "family": family, "train_size": size, "seed": seed}
            found = comparison.compare((predictor, size, seed), believed)
            rows += [{**key, **row} for row in found]
        logger.info("compared %s", predictor)
    return pd.DataFrame(rows, columns=list(COLUMNS["comparison"]))


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    told = {"combination": job.wildcards.combination}
    metadata = {**read_metadata(job.input.targets, "targets", told), **accuracy_facts(job.input.accuracy)}
    space = read_space(job.input.targets, job.input.accuracy)
    comparison = Comparison(
        space,
        std_at_tau(read_table(job.input.simulation, "selection", told)),
        ("comparison", job.params.run_seed, metadata["combination"]),
    )
    rows = compare(space, sign_of(metadata["direction"]), list(job.input.predictions), comparison)
    write_table(rows, job.output[0], "comparison", metadata)
