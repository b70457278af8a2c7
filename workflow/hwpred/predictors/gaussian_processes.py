"""What Gaussian processes share: fits of many problems at once, the search for hyperparameters, linear algebra."""

import logging
from time import monotonic, process_time

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors.base import Predictor, alike

logger = logging.getLogger(__name__)

NUGGET = 1e-9
"""Share of the variance that is added to a kernel's diagonal: metrics without noise leave it singular otherwise."""
STACK_SIZE = 4_000_000
"""Numbers in one stacked tensor (32 MB): larger stacks leave the processor's cache and gain nothing."""
BLOCK_ROWS = 1000
"""Rows of a kernel matrix that are computed at once."""


class GaussianProcessBase(Predictor):
    """What both share: scaling, grouping, prediction from weights at the centres of the kernel."""

    problems_at_once = 50

    def _fit(self, x, y, rng):
        self._fit_together([self], [x], [y], [rng])

    def predict(self, x):
        """Return the predictive mean, shape (n,)."""
        blocks = [self._kernel(block) @ self.weights_ for block in row_blocks(x)]
        return self.y_mean_ + self.y_scale_ * np.concatenate(blocks)

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        explained = self._explained()
        blocks = [self._prior_variance(block) - explained(self._kernel(block)) for block in row_blocks(x)]
        variance = np.concatenate(blocks) + self.noise_
        return self.y_scale_ * np.sqrt(variance.clip(min=self.noise_))

    @classmethod
    def fit_many(cls, problems):
        """Fit problems of the same shape and hyperparameters together."""
        models = [cls(**problem.hyperparameters) for problem in problems]
        begin, done = monotonic(), 0
        groups = alike(models, [problem.x.shape for problem in problems])
        parts = (part for group in groups for part in models[group[0]]._parts(group, len(problems[group[0]].y)))
        for members in parts:
            start = process_time()
            cls._fit_together(
                [models[i] for i in members],
                *([getattr(problems[i], name) for i in members] for name in ("x", "y", "rng")),
            )
            for i in members:
                models[i].fit_seconds_ = (process_time() - start) / len(members)
            done += len(members)
            _report(done, len(problems), models[members[-1]], len(problems[members[-1]].y), monotonic() - begin)
        return models

    def _parts(self, group, samples):
        """Cut a group of problems so that a stack of them stays small."""
        size = max(1, STACK_SIZE // self._numbers(samples))
        return [group[start : start + size] for start in range(0, len(group), size)]

    def _scale(self, y):
        """Remember mean and scale of ``y``; return it standardised. A constant is only shifted."""
        y = np.asarray(y, dtype=np.float64)
        self.y_mean_, spread = float(y.mean()), float(y.std())
        self.y_scale_ = spread if spread > 1e-9 * abs(self.y_mean_) else 1.0
        return (y - self.y_mean_) / self.y_scale_

    def _kernel(self, x):
        return self.variance_ * np.exp(-0.5 / self.length_scale_**2 * squared_distances(x, self.centres_))

    def _prior_variance(self, x):
        return self.variance_

    def _factor(self):
        """Lower Cholesky factor of the training points' covariance, noise included."""
        return Covariance(self._kernel, self.centres_, self.variance_).factor(self._training_noise())

    def _training_noise(self):
        return self.noise_

    def _explained(self):
        # The factor is not kept: at 15,000 points it has 1.8 GB.
        factor = self._factor()
        return lambda kernel: (
            linalg.solve_triangular(factor, kernel.T, lower=True, overwrite_b=True, check_finite=False) ** 2
        ).sum(axis=0)


class Covariance:
    """Of training points, in one matrix: its upper triangle stays, the lower one takes factors with any noise.

    Parameters
    ----------
    kernel : callable
        From k points to their covariances with all, (k, n).
    x : array or Structured
        The n points.
    variance : float
        Of the kernel.
    """

    def __init__(self, kernel, x, variance):
        n = len(x)
        # LAPACK works in columns: its upper triangle is the lower one of the rows.
        self._rows = np.empty((n, n))
        for start in range(0, n, BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            self._rows[rows] = kernel(x[rows])
        self._diagonal = self._rows.diagonal() + NUGGET * variance
        self._variance = variance

    def factor(self, noise):
        """Return a matrix whose lower triangle is the factor; the next factor, in the same memory, overwrites it.

        Parameters
        ----------
        noise : float, or float array of shape (n,)
            Variance. If the covariance is not positive definite, a jitter is added, which is logged.
        """
        jitter = 0.0
        while True:
            self._restore(self._diagonal + noise + jitter)
            try:
                return linalg.cho_factor(self._rows.T, lower=True, overwrite_a=True, check_finite=False)[0]
            except linalg.LinAlgError:
                jitter = 10 * jitter or 1e-8 * self._variance
                logger.warning(
                    "covariance of %d points is not positive definite; jitter %.1g added", len(self._rows), jitter
                )

    def _restore(self, diagonal):
        for start in range(0, len(self._rows), BLOCK_ROWS):
            rows, behind = slice(start, start + BLOCK_ROWS), slice(start + BLOCK_ROWS, None)
            self._rows[rows, behind] = self._rows[behind, rows].T
            square = np.tril(self._rows[rows, rows], -1)
            self._rows[rows, rows] = square + square.T
        self._rows[np.diag_indices(len(self._rows))] = diagonal


def minimise(objective, start, evaluations=100, tolerance=1e-4, longest=1.0, shortest=1e-5):
    """Minimise p functions of few variables at once by BFGS with backtracking.

    Every evaluation tries one step for each problem that is not yet done. A problem is done when its
    gradient falls below ``tolerance`` or its step below ``shortest``.

    Parameters
    ----------
    objective : callable
        (positions (k, d), indices (k,)) to values (k,) and gradients (k, d).
    start : tensor of shape (p, d)

    Returns
    -------
    positions (p, d), values (p,)
    """
    position = start.clone()
    value, gradient = objective(position, torch.arange(len(start)))
    identity = torch.eye(start.shape[1], dtype=start.dtype)
    curvature = identity.repeat(len(start), 1, 1)
    step = torch.ones_like(value)
    for _ in range(evaluations):
        direction = -(curvature * gradient[:, None]).sum(dim=2)
        length = direction.norm(dim=1)
        step = torch.minimum(step, longest / length.clamp(min=1e-30))
        active = torch.nonzero((gradient.abs().amax(dim=1) > tolerance) & (step * length > shortest))[:, 0]
        if len(active) == 0:
            break
        move = step[active, None] * direction[active]
        new_value, new_gradient = objective(position[active] + move, active)
        enough = value[active] + 1e-4 * (move * gradient[active]).sum(dim=1)
        better = new_value <= enough
        step[active] = torch.where(better, 1.0, 0.25 * step[active])
        active = active[better]
        curvature[active] = _updated(curvature[active], move[better], new_gradient[better] - gradient[active], identity)
        position[active] += move[better]
        value[active], gradient[active] = new_value[better], new_gradient[better]
    return position, value


def _updated(inverse, move, change, identity):
    """BFGS update of the inverse Hessians (k, d, d) where the curvature along the move is positive."""
    product = (move * change).sum(dim=1)[:, None, None]
    safe = product > 1e-12
    rho = torch.where(safe, 1 / torch.where(safe, product, 1.0), 0.0)
    left = identity - rho * move[:, :, None] * change[:, None]
    turned = (left[:, :, :, None] * inverse[:, None]).sum(dim=2)
    turned = (turned[:, :, None] * left[:, None]).sum(dim=3)
    return torch.where(safe, turned + rho * move[:, :, None] * move[:, None], inverse)


def squared_distances(left, right):
    """Squared Euclidean distances of all pairs of rows, float64 of shape (left, right)."""
    # Single precision holds the inner products of small integers exactly.
    exact = np.issubdtype(left.dtype, np.integer) and np.issubdtype(right.dtype, np.integer)
    left, right = (rows.astype(np.float32 if exact else np.float64) for rows in (left, right))
    distances = (left @ right.T).astype(np.float64)
    distances *= -2
    distances += (left**2).sum(axis=1)[:, None]
    distances += (right**2).sum(axis=1)
    return distances.clip(min=0, out=distances)


def row_blocks(x):
    """Cut ``x`` into blocks of ``BLOCK_ROWS`` rows."""
    return [x[start : start + BLOCK_ROWS] for start in range(0, len(x), BLOCK_ROWS)]


def cholesky(matrices):
    """Lower Cholesky factors; a matrix that is not positive definite gets a jitter, which is logged."""
    factors, failed = torch.linalg.cholesky_ex(matrices)
    jitter = 1e-8
    while failed.any():
        logger.warning(
            "%d kernel matrices are not positive definite; jitter %.1g added", int((failed > 0).sum()), jitter
        )
        diagonal = matrices.diagonal(dim1=1, dim2=2).mean(dim=1) * jitter * (failed > 0)
        matrices = matrices + torch.diag_embed(diagonal[:, None].expand(matrices.shape[:2]))
        factors, failed = torch.linalg.cholesky_ex(matrices)
        jitter *= 10
    return factors


def log_diagonal(factors):
    """Sum of the logarithms of the diagonals of factors (p, n, n), shape (p,)."""
    return factors.diagonal(dim1=1, dim2=2).log().sum(dim=1)


def _report(done, problems, model, samples, seconds):
    logger.info(
        "%d of %d problems, %d samples, loss %.3f, about %.0f s left",
        done,
        problems,
        samples,
        model.loss_,
        seconds * (problems - done) / done,
    )
