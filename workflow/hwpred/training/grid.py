"""All fits of one predictor on one combination: every training size, a block of seeds."""

import json
import logging
from dataclasses import dataclass, field, replace
from time import process_time

import numpy as np
import pandas as pd

from hwpred.joblog import Progress
from hwpred.metrics import all_measures, coverage, kendall_tau, relative_errors
from hwpred.predictors import REGISTRY, get_predictor
from hwpred.predictors.base import Problem
from hwpred.seeding import generator
from hwpred.tables import COLUMNS
from hwpred.training.search import search_hyperparameters
from hwpred.training.splits import check_sizes, split_of
from hwpred.training.whole_space import predict_all_with_std, prediction_frame, std_of_all

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the configuration says about the fits of one predictor on one combination.

    Parameters
    ----------
    run_seed : int
        Seed of the study; all random numbers derive from it.
    seeds : tuple of int
        Of splits and fits.
    train_sizes : tuple of int
    test_size : int
        Architectures in a test set.
    hpo_configurations : int
        Candidates of the search, the default among them; 1 for none.
    hpo_samples : int
        Training architectures on which candidates are compared, at most.
    prediction_seeds : int
        How many seeds keep their predictions of the test set.
    default_seeds : int
        How many seeds are fitted without search as well.
    design : str
        How training sets are chosen: ``"random"``, or a key of ``hwpred.training.designs.DESIGNS``.
    hyperparameters : dict
        Those that the configuration fixes.
    space_seeds : tuple of int
        Seeds that keep predictions of the whole space.
    """

    run_seed: int
    seeds: tuple
    train_sizes: tuple
    test_size: int
    hpo_configurations: int
    hpo_samples: int
    prediction_seeds: int
    default_seeds: int
    design: str = "random"
    hyperparameters: dict = field(default_factory=dict)
    space_seeds: tuple = ()


def fit_grid(predictor, data, settings):
    """Fit every training size and seed, and measure each fit on its test set.

    Parameters
    ----------
    predictor : str
        Key of the registry.
    data : Data
    settings : Settings

    Returns
    -------
    fits, predictions, space_predictions : DataFrames
        Columns as ``hwpred.tables.COLUMNS`` has them; ``predictions`` (of the test set) for the first seeds only,
        ``space_predictions`` (of all architectures) for ``space_seeds`` only.
    skipped : str or None
        Why there are no fits, if the predictor cannot handle the combination.

    Raises
    ------
    ValueError
        If a size exceeds the data, or a prediction is not finite.
    """
    cls = get_predictor(predictor)
    if reason := cls.why_left_out(data):
        logger.warning("%s is left out: %s", predictor, reason)
        return *_nothing(), reason
    if not REGISTRY[predictor].trained:
        return _fit_once(predictor, data, settings)
    check_sizes(data.combination, len(data.target), settings.test_size, settings.train_sizes)
    rows, predictions, of_space = [], [], []
    for outcome in _outcomes(predictor, cls, data, settings):
        rows.append(outcome.row)
        if outcome.seed < settings.prediction_seeds:
            predictions.append(outcome.prediction_frame())
        if outcome.of_space is not None:
            of_space.append(outcome.of_space)
    return _frame(rows, "fits"), _concat(predictions, "predictions"), _concat(of_space, "space_predictions"), None


def _outcomes(predictor, cls, data, settings):
    """Yield what comes out of each training size and seed, as many of them fitted together as the predictor can."""
    encoded = cls.encode_for(data, settings.hyperparameters)
    splits = {
        seed: split_of(data, settings.test_size, settings.run_seed, seed, settings.design) for seed in settings.seeds
    }
    tasks = [(size, seed) for size in settings.train_sizes for seed in settings.seeds]
    progress, searches = Progress(_work(tasks)), {}
    for start in range(0, len(tasks), cls.at_once()):
        chunk = tasks[start : start + cls.at_once()]
        for outcome in _fit_chunk(predictor, cls, data, encoded, splits, chunk, settings, searches):
            yield outcome
        if progress.advance(_work(chunk)):
            logger.info(
                "%d of %d fits, train_size %d, tau of the last %.3f, about %.0f s left",
                start + len(chunk),
                len(tasks),
                outcome.row["train_size"],
                outcome.row["kendall_tau"],
                progress.left,
            )


def _work(tasks):
    """Return how much work fits are: each costs something, and more with its samples."""
    return sum(300 + size for size, _ in tasks)


@dataclass(frozen=True)
class _Outcome:
    row: dict
    seed: int
    architecture: np.ndarray
    target: np.ndarray
    prediction: np.ndarray
    of_space: pd.DataFrame | None = None

    def prediction_frame(self):
        same = {name: self.row[name] for name in ("predictor", "train_size", "seed")}
        own = {"architecture": self.architecture, "target": self.target, "prediction": self.prediction}
        return pd.DataFrame({**same, **own})


def _fit_chunk(predictor, cls, data, encoded, splits, chunk, settings, searches):
    def problem(size, seed, *names):
        train = splits[seed].train(size)
        rng = generator(settings.run_seed, data.combination, predictor, seed, size, *names)
        return Problem(encoded[train], data.target[train], rng, settings.hyperparameters)

    # Larger training sets of a seed begin with the same samples, so they share one search.
    samples = [(min(size, settings.hpo_samples), seed) for size, seed in chunk]
    new = [key for key in dict.fromkeys(samples) if key not in searches]
    found = search_hyperparameters(cls, [problem(*key, "search") for key in new], settings.hpo_configurations)
    searches.update(zip(new, found, strict=True))
    searched = [searches[key] for key in samples]
    final = [
        replace(problem(size, seed), hyperparameters=hyperparameters)
        for (size, seed), (hyperparameters, _) in zip(chunk, searched, strict=True)
    ]
    fitted = cls.fit_many(final)
    tests = [splits[seed].test for _, seed in chunk]
    start = process_time()
    predictions = cls.predict_many(fitted, [encoded[test] for test in tests])
    predict_seconds = (process_time() - start) / len(chunk)
    compared = [i for i, (_, seed) in enumerate(chunk) if seed < settings.default_seeds and searched[i][1] > 0]
    unsearched = _predict_unsearched(cls, {i: final[i] for i in compared}, encoded, tests, settings.hyperparameters)
    for i, (size, seed) in enumerate(chunk):
        hyperparameters, search_seconds = searched[i]
        seconds = (fitted[i].fit_seconds_, search_seconds, predict_seconds)
        if selects := seed in settings.space_seeds:
            everything, std = predict_all_with_std(cls, fitted[i], encoded)
        test_std = std[tests[i]] if selects else std_of_all(fitted[i], encoded[tests[i]])
        outcome = _outcome(predictor, data, size, seed, tests[i], predictions[i], hyperparameters, seconds, test_std)
        if i in compared:
            unsearched_tau = kendall_tau(outcome.target, unsearched.get(i, predictions[i]))
            outcome.row["search_gain"] = outcome.row["kendall_tau"] - unsearched_tau
        if selects:
            frame = prediction_frame(data, outcome.row, splits[seed].train(size), everything, std)
            outcome = replace(outcome, of_space=frame)
        yield outcome


def _predict_unsearched(cls, problems, encoded, tests, hyperparameters):
    """Fit the problems, {index: problem}, once more without what their search chose; return {index: prediction}.

    Left out are those whose search chose nothing else.
    """
    changed = {i: problem for i, problem in problems.items() if problem.hyperparameters != hyperparameters}
    fitted = cls.fit_many(
        [replace(problem, rng=problem.rng.spawn(1)[0], hyperparameters=hyperparameters) for problem in changed.values()]
    )
    predictions = cls.predict_many(fitted, [encoded[tests[i]] for i in changed])
    return dict(zip(changed, predictions, strict=True))


def _fit_once(predictor, data, settings):
    """Fit a predictor that chooses its own measurements, and test it on all architectures."""
    cls = get_predictor(predictor)
    row_of = {row: i for i, row in enumerate(map(tuple, data.operations.tolist()))}
    rows = [row_of[row] for row in map(tuple, cls.measured(data.space).tolist())]
    encoded = cls.encode_for(data, settings.hyperparameters)
    fitted = cls(space=data.space, **settings.hyperparameters).fit(encoded[rows], data.target[rows])
    start = process_time()
    prediction = fitted.predict(encoded)
    seconds = (fitted.fit_seconds_, 0.0, process_time() - start)
    everything = np.arange(len(data.target))
    std = std_of_all(fitted, encoded)
    outcome = _outcome(predictor, data, len(rows), settings.seeds[0], everything, prediction, {}, seconds, std)
    of_space = [prediction_frame(data, outcome.row, rows, prediction, std)] if settings.space_seeds else []
    fits = _frame([outcome.row], "fits")
    return fits, outcome.prediction_frame(), _concat(of_space, "space_predictions"), None


def _outcome(predictor, data, train_size, seed, test, prediction, hyperparameters, seconds, std):
    prediction = np.asarray(prediction, dtype=np.float64)
    try:
        measures = all_measures(data.target[test], prediction, data.direction)
    except ValueError as error:
        raise ValueError(
            f"{predictor} on {data.combination}, train_size {train_size}, seed {seed}, {hyperparameters}: {error}"
        ) from error
    target = data.target[test]
    in_percent = {} if data.value is None else relative_errors(data.value[test], data.in_unit(prediction))
    row = {
        **dict.fromkeys(("median_error_percent", "within_10_percent", "search_gain"), np.nan),
        "predictor": predictor,
        "train_size": train_size,
        "seed": seed,
        "test_size": len(test),
        **measures,
        **in_percent,
        "coverage_95": np.nan if np.isnan(std).any() else coverage(0.95, target, prediction, std),
        "fit_seconds": seconds[0],
        "search_seconds": seconds[1],
        "predict_seconds": seconds[2] / len(test),
        "hyperparameters": json.dumps(hyperparameters, sort_keys=True),
    }
    return _Outcome(row, seed, data.architecture[test], target, prediction)


def _frame(rows, kind):
    return pd.DataFrame(rows, columns=list(COLUMNS[kind]))


def _concat(frames, kind):
    return pd.concat(frames, ignore_index=True) if frames else _frame([], kind)


def _nothing():
    return tuple(_frame([], kind) for kind in ("fits", "predictions", "space_predictions"))
