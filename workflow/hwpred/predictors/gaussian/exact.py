"""Gaussian processes with an RBF kernel, exact.

Problems of equal shape are one stack of tensors. Metrics are standardised by their training set; all
hyperparameters (variance, length scale, noise) are logarithms inside.
"""

from typing import ClassVar

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors import devices
from hwpred.predictors.constraints import COUNT
from hwpred.predictors.gaussian import grid as grids
from hwpred.predictors.gaussian.base import (
    GaussianProcessBase,
    cholesky,
    identities,
    inverse_factors,
    log_diagonal,
    minimise,
)
from hwpred.predictors.gaussian.grid import Grid, GridCovariance
from hwpred.predictors.gaussian.kernel_prediction import NUGGET, row_blocks, squared_distances
from hwpred.predictors.gaussian.priors import PRIOR_WIDTHS, prior_means

FIRST_SAMPLES = 125
"""Where the search begins: an evaluation of the likelihood of eight times as many costs two hundred times as much."""
TOLERANCE = 1e-3
"""Of the gradient, where a search ends."""


class GaussianProcess(GaussianProcessBase):
    """Exact regression; variance, length scale and noise maximise the marginal likelihood times their weak priors.

    Larger training sets find them on their first ``hyperparameter_samples`` points; the prediction uses all.

    Parameters
    ----------
    hyperparameter_samples : int
        Training points on which variance, length scale and noise are found, at most.

    Attributes
    ----------
    variance_, length_scale_, noise_ : float
        Of the standardised metric; ``noise_`` is a variance.
    loss_ : float
        Negative logarithm of the maximised density, per sample.
    """

    constraints: ClassVar = {"hyperparameter_samples": COUNT}

    def __init__(self, hyperparameter_samples=1000):
        self.hyperparameter_samples = hyperparameter_samples

    def _numbers(self, samples):
        return min(samples, self.hyperparameter_samples) ** 2

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        scaled = [model._scale(y) for model, y in zip(models, ys, strict=True)]
        chosen = slice(models[0].hyperparameter_samples)
        thetas, losses = _most_likely([x[chosen] for x in xs], np.stack([y[chosen] for y in scaled]))
        for model, x, y, theta, loss in zip(
            models, xs, scaled, thetas.cpu().numpy(), losses.cpu().numpy(), strict=True
        ):
            model.variance_, model.length_scale_, model.noise_ = map(float, np.exp(theta))
            model.loss_ = float(loss)
            model.centres_ = np.array(x)
            model.weights_ = model._solve(y)

    def _solve(self, y):
        """Return the inverse covariance of the training points, noise included, times ``y``."""
        if grid := Grid.around(self.centres_):
            return self._on_grid(grid).solve(y)
        if (weights := self._iterated(y)) is not None:
            return weights
        if devices.on_gpu():
            target = torch.as_tensor(y)[:, None]
            return torch.cholesky_solve(target, self._factor_on_gpu())[:, 0].cpu().numpy()
        return linalg.cho_solve((self._factor(), True), y, check_finite=False)

    def _iterated(self, y):
        """Return what ``_solve`` does, by iterations on a grid; None where they do not pay."""
        if len(y) < grids.FEWEST_ITERATED or self.noise_ < grids.LEAST_NOISE_ITERATED * self.variance_:
            return None
        grid = Grid.around(self.centres_, grids.LARGEST_SHARE_ITERATED)
        return grid and self._on_grid(grid).iterated(y)

    def _on_grid(self, grid):
        noise = self.noise_ + NUGGET * self.variance_
        return GridCovariance(grid, grid.rows(self.centres_), self.variance_, self.length_scale_, noise)

    def predict(self, x):
        """Return the predictive mean, shape (n,)."""
        if not devices.on_gpu():
            return super().predict(x)
        weights = torch.as_tensor(self.weights_)
        standardised = torch.cat([self._kernel_on_gpu(block) @ weights for block in row_blocks(x)])
        return self.y_mean_ + self.y_scale_ * standardised.cpu().numpy()

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        if (grid := Grid.around(self.centres_)) and (rows := grid.rows(x)) is not None:
            variance = self._on_grid(grid).unexplained(rows) + self.noise_
            return self.y_scale_ * np.sqrt(variance.clip(min=self.noise_))
        if not devices.on_gpu():
            return super().predict_std(x)
        factor = self._factor_on_gpu()
        explained = [
            torch.linalg.solve_triangular(factor, self._kernel_on_gpu(block).mT, upper=False).square_().sum(dim=0)
            for block in row_blocks(x)
        ]
        variance = self.variance_ - torch.cat(explained) + self.noise_
        return self.y_scale_ * variance.clamp_(min=self.noise_).sqrt().cpu().numpy()

    def _explained(self):
        factor = torch.from_numpy(self._factor())

        def explained(kernel):
            # PyTorch's solver is the faster one, and leaves its result in the kernel's memory.
            right = torch.from_numpy(kernel).mT
            return torch.linalg.solve_triangular(factor, right, upper=False, out=right).square_().sum(dim=0).numpy()

        return explained

    def _kernel_on_gpu(self, x):
        """Return what ``_kernel`` does, as a tensor."""
        left, right = (torch.as_tensor(np.asarray(rows)).double() for rows in (x, self.centres_))
        distances = squared_distances_on_gpu(left, right)
        return distances.mul_(-0.5 / self.length_scale_**2).exp_().mul_(self.variance_)

    def _factor_on_gpu(self):
        """Return what ``_factor`` does, as a tensor."""
        kernel = self._kernel_on_gpu(self.centres_)
        kernel.diagonal().add_(self.noise_ + NUGGET * self.variance_)
        return cholesky(kernel[None])[0]


def _most_likely(xs, y):
    """Hyperparameters (p, 3) of p problems, and the loss of each; their first points say where the search begins."""
    if devices.on_gpu():
        stacked = torch.as_tensor(np.stack(xs)).double()
        distances = squared_distances_on_gpu(stacked, stacked)
    else:
        distances = np.stack([squared_distances(x, x) for x in xs])
    start = curvature = None
    for size in _sizes(y.shape[1]):
        objective = _ExactObjective(distances[:, :size, :size], y[:, :size])
        if start is None:
            start = objective.prior_mean
            curvature = identities(start)
        start, losses = minimise(objective, start, tolerance=TOLERANCE, curvature=curvature)
    return start, losses


def _sizes(samples):
    """Return of how many samples the optimum is found, one from the one before: twice as many each time, then all."""
    sizes = [FIRST_SAMPLES]
    while 4 * sizes[-1] <= samples:
        sizes.append(2 * sizes[-1])
    return [size for size in sizes if 2 * size <= samples] + [samples]


class _ExactObjective:
    """Negative log posterior of the hyperparameters per sample, and its gradient (Rasmussen and Williams 2006, 5.9).

    Parameters
    ----------
    distances : array or tensor of shape (p, n, n)
        Squared distances of the training points of p problems.
    y : array of shape (p, n)
    """

    def __init__(self, distances, y):
        typical = np.sqrt(torch.as_tensor(distances.mean(axis=(1, 2))).cpu().numpy())
        self.distances = torch.as_tensor(distances)
        self.y = torch.as_tensor(y)
        self.prior_mean = torch.as_tensor(prior_means(typical))
        self.prior_width = torch.as_tensor(np.array(list(PRIOR_WIDTHS.values())))

    def __call__(self, theta, active):
        """Return the values (k,) and gradients (k, 3) of the k active problems at theta (k, 3)."""
        everything = len(active) == len(self.y)
        distances, y = (of if everything else of[active] for of in (self.distances, self.y))
        samples = y.shape[1]
        variance, length_scale, noise = theta.exp()[:, :, None, None].unbind(dim=1)
        covariance = torch.mul(distances, -0.5 / length_scale**2).exp_().mul_(variance)
        noise = noise[:, 0]
        covariance.diagonal(dim1=1, dim2=2).add_(NUGGET * variance[:, 0] + noise)
        weights, inverse, half_log_determinant = _solved(covariance, y)
        deviation = (theta - self.prior_mean[active]) / self.prior_width
        fit = (y * weights[:, :, 0]).sum(dim=1)
        value = 0.5 * fit + half_log_determinant + 0.5 * (deviation**2).sum(dim=1)
        by_noise = noise[:, 0] * ((weights**2).sum(dim=(1, 2)) - inverse.diagonal(dim1=1, dim2=2).sum(dim=1))
        # The inverse times the covariance is the identity: what variance and noise do together needs no matrix.
        by_variance = fit - samples - by_noise
        by_length_scale = _by_length_scale(weights, inverse, covariance.mul_(distances)) / length_scale[:, 0, 0] ** 2
        gradient = torch.stack([by_variance, by_length_scale, by_noise], dim=1)
        return value / samples, (deviation / self.prior_width - 0.5 * gradient) / samples


def _by_length_scale(weights, inverse, slope):
    """Sum of the products of ``weights`` (p, n, 1) times themselves less ``inverse`` (p, n, n) with ``slope``."""
    explained = (weights.mT @ (slope @ weights))[:, 0, 0]
    return explained - (inverse.flatten(1)[:, None] @ slope.flatten(1)[:, :, None])[:, 0, 0]


def _solved(covariances, y):
    """Return inverse covariances (p, n, n) times ``y`` (p, n), the inverses, half the logarithms of determinants."""
    if devices.on_gpu():
        inverse_factor, half_log_determinant = inverse_factors(covariances)
        weights = inverse_factor.mT @ (inverse_factor @ y[:, :, None])
        return weights, inverse_factor.mT @ inverse_factor, half_log_determinant
    factor = cholesky(covariances)
    return torch.cholesky_solve(y[:, :, None], factor), torch.cholesky_inverse(factor), log_diagonal(factor)


def squared_distances_on_gpu(left, right):
    """Return the squared Euclidean distances of all pairs of rows.

    Parameters
    ----------
    left, right : tensors of shape (..., n, features) and (..., m, features)

    Returns
    -------
    tensor of shape (..., n, m)
    """
    distances = -2 * left @ right.mT
    distances += (left**2).sum(dim=-1)[..., :, None]
    distances += (right**2).sum(dim=-1)[..., None, :]
    return distances.clamp_(min=0)
