"""Select by measuring, fitting and measuring the most promising, from several beginnings."""

import logging

import pandas as pd

from hwpred.predictors import get_predictor
from hwpred.selection.adaptive import select_adaptively
from hwpred.selection.reading import sign_of
from hwpred.selection.refit import Refitter
from hwpred.tables import COLUMNS
from hwpred.training.splits import split_of

logger = logging.getLogger(__name__)


def select_by_seeds(predictor, data, ranked, settings):
    """Select adaptively by one predictor, once a seed.

    Parameters
    ----------
    predictor : str
    data : hwpred.training.data.Data
    ranked : hwpred.selection.ranked.RankedArchitectures
        Those that can be selected.
    settings : dict
        ``seeds`` (their number), ``sizes``, ``hyperparameters``, ``test_size``, ``design``, and the study's
        ``run_seed``.

    Returns
    -------
    DataFrame, str or None
        The rounds of all seeds, and why there are none.
    """
    if reason := get_predictor(predictor).why_left_out(data):
        logger.warning("%s is left out: %s", predictor, reason)
        return pd.DataFrame(columns=list(COLUMNS["adaptive_selection"])), reason
    refitter = Refitter(predictor, data, settings["run_seed"], settings["hyperparameters"])
    rows = pd.Series(range(len(data.architecture)), index=data.architecture).loc[ranked.architecture].to_numpy()
    sizes = [size for size in settings["sizes"] if size <= len(ranked)]
    if len(sizes) < len(settings["sizes"]):
        logger.warning("%d architectures have an accuracy: training sizes beyond are left out", len(ranked))
    frames = [pd.DataFrame(columns=list(COLUMNS["adaptive_selection"]))]
    for seed in range(settings["seeds"] if sizes else 0):

        def predict(places, place, seed=seed):
            prediction = refitter.predict(rows[places], seed, "adaptive", place)
            return sign_of(data.direction) * prediction[rows]

        first = _first(data, ranked, settings, seed)[: sizes[0]]
        rounds = select_adaptively(ranked, first, sizes, predict)
        frames.append(rounds.assign(predictor=predictor, seed=seed))
        logger.info("seed %d done", seed)
    return pd.concat(frames, ignore_index=True), None


def _first(data, ranked, settings, seed):
    """Return the places of those to measure first; if the pool has too few with accuracy, the test set has more."""
    split = split_of(data, settings["test_size"], settings["run_seed"], seed, settings["design"])
    return ranked.places(data.architecture[[*split.pool, *split.test]])
