"""Hyperparameter search: random candidates, the default first, scored by Kendall's tau on held-out folds.

Candidates of networks race: all are fitted without the first fold, and those ``LEADING`` that rank it best, if better
than the default does, are fitted without the others, too. So most candidates cost one fit instead of three. Other
predictors, whose fits cost less, and for whom much depends on the choice, fit all candidates without each fold.

A small training set has folds of a few architectures, and the best of many noisy scores is mostly luck. So a
candidate's score is tau over the predictions of all its held-out folds together, and the default is kept unless the
best candidate beats it by more than chance lets the best of so many do (``margin``), those of the first fold included.

Hyperparameters that the configuration fixes are not searched.
"""

import math

import numpy as np
import scipy  # loads its modules when they are used

from hwpred.metrics import kendall_taus
from hwpred.predictors.base import Problem
from hwpred.predictors.search_space import draw_candidates

FOLDS = 3
SMALLEST_TRAINING_SET = 10
"""Below it a fold would be too small to rank (protocol section 5)."""
LEADING = 4
"""Candidates that stay in the race after the first fold, besides the default."""
LEVEL = math.erfc(1 / math.sqrt(2)) / 2
"""Probability that the default is given up for nothing: that of one candidate to be better by one standard error."""


def search_hyperparameters(predictor, problems, configurations):
    """Choose hyperparameters for each problem by cross-validation on its training set.

    All folds and candidates of all problems are fitted together. Candidates and folds are drawn by
    the problem's own generator. A problem's own hyperparameters are part of every candidate; if there are no others to
    search, nothing is chosen.

    Parameters
    ----------
    predictor : class
        With a ``search_space()``; None there chooses nothing.
    problems : list of Problem
    configurations : int
        Number of candidates, the default included; 0 or 1 chooses nothing.

    Returns
    -------
    list of (dict, float)
        The chosen hyperparameters and the CPU seconds of the search, for each problem.
    """
    chosen = [(problem.hyperparameters, 0.0) for problem in problems]
    if configurations < 2:
        return chosen
    spaces = [_free(predictor, problem) for problem in problems]
    searches = {
        i: _Search(problem, space, predictor, configurations)
        for i, (problem, space) in enumerate(zip(problems, spaces, strict=True))
        if space and len(problem.y) >= SMALLEST_TRAINING_SET
    }
    for heat in (_Search.first_heat, _Search.second_heat):
        trials = [(search, *entry, search.trial(*entry)) for search in searches.values() for entry in heat(search)]
        fitted = predictor.fit_many([trial for *_, trial in trials])
        predictions = predictor.predict_many(fitted, [own.problem.x[own.rows(fold)] for own, _, fold, _ in trials])
        for (search, candidate, fold, _), model, prediction in zip(trials, fitted, predictions, strict=True):
            search.record(candidate, fold, prediction, model.fit_seconds_)
    for i, search in searches.items():
        chosen[i] = ({**problems[i].hyperparameters, **search.winner()}, search.seconds)
    return chosen


def _free(predictor, problem):
    """Return the part of a predictor's search space that the problem's hyperparameters do not fix."""
    space = predictor.search_space() or {}
    return {name: distribution for name, distribution in space.items() if name not in problem.hyperparameters}


def margin(candidates):
    """Return by how many standard errors of a difference to the default the best candidate must beat it.

    If none is better, the best of them seems better by so much with a probability of ``LEVEL`` at most, however their
    scores depend on each other (Bonferroni's inequality). For a single candidate it is 1.

    Parameters
    ----------
    candidates : int
        Without the default.
    """
    return -scipy.special.ndtri(LEVEL / candidates)


class _Search:
    """The search of one problem: which candidates are fitted without which folds, and what came of it.

    Parameters
    ----------
    problem : Problem
    space : dict
        What is searched.
    predictor : class
    configurations : int
        Number of candidates, the default included.
    """

    def __init__(self, problem, space, predictor, configurations):
        self.problem, self.settings = problem, {**predictor.search_settings, **problem.hyperparameters}
        self.races = predictor.search_races
        self.candidates = draw_candidates(space, configurations, problem.rng)
        self._fold_of = problem.rng.permutation(np.arange(len(problem.y))) % FOLDS
        # Trials that are left out have theirs, too, so that those of the others do not depend on who leads.
        self._rngs = problem.rng.spawn(len(self.candidates) * FOLDS)
        self._predictions, self._training, self.seconds = {}, {}, 0.0

    def rows(self, fold):
        """Return the places of the architectures that a fold holds out."""
        return np.flatnonzero(self._fold_of == fold)

    def trial(self, candidate, fold):
        """Return the problem of a candidate without a fold."""
        if fold not in self._training:
            rows = np.flatnonzero(self._fold_of != fold)
            # The same arrays for all candidates: predictors share what depends on them alone.
            self._training[fold] = self.problem.x[rows], self.problem.y[rows]
        hyperparameters = {**self.settings, **self.candidates[candidate]}
        return Problem(*self._training[fold], self._rngs[candidate * FOLDS + fold], hyperparameters)

    def first_heat(self):
        """Return (candidate, fold) of all candidates and the first fold."""
        return [(candidate, 0) for candidate in range(len(self.candidates))]

    def second_heat(self):
        """Return (candidate, fold) of those still in the search and the other folds; none if only the default is."""
        staying = self._leading() if self.races else range(1, len(self.candidates))
        return [(candidate, fold) for candidate in [0, *staying] for fold in range(1, FOLDS) if staying]

    def _leading(self):
        score = self._taus(range(len(self.candidates)), [0])
        return [int(i) for i in np.argsort(-score, kind="stable") if score[i] > score[0]][:LEADING]

    def record(self, candidate, fold, prediction, seconds):
        """Keep the prediction of a fold that was held out, and add the seconds of the fit."""
        self._predictions[candidate, fold] = prediction
        self.seconds += seconds

    def winner(self):
        """Return the hyperparameters of the best candidate, if it beats the default by enough, else none."""
        finished = sorted(candidate for candidate, fold in self._predictions if fold == FOLDS - 1)
        if not finished:
            return {}
        scores = self._taus(finished, range(FOLDS))
        by_fold = np.stack([self._taus(finished, [fold]) for fold in range(FOLDS)], axis=1)
        spreads = (by_fold[1:] - by_fold[0]).std(axis=1, ddof=1)
        # Of three differences a standard deviation says little; those of several candidates together say more. The few
        # that lead a race have no good median.
        error = (np.sqrt(np.mean(spreads**2)) if self.races else np.median(spreads)) / FOLDS**0.5
        best = scores.argmax()
        beaten = scores[best] - scores[0] > margin(len(self.candidates) - 1) * error
        return self.candidates[finished[best]] if beaten else {}

    def _taus(self, candidates, folds):
        """Return the tau of each candidate over some folds together; 0 where all targets are equal: none is better."""
        target = np.concatenate([self.problem.y[self.rows(fold)] for fold in folds])
        predictions = [np.concatenate([self._predictions[one, fold] for fold in folds]) for one in candidates]
        return np.nan_to_num(kendall_taus(target, np.stack(predictions)))
