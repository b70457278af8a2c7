"""Compare what selecting by real predictions costs with what simulated deviations say, on one combination.

Reads architectures, targets, accuracies and the simulated selection; the predictions of all architectures, of this
combination and of the others of its space, whose deviations have the shapes that a fitted simulation draws. Writes one
row a fit and kind of simulation.
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.predictors import REGISTRY
from hwpred.selection.deviation_model import OneHot, bins_of, shape_of
from hwpred.selection.predicted import believed_metrics
from hwpred.selection.reading import read_operations, read_space, sign_of
from hwpred.selection.reality import Comparison, std_at_tau
from hwpred.tables import COLUMNS, read_metadata, read_table, write_table

logger = logging.getLogger(__name__)


def fits_of(space, prediction_file, sign):
    """Yield training size, seed, and the metrics that one believes after predicting, in the space's order."""
    predictions = read_table(prediction_file, "space_predictions")
    predictions["prediction"] *= sign
    for (size, seed), fit in predictions.groupby(["train_size", "seed"]):
        yield int(size), int(seed), believed_metrics(space, fit)[0]


def shapes_of_family(combinations, family):
    """Return the shapes of deviations of that family's fits on the combinations, as ``read_other`` reads them."""
    shapes = []
    for space, one_hot, sign, files in combinations:
        bins = bins_of(space.metric)
        shapes += [
            shape_of(bins, believed - space.metric, one_hot)
            for file in files
            if family_of(file) == family
            for _, _, believed in fits_of(space, file, sign)
            if (believed != space.metric).any()
        ]
    return shapes


def family_of(prediction_file):
    """Return the family of the predictor whose predictions a file holds."""
    return REGISTRY[read_metadata(prediction_file)["predictor"]].family


def compare(space, sign, prediction_files, others, comparison):
    """Return the rows of all fits that deviate at all."""
    shapes, rows = {}, []
    for file in prediction_files:
        predictor, family = read_metadata(file)["predictor"], family_of(file)
        if family not in shapes:
            shapes[family] = shapes_of_family(others, family)
        for size, seed, believed in fits_of(space, file, sign):
            if (believed == space.metric).all():
                continue
            key = {"predictor": predictor, "family": family, "train_size": size, "seed": seed}
            found = comparison.compare((predictor, size, seed), believed, shapes[family])
            rows += [{**key, **row} for row in found]
        logger.info("compared %s", predictor)
    return pd.DataFrame(rows, columns=list(COLUMNS["comparison"]))


def read_other(architectures, targets, accuracy, prediction_files):
    """Return what ``shapes_of_family`` needs of another combination of the space; each has its own architectures."""
    space = read_space(targets, accuracy)
    one_hot = OneHot(read_operations(architectures, space.architecture))
    return space, one_hot, sign_of(read_metadata(targets)["direction"]), prediction_files


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    metadata = read_metadata(job.input.targets)
    space = read_space(job.input.targets, job.input.accuracy)
    others = [read_other(job.input.architectures, *files) for files in job.params.others]
    comparison = Comparison(
        space,
        read_operations(job.input.architectures, space.architecture),
        std_at_tau(read_table(job.input.simulation, "selection")),
        ("comparison", job.params.run_seed, metadata["combination"]),
    )
    rows = compare(space, sign_of(metadata["direction"]), list(job.input.predictions), others, comparison)
    write_table(rows, job.output[0], "comparison", metadata)
