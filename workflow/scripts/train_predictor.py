"""Fit one predictor on one combination, for every training size and a block of seeds.

Reads the architectures of the space and the combination's targets. Writes one row a fit (protocol:
Laube, Mutschler and Zell 2022, section 4) and, for the first seeds, the predictions of the test set and of all
architectures.
"""

from hwpred.joblog import start_job_log
from hwpred.predictors.registry import use_torch_device
from hwpred.tables import say_what_made_them, write_table
from hwpred.training.data import read_data
from hwpred.training.grid import Settings, fit_grid


def train_predictor(predictor, data, settings, block, fits_file, predictions_file, space_predictions_file):
    """Fit the grid of a block of seeds, such as "0-24", and write its tables."""
    fits, predictions, space_predictions, skipped = fit_grid(predictor, data, settings)
    metadata = {
        "combination": data.combination,
        "space": str(data.space),
        "predictor": predictor,
        "block": block,
        "skipped": skipped,
    }
    write_table(predictions, predictions_file, "predictions", metadata)
    write_table(space_predictions, space_predictions_file, "space_predictions", metadata)
    write_table(fits, fits_file, "fits", metadata)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    use_torch_device(job.params.device)
    settings = Settings(**job.params.settings)
    told = (job.params.dead_operations, job.wildcards.combination)
    data = read_data(job.input.architectures, job.input.targets, job.input.others, *told)
    train_predictor(job.wildcards.predictor, data, settings, job.wildcards.block, *job.output)
