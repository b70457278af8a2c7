"""Hyperparameter search: random candidates, the default first, scored by Kendall's tau on held-out folds.

A small training set has folds of a few architectures, and the best of many noisy scores is mostly luck. So a
candidate's score is tau over the predictions of all its held-out folds together, and the default is kept unless the
best candidate beats it by more than chance lets the best of so many do (``margin``).

Hyperparameters that the configuration fixes are not searched.
"""

import json

import numpy as np
from scipy.stats import norm

from hwpred.metrics import kendall_taus
from hwpred.predictors.base import Problem
from hwpred.predictors.search_space import draw_candidates

FOLDS = 3
SMALLEST_TRAINING_SET = 10
"""Below it a fold would be too small to rank (protocol section 5)."""
LEVEL = norm.sf(1)
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
    searched = [i for i, space in enumerate(spaces) if space and len(problems[i].y) >= SMALLEST_TRAINING_SET]
    trials = [
        (i, *trial)
        for i in searched
        for trial in _trials(problems[i], spaces[i], predictor.search_settings, configurations)
    ]
    fitted = predictor.fit_many([trial for _, _, trial, _, _ in trials])
    predictions = predictor.predict_many(fitted, [x for *_, x, _ in trials])
    held_out = {i: {} for i in searched}
    seconds = dict.fromkeys(searched, 0.0)
    for (i, candidate, _, _, y), model, prediction in zip(trials, fitted, predictions, strict=True):
        held_out[i].setdefault(json.dumps(candidate), []).append((y, prediction))
        seconds[i] += model.fit_seconds_
    for i in searched:
        chosen[i] = ({**problems[i].hyperparameters, **_choose(held_out[i])}, seconds[i])
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
    return norm.isf(LEVEL / candidates)


def _choose(held_out):
    """Return the candidate of ``held_out``, {candidate as JSON, the default first: (y, prediction) of each fold}."""
    if len(held_out) == 1:
        return json.loads(*held_out)
    # Folds have the same targets whatever the candidate.
    targets = [y for y, _ in next(iter(held_out.values()))]
    predictions = [
        np.stack(fold) for fold in zip(*([own for _, own in folds] for folds in held_out.values()), strict=True)
    ]
    scores = kendall_taus(np.concatenate(targets), np.concatenate(predictions, axis=1))
    # In a fold whose targets are all equal no candidate is better than another.
    by_fold = np.nan_to_num(np.stack([kendall_taus(*fold) for fold in zip(targets, predictions, strict=True)], axis=1))
    differences = by_fold[1:] - by_fold[0]
    # Of three differences a standard deviation says little; the candidates' median says more.
    error = np.median(differences.std(axis=1, ddof=1)) / FOLDS**0.5
    best = scores.argmax() if scores.max() - scores[0] > margin(len(differences)) * error else 0
    return json.loads(list(held_out)[best])


def _trials(problem, space, settings, configurations):
    """Yield (candidate, problem of the fold, held-out x, held-out y) for all candidates and folds."""
    candidates = draw_candidates(space, configurations, problem.rng)
    rows = np.arange(len(problem.y))
    fold_of = problem.rng.permutation(rows) % FOLDS
    folds = []
    for fold in range(FOLDS):
        train, held_out = rows[fold_of != fold], rows[fold_of == fold]
        folds.append((problem.x[train], problem.y[train], problem.x[held_out], problem.y[held_out]))
    for candidate in candidates:
        hyperparameters = {**settings, **problem.hyperparameters, **candidate}
        for x, y, held_out_x, held_out_y in folds:
            trial = Problem(x, y, problem.rng.spawn(1)[0], hyperparameters)
            yield candidate, trial, held_out_x, held_out_y
