"""Select architectures by the predictions of every predictor, training size and seed.

Reads targets, accuracies, and the predictions of all architectures. Writes one row a fit, number of architectures to
select from, and way to verify.
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.selection.predicted import select_by_predictions
from hwpred.selection.reading import accuracy_facts, possible_counts, read_space, sign_of
from hwpred.tables import (
    COLUMNS,
    of_combination,
    of_predictor,
    read_metadata,
    read_table,
    say_what_made_them,
    write_table,
)

logger = logging.getLogger(__name__)


def select(targets_file, accuracy_file, prediction_files, settings, output):
    """Write the table; ``settings`` are the numbers of architectures and of verified ones, and the run's seed."""
    metadata = {**read_metadata(targets_file, "targets", of_combination(targets_file)), **accuracy_facts(accuracy_file)}
    space = read_space(targets_file, accuracy_file)
    counts = sorted({*possible_counts(settings["architectures"], len(space), metadata["combination"]), len(space)})
    frames = [pd.DataFrame(columns=list(COLUMNS["predicted_selection"]))]
    names = ("predicted_selection", settings["run_seed"], metadata["combination"])
    for file in prediction_files:
        predictor = read_metadata(file)["predictor"]
        predictions = read_table(file, "space_predictions", of_predictor(file)).assign(predictor=predictor)
        predictions["prediction"] *= sign_of(metadata["direction"])
        frames.append(
            select_by_predictions(space, predictions, architectures=counts, verified=settings["verified"], names=names)
        )
        logger.info("selected by %s", predictor)
    write_table(pd.concat(frames, ignore_index=True), output, "predicted_selection", metadata)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    settings = {name: value for name, value in job.params.items() if name != "code"}
    select(job.input.targets, job.input.accuracy, list(job.input.predictions), settings, job.output[0])
