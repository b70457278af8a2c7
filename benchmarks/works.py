"""What hwpred and a well-known library both do: the same data and settings, and results that must agree.

Data come with the project: the latencies of nasbench201 on one core, and accuracies of the same cells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import by_libraries
import numpy as np
import pandas as pd
from gpu import EMBEDDED, RUN_SEED, TEST_SIZE, read

from hwpred.metrics import kendall_tau, kendall_taus
from hwpred.predictors import get_predictor
from hwpred.predictors.base import Problem
from hwpred.predictors.search_space import draw_candidates
from hwpred.selection.simulation import generator_names, paired, simulate
from hwpred.training.splits import Split

ACCURACY = EMBEDDED.with_name("nasbench201-digits-accuracy.parquet")
CANDIDATES = 20
"""Predictions, or pairs of hyperparameters, that a search compares."""
DEFAULTS = ({},)
"""The hyperparameters of a predictor that are fitted unless others are named: its own."""
PREDICTIONS, TAU, NUMBERS = "predictions", "Kendall's tau", "numbers"
"""What of two results is compared: all predictions, in standard deviations of the metric; their mean tau; or all."""


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Parameters
    ----------
    name, library : str
        What is done, and the package that does it as well.
    samples : tuple of int
        Sizes: of a training set, or of what is ranked or selected from.
    at_once : int
        How many of them are done in one call: training sets, or predictions, or trials.
    prepare : callable
        From a size to the arguments of both.
    ours, theirs : callable
        They return an array, or several of one length.
    compared : str
        ``PREDICTIONS``, ``TAU`` or ``NUMBERS``.
    tolerance : float
        By how much both may differ.
    truth : callable, optional
        Returns what is predicted, one array a training set; for ``TAU``.
    """

    name: str
    library: str
    samples: tuple
    at_once: int
    prepare: Callable
    ours: Callable
    theirs: Callable
    compared: str
    tolerance: float
    truth: Callable | None = None

    def difference(self, ours, theirs):
        """Return how much two results differ.

        Parameters
        ----------
        ours, theirs :
            What both functions returned.

        Returns
        -------
        float
            The largest absolute difference; of ``TAU``, that of the means.
        """
        if self.compared != TAU:
            return float(np.abs(np.asarray(ours) - np.asarray(theirs)).max())
        means = [np.mean(list(map(kendall_tau, self.truth(), result))) for result in (ours, theirs)]
        return abs(float(means[0] - means[1]))


@cache
def latencies():
    """Return the ``Data`` of the embedded latencies."""
    return read(EMBEDDED)


@cache
def encoded(predictor):
    """Return all architectures as a predictor sees them."""
    return get_predictor(predictor).encode(latencies())


def split(seed):
    """Return the split of a seed."""
    data = latencies()
    return Split(len(data.target), TEST_SIZE, RUN_SEED, data.combination, seed)


def training_sets(predictor, seeds, samples, hyperparameters=DEFAULTS):
    """Return the problems of some seeds with each choice of hyperparameters, and what each of them predicts.

    Parameters
    ----------
    predictor : str
    seeds : int
        How many.
    samples : int
        Of a training set.
    hyperparameters : sequence of dict

    Returns
    -------
    list of Problem, list of arrays
    """
    x, y, problems, tests = encoded(predictor), latencies().target, [], []
    for seed in range(seeds):
        own = split(seed)
        rows = own.train(samples)
        own_x, own_y, test = x[rows], y[rows], x[own.test]
        for choice in hyperparameters:
            problems.append(Problem(own_x, own_y, np.random.default_rng(seed), choice))
            tests.append(test)
    return problems, tests


def tested(seeds, each):
    """Return what is to be predicted, for as many training sets of each seed: one array a training set."""
    return [latencies().target[split(seed).test] for seed in range(seeds) for _ in range(each)]


def fit_and_predict(predictor, problems, tests):
    """Fit all problems together and predict, one array a problem."""
    kind = get_predictor(predictor)
    return kind.predict_many(kind.fit_many(problems), tests)


def one_by_one(function, problems, tests):
    """Call a function for each problem, one after the other."""
    return [function(problem, test) for problem, test in zip(problems, tests, strict=True)]


def fits(predictor, library, function, samples, seeds, tolerance, compared=PREDICTIONS, hyperparameters=DEFAULTS):
    """Return the ``Work`` of fitting and predicting.

    Parameters
    ----------
    predictor, library : str
    function : callable
        Of ``by_libraries``: from a problem and a test set to predictions.
    samples : tuple of int
    seeds : int
    tolerance : float
    compared : str
    hyperparameters : sequence of dict
        All of them are fitted.

    Returns
    -------
    Work
    """
    return Work(
        name=predictor,
        library=library,
        samples=samples,
        at_once=seeds * len(hyperparameters),
        prepare=partial(training_sets, predictor, seeds, hyperparameters=hyperparameters),
        ours=partial(fit_and_predict, predictor),
        theirs=partial(one_by_one, function),
        compared=compared,
        tolerance=tolerance,
        truth=partial(tested, seeds, len(hyperparameters)),
    )


def candidates(predictor):
    """Return the hyperparameters that a search compares on the same training set."""
    return draw_candidates(get_predictor(predictor).search_space(), CANDIDATES, np.random.default_rng(RUN_SEED))


def ranking(samples):
    """Return a target and ``CANDIDATES`` predictions of it, of which the worse deviate more."""
    rng = np.random.default_rng(RUN_SEED)
    target = latencies().target[split(0).train(samples)]
    deviations = np.linspace(0.1, 2, CANDIDATES)[:, None] * rng.standard_normal((CANDIDATES, samples))
    return target, target + deviations


@cache
def selectable():
    """Return accuracy and metric of all architectures, from the most accurate on."""
    data, accuracy = latencies(), pd.read_parquet(ACCURACY).set_index("architecture")["value"]
    return paired(data.operations, accuracy.loc[data.architecture].to_numpy(float), data.target, "true")


def selection(samples):
    """Return accuracy and metric of all architectures, and how many of them a trial draws."""
    return (*selectable(), samples)


def simulation(function, accuracy, metric, samples):
    """Simulate ``TRIALS`` selections with each deviation of the paper."""
    settings = {"stds": np.arange(11) / 10, "trials": TRIALS, "names": generator_names(RUN_SEED, EMBEDDED.stem)}
    return function(accuracy, metric, architectures=samples, **settings)


def simulated(accuracy, metric, **settings):
    """Return what ``by_libraries.simulation_of_pymoo`` does, by hwpred."""
    table = simulate(accuracy, metric, **settings)
    return table[["kendall_tau", "mra_all", "mra_pareto", "hypervolume"]].fillna(0).to_numpy()


TRIALS = 1000
"""Of a simulation, each with all deviations."""
SEEDS = 5
"""Of Gaussian processes and forests."""

WORKS = (
    fits("gp", "gpytorch", by_libraries.gaussian_process_of_gpytorch, (55, 276, 614), SEEDS, 0.02),
    fits("gp", "sklearn", by_libraries.gaussian_process_of_scikit_learn, (55, 276, 614), SEEDS, 0.02),
    fits("gp", "sklearn", by_libraries.gaussian_process_of_scikit_learn, (276,), 1, 0.02),
    fits("minimlp", "torch", by_libraries.perceptron_of_torch, (55, 614), 10, 0.01, TAU, ({"restarts": 0},)),
    fits("minimlp", "torch", by_libraries.perceptron_of_torch, (614,), 1, 0.01, TAU, ({"restarts": 0},)),
    fits("ngb", "ngboost", by_libraries.ngboost_of_ngboost, (55, 276), 3, 0.03, TAU),
    fits("svmr", "sklearn", by_libraries.support_vectors_of_scikit_learn, (124, 614), 1, 0.01, TAU, candidates("svmr")),
    fits("rf", "sklearn", by_libraries.forest_of_scikit_learn, (276,), SEEDS, 0.01, TAU),
    fits("lin_reg", "sklearn", by_libraries.linear_regression_of_scikit_learn, (55, 614), 50, 1e-6),
    Work(
        "kendall_taus",
        "scipy",
        (124, 500),
        CANDIDATES,
        ranking,
        kendall_taus,
        by_libraries.kendall_taus_of_scipy,
        NUMBERS,
        1e-12,
    ),
    Work(
        "simulate",
        "pymoo",
        (100, 1000),
        TRIALS,
        selection,
        partial(simulation, simulated),
        partial(simulation, by_libraries.simulation_of_pymoo),
        NUMBERS,
        1e-6,
    ),
)
"""All of them, in the order of the table. Two are there with a single training set, too: stacks gain nothing then."""
