"""Select architectures by measuring, fitting and measuring the most promising, round by round.

Reads architectures, targets and accuracies. Writes one row a seed and round.
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.predictors import get_predictor
from hwpred.predictors.registry import use_torch_device
from hwpred.selection.adaptive import select_adaptively
from hwpred.selection.reading import read_space, sign_of
from hwpred.selection.refit import Refitter
from hwpred.tables import COLUMNS, read_metadata, say_what_made_them, write_table
from hwpred.training.data import read_data
from hwpred.training.splits import split_of

logger = logging.getLogger(__name__)


def run(predictor, data, space, settings):
    """Return the rounds of all seeds, and why there are none (None if there are).

    ``settings`` holds seeds, sizes, hyperparameters, test size, design, and run seed of the study.
    """
    if reason := get_predictor(predictor).why_left_out(data):
        logger.warning("%s is left out: %s", predictor, reason)
        return pd.DataFrame(columns=list(COLUMNS["adaptive_selection"])), reason
    refitter = Refitter(predictor, data, settings["run_seed"], settings["hyperparameters"])
    rows_of_space = pd.Series(range(len(data.architecture)), index=data.architecture).loc[space.architecture].to_numpy()
    sizes = [size for size in settings["sizes"] if size <= len(space)]
    if len(sizes) < len(settings["sizes"]):
        logger.warning("%d architectures have an accuracy: training sizes beyond are left out", len(space))
    frames = [pd.DataFrame(columns=list(COLUMNS["adaptive_selection"]))]
    for seed in range(settings["seeds"] if sizes else 0):

        def predict(places, place, seed=seed):
            prediction = refitter.predict(rows_of_space[places], seed, "adaptive", place)
            return sign_of(data.direction) * prediction[rows_of_space]

        split = split_of(data, settings["test_size"], settings["run_seed"], seed, settings["design"])
        # Only those with accuracy can be selected. If the pool has too few of them, the test set has more.
        first = space.places(data.architecture[[*split.pool, *split.test]])[: sizes[0]]
        rounds = select_adaptively(space, first, sizes, predict)
        frames.append(rounds.assign(predictor=predictor, seed=seed))
        logger.info("seed %d done", seed)
    return pd.concat(frames, ignore_index=True), None


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    use_torch_device(job.params.device)
    told = (job.params.dead_operations, job.wildcards.combination)
    data = read_data(job.input.architectures, job.input.targets, job.input.others, *told)
    space = read_space(job.input.targets, job.input.accuracy)
    rounds, skipped = run(job.wildcards.predictor, data, space, job.params.settings)
    facts = {"predictor": job.wildcards.predictor, "skipped": skipped}
    write_table(rounds, job.output[0], "adaptive_selection", {**read_metadata(job.input.targets), **facts})
