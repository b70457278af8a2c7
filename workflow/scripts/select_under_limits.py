"""Select architectures under limits by the predictions of every predictor, training size and seed.

Reads targets, accuracies, and the predictions of all architectures. Writes one row a fit, limit, margin and number of
architectures that are measured at most.
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.selection.limits import quantile_limits, select_under_limits
from hwpred.selection.reading import accuracy_facts, read_space, read_values
from hwpred.selection.under_limits import fits_of_file
from hwpred.tables import COLUMNS, of_combination, read_metadata, say_what_made_them, write_table

logger = logging.getLogger(__name__)


def select(targets_file, accuracy_file, prediction_files, output):
    """Write the table."""
    metadata = {**read_metadata(targets_file, "targets", of_combination(targets_file)), **accuracy_facts(accuracy_file)}
    space = read_space(targets_file, accuracy_file)
    values = read_values(targets_file, space)
    limits = quantile_limits(space, values)
    frames = [pd.DataFrame(columns=list(COLUMNS["limited_selection"]))]
    for file in prediction_files:
        fits = fits_of_file(space, file, metadata["direction"])
        frames.append(select_under_limits(space, values, fits, limits))
        logger.info("selected by %s", file)
    write_table(pd.concat(frames, ignore_index=True), output, "limited_selection", metadata)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    select(job.input.targets, job.input.accuracy, list(job.input.predictions), job.output[0])
