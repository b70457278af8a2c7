"""Linear models on one-hot encodings. All problems of a call are solved as one stack of small systems.

A linear model needs its training set only through the moments (counts, means, covariances), so
fitting hundreds of seeds and sizes costs one pass over the data and one batched decomposition.
"""

from time import process_time
from typing import ClassVar

import numpy as np

from hwpred.predictors.base import Predictor
from hwpred.predictors.constraints import POSITIVE
from hwpred.predictors.search_space import Choice


class _LinearModel(Predictor):
    """Intercept and coefficients from the centred moments of the training set."""

    problems_at_once = 100_000

    def _fit(self, x, y, rng):
        self._solve_many([self], [_moments(x, y)])

    def predict(self, x):
        """Return ``x @ coef_ + intercept_``."""
        return x.astype(np.float64) @ self.coef_ + self.intercept_

    @classmethod
    def fit_many(cls, problems):
        """Fit all problems as one stack; each pays for its own moments and its share of the solution."""
        models, moments, known = [], [], {}
        for problem in problems:
            start = process_time()
            model = cls(**problem.hyperparameters)
            # Candidates of a search share their training sets: the same array, the same moments.
            key = (id(problem.x), id(problem.y))
            if key not in known:
                known[key] = _moments(problem.x, problem.y)
            model.fit_seconds_ = process_time() - start
            models.append(model)
            moments.append(known[key])
        by_features = {}
        for i, moment in enumerate(moments):
            by_features.setdefault(len(moment["covariance"]), []).append(i)
        for members in by_features.values():
            start = process_time()
            cls._solve_many([models[i] for i in members], [moments[i] for i in members])
            share = (process_time() - start) / len(members)
            for i in members:
                models[i].fit_seconds_ += share
        return models

    @classmethod
    def _solve_many(cls, models, moments):
        stacked = {name: np.stack([moment[name] for moment in moments]) for name in moments[0]}
        coefs, intercepts = cls._solution(models, stacked)
        for model, coef, intercept in zip(models, coefs, intercepts, strict=True):
            model.coef_ = coef
            model.intercept_ = float(intercept)

    @classmethod
    def _solution(cls, models, moments):
        coefs = cls._coefficients(models, moments)
        return coefs, moments["y_mean"] - (moments["x_mean"] * coefs).sum(axis=1)


class LinearRegression(_LinearModel):
    """Ordinary least squares; of several solutions (one-hot columns depend on each other) the shortest."""

    @staticmethod
    def _coefficients(models, moments):
        values, vectors = np.linalg.eigh(moments["covariance"])
        # Eigenvalues are counts of architectures: true zeros stay far below, the others far above.
        cutoff = 1e-9 * values[:, -1:].clip(min=1e-300)
        inverse = np.where(values > cutoff, 1 / np.where(values > cutoff, values, 1), 0)
        return _apply(vectors, inverse, moments["correlation"])


class RidgeRegression(_LinearModel):
    """Least squares with an L2 penalty on the coefficients, none on the intercept.

    Parameters
    ----------
    alpha : float
        The penalty.
    """

    # Each problem brings two dozen more in the search, and each of them a matrix.
    problems_at_once = 25

    constraints: ClassVar = {"alpha": POSITIVE}

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    @classmethod
    def search_space(cls):
        """Penalties of the protocol, section 5."""
        return {"alpha": Choice((0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5))}

    @staticmethod
    def _coefficients(models, moments):
        alphas = np.array([model.alpha for model in models])
        system = moments["covariance"] + alphas[:, None, None] * np.eye(moments["covariance"].shape[1])
        return np.linalg.solve(system, moments["correlation"][:, :, None])[:, :, 0]


class BayesianLinearRegression(_LinearModel):
    """Gaussian prior (precision ``alpha``) on the coefficients, Gaussian noise (precision ``beta``).

    Both precisions maximise the marginal likelihood by MacKay's fixed point (Bishop, PRML, section
    3.5.2), started from the given values. The bias is a coefficient like the others, so the prior
    expects a standardised metric: its mean over all architectures is 0. Few samples may show no signal at
    all; the bound of ``alpha`` keeps a ranking then. A constant metric stays constant.

    Parameters
    ----------
    alpha, beta : float
        Precisions at which the fixed point starts: of the prior, and of the noise.
    """

    iterations = 200
    alpha_bounds, beta_bounds = (1e-6, 1e3), (1e-6, 1e6)

    constraints: ClassVar = {"alpha": POSITIVE, "beta": POSITIVE}

    def __init__(self, alpha=1.0, beta=100.0):
        self.alpha = alpha
        self.beta = beta

    @classmethod
    def _solution(cls, models, moments):
        second, right, y_square = _with_bias(moments)
        values, vectors = np.linalg.eigh(second)
        values = values.clip(min=0)
        projected = np.einsum("bij,bi->bj", vectors, right)
        alpha, beta = cls._precisions(models, values, projected, y_square, moments["samples"])
        for model, a, b in zip(models, alpha[:, 0], beta[:, 0], strict=True):
            model.alpha_, model.beta_ = float(a), float(b)
        weights = _apply(vectors, beta / (alpha + beta * values), right)
        varies = moments["y_square"] > 1e-18 * y_square
        return np.where(varies[:, None], weights[:, :-1], 0), np.where(varies, weights[:, -1], moments["y_mean"])

    @classmethod
    def _precisions(cls, models, values, projected, y_square, samples):
        """Return alpha and beta, (p, 1) each, from the second moments' eigenvalues and the projected right sides."""
        alpha = np.array([[float(model.alpha)] for model in models])
        beta = np.array([[float(model.beta)] for model in models])
        for _ in range(cls.iterations):
            mean = beta * projected / (alpha + beta * values)
            effective = (beta * values / (alpha + beta * values)).sum(axis=1, keepdims=True)
            squared_error = y_square[:, None] + ((values * mean - 2 * projected) * mean).sum(axis=1, keepdims=True)
            alpha = (effective / (mean**2).sum(axis=1, keepdims=True).clip(min=1e-300)).clip(*cls.alpha_bounds)
            freedom = (samples[:, None] - effective).clip(min=1e-12)
            beta = (freedom / squared_error.clip(min=1e-300)).clip(*cls.beta_bounds)
        return alpha, beta


def _with_bias(moments):
    """Second moments about zero of the features and a column of ones: matrix, right side, sum of squares of y."""
    samples, x_mean, y_mean = moments["samples"], moments["x_mean"], moments["y_mean"]
    sums = samples[:, None] * x_mean
    matrix = moments["covariance"] + x_mean[:, :, None] * sums[:, None]
    matrix = np.concatenate([matrix, sums[:, None]], axis=1)
    column = np.concatenate([sums, samples[:, None]], axis=1)
    right = np.concatenate([moments["correlation"] + sums * y_mean[:, None], (samples * y_mean)[:, None]], axis=1)
    return np.concatenate([matrix, column[:, :, None]], axis=2), right, moments["y_square"] + samples * y_mean**2


def _moments(x, y):
    """Means, centred sums of products and of squares of one training set."""
    x = x.astype(np.float64)
    x_mean, y_mean = x.mean(axis=0), y.mean()
    centred = y - y_mean
    return {
        "samples": np.float64(len(y)),
        "x_mean": x_mean,
        "y_mean": y_mean,
        "covariance": x.T @ x - len(y) * np.outer(x_mean, x_mean),
        "correlation": x.T @ centred,
        "y_square": (centred**2).sum(),
    }


def _apply(vectors, weights, right):
    """Return V diag(weights) V' right for stacks of eigenvectors V."""
    projected = np.einsum("bij,bi->bj", vectors, right)
    return np.einsum("bij,bj->bi", vectors, weights * projected)
