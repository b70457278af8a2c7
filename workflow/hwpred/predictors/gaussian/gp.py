"""Gaussian processes with an RBF kernel: exact, and sparse with few inducing points.

Problems of equal shape are one stack of tensors. Metrics are standardised by their training set; all
hyperparameters (variance, length scale, noise) are logarithms inside.
"""

from typing import ClassVar

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors import devices
from hwpred.predictors.constraints import COUNT, POSITIVE
from hwpred.predictors.gaussian.base import (
    GaussianProcessBase,
    cholesky,
    inverse_factors,
    log_diagonal,
    minimise,
)
from hwpred.predictors.gaussian.kernel_prediction import NUGGET, squared_distances

PRIOR_MEANS = {"variance": 3.0, "length_scale": 2.0, "noise": 0.1}
"""Medians of the log-normal priors; the length scale's is in units of the typical distance of two training points."""
PRIOR_WIDTHS = {"variance": 1.0, "length_scale": 1.0, "noise": 2.0}
"""Standard deviations of the logarithms: weak, but five points cannot drive a hyperparameter to its end."""


class GaussianProcess(GaussianProcessBase):
    """Exact regression; variance, length scale and noise maximise the marginal likelihood times their weak priors.

    Larger training sets find them on their first ``hyperparameter_samples`` points; the prediction uses all.

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
        if devices.on_gpu():
            stacked = torch.as_tensor(np.stack([x[chosen] for x in xs])).double()
            distances = squared_distances_on_gpu(stacked, stacked)
        else:
            distances = np.stack([squared_distances(x[chosen], x[chosen]) for x in xs])
        objective = _ExactObjective(distances, np.stack([y[chosen] for y in scaled]))
        thetas, losses = minimise(objective, objective.prior_mean)
        for model, x, y, theta, loss in zip(
            models, xs, scaled, thetas.cpu().numpy(), losses.cpu().numpy(), strict=True
        ):
            model.variance_, model.length_scale_, model.noise_ = map(float, np.exp(theta))
            model.loss_ = float(loss)
            model.centres_ = np.array(x)
            if devices.on_gpu():
                target = torch.as_tensor(y)[:, None]
                model.weights_ = torch.cholesky_solve(target, model._factor_on_gpu())[:, 0].cpu().numpy()
            else:
                model.weights_ = linalg.cho_solve((model._factor(), True), y, check_finite=False)

    def predict(self, x):
        """Return the predictive mean, shape (n,)."""
        if not devices.on_gpu():
            return super().predict(x)
        standardised = self._kernel_on_gpu(x) @ torch.as_tensor(self.weights_)
        return self.y_mean_ + self.y_scale_ * standardised.cpu().numpy()

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        if not devices.on_gpu():
            return super().predict_std(x)
        solved = torch.linalg.solve_triangular(self._factor_on_gpu(), self._kernel_on_gpu(x).mT, upper=False)
        variance = self.variance_ - solved.square_().sum(dim=0) + self.noise_
        return self.y_scale_ * variance.clamp_(min=self.noise_).sqrt().cpu().numpy()

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
        self.prior_mean = torch.as_tensor(_prior_means(typical))
        self.prior_width = torch.as_tensor(np.array(list(PRIOR_WIDTHS.values())))

    def __call__(self, theta, active):
        """Return the values (k,) and gradients (k, 3) of the k active problems at theta (k, 3)."""
        distances, y = self.distances[active], self.y[active]
        samples = y.shape[1]
        variance, length_scale, noise = theta.exp()[:, :, None, None].unbind(dim=1)
        scaled = distances / length_scale**2
        kernel = variance * torch.exp(-0.5 * scaled)
        identity = torch.eye(samples, dtype=kernel.dtype)
        kernel = kernel + NUGGET * variance * identity
        weights, inverse, half_log_determinant = _solved(kernel + noise * identity, y)
        inner = weights * weights.mT - inverse
        deviation = (theta - self.prior_mean[active]) / self.prior_width
        value = 0.5 * (y * weights[:, :, 0]).sum(dim=1) + half_log_determinant + 0.5 * (deviation**2).sum(dim=1)
        inner_kernel = inner * kernel
        gradient = torch.stack(
            [
                inner_kernel.sum(dim=(1, 2)),
                (inner_kernel * scaled).sum(dim=(1, 2)),
                noise[:, 0, 0] * inner.diagonal(dim1=1, dim2=2).sum(dim=1),
            ],
            dim=1,
        )
        return value / samples, (deviation / self.prior_width - 0.5 * gradient) / samples


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


class SparseGaussianProcess(GaussianProcessBase):
    """Few inducing points, variance, length scale and noise by Titsias' variational bound (AISTATS 2009).

    The inducing points start at training points that lie far from each other and move freely: ten
    points that stay one-hot span too few directions. Cost and memory are linear in n.

    Attributes
    ----------
    centres_ : float array of shape (inducing points, features)
    variance_, length_scale_, noise_, loss_
        As in ``GaussianProcess``.
    """

    constraints: ClassVar = {"inducing_points": COUNT, "steps": COUNT, "learning_rate": POSITIVE}

    def __init__(self, inducing_points=10, steps=100, learning_rate=0.03):
        self.inducing_points = inducing_points
        self.steps = steps
        self.learning_rate = learning_rate

    def _numbers(self, samples):
        return 2 * self.inducing_points * samples

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        settings = models[0]
        scaled = np.stack([model._scale(y) for model, y in zip(models, ys, strict=True)])
        chosen = [_spread(x, settings.inducing_points, rng) for x, rng in zip(xs, rngs, strict=True)]
        by_number = {}
        for i, rows in enumerate(chosen):
            by_number.setdefault(len(rows), []).append(i)
        for members in by_number.values():
            x = np.stack([xs[i] for i in members]).astype(np.float64)
            centres = np.stack([xs[i][chosen[i]] for i in members]).astype(np.float64)
            bound = _SparseBound(x, scaled[members], centres)
            bound.maximise(settings.steps, settings.learning_rate)
            for i, state in zip(members, bound.states(), strict=True):
                vars(models[i]).update(state)

    def _explained(self):
        return lambda kernel: ((kernel @ self.explained_) * kernel).sum(axis=1)


class _SparseBound:
    """Titsias' collapsed bound of p problems with n points and m inducing points each.

    Parameters
    ----------
    x : array of shape (p, n, features)
    y : array of shape (p, n)
    centres : array of shape (p, m, features)
        Where the inducing points start.
    """

    def __init__(self, x, y, centres):
        self.x, self.y = torch.as_tensor(x), torch.as_tensor(y)
        self.squares = (self.x**2).sum(dim=2)
        typical = np.sqrt(2 * x.var(axis=1).sum(axis=1))
        self.prior_mean = torch.as_tensor(_prior_means(typical))
        self.prior_width = torch.as_tensor(np.array(list(PRIOR_WIDTHS.values())))
        self.theta = self.prior_mean.clone().requires_grad_()
        self.centres = torch.as_tensor(centres).requires_grad_()

    def maximise(self, steps, learning_rate):
        """Take that many steps of Adam; the rate falls to a tenth along a cosine."""
        parameters = [self.theta, self.centres]
        optimiser = torch.optim.Adam(parameters, lr=learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, eta_min=learning_rate / 10)
        for _ in range(steps):
            optimiser.zero_grad()
            self._terms()[0].sum().backward()
            optimiser.step()
            schedule.step()

    def _terms(self):
        """Negative bound and log prior per sample (p,), both factors and the projected metric."""
        samples, number = self.y.shape[1], self.centres.shape[1]
        variance, length_scale, noise = self.theta.exp()[:, :, None, None].unbind(dim=1)
        identity = torch.eye(number, dtype=self.y.dtype)
        own = (self.centres**2).sum(dim=2)
        within = own[:, :, None] + own[:, None] - 2 * self.centres @ self.centres.mT
        across = own[:, :, None] + self.squares[:, None] - 2 * self.centres @ self.x.mT
        factor = cholesky(variance * (torch.exp(-0.5 * within / length_scale**2) + 1e-6 * identity))
        kernel = variance * torch.exp(-0.5 * across / length_scale**2)
        half = torch.linalg.solve_triangular(factor, kernel @ kernel.mT, upper=False)
        covered = torch.linalg.solve_triangular(factor, half.mT, upper=False)
        inner_factor = cholesky(identity + covered / noise)
        projected = torch.linalg.solve_triangular(factor, kernel @ self.y[:, :, None], upper=False)
        projected = torch.linalg.solve_triangular(inner_factor, projected, upper=False) / noise
        noise, variance = noise[:, 0, 0], variance[:, 0, 0]
        lost = samples * variance - covered.diagonal(dim1=1, dim2=2).sum(dim=1)
        fit = (self.y**2).sum(dim=1) / noise - (projected**2).sum(dim=(1, 2)) + lost / noise
        deviation = (self.theta - self.prior_mean) / self.prior_width
        loss = log_diagonal(inner_factor) + 0.5 * (samples * noise.log() + fit + (deviation**2).sum(dim=1))
        return loss / samples, factor, inner_factor, projected

    @torch.no_grad()
    def states(self):
        """Yield the fitted attributes of each problem."""
        loss, factor, inner_factor, projected = self._terms()
        inverse = torch.linalg.solve_triangular(factor, torch.eye(factor.shape[1], dtype=factor.dtype), upper=False)
        inner = torch.linalg.solve_triangular(inner_factor, inverse, upper=False)
        tensors = {
            "theta": self.theta.exp(),
            "loss": loss,
            "centres_": self.centres,
            "weights_": (inner.mT @ projected)[:, :, 0],
            "explained_": inverse.mT @ inverse - inner.mT @ inner,
        }
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
        for i in range(len(loss)):
            state = {name: array[i].copy() for name, array in arrays.items()}
            state["variance_"], state["length_scale_"], state["noise_"] = map(float, state.pop("theta"))
            yield {**state, "loss_": float(state.pop("loss"))}


def _spread(x, number, rng):
    """Rows of at most ``number`` different points far from each other (k-means++; Arthur and Vassilvitskii 2007)."""
    rows = [int(rng.integers(len(x)))]
    nearest = squared_distances(x, x[rows])[:, 0]
    while len(rows) < number and nearest.max() > 0:
        rows.append(int(rng.choice(len(x), p=nearest / nearest.sum())))
        nearest = np.minimum(nearest, squared_distances(x, x[rows[-1:]])[:, 0])
    return rows


def _prior_means(typical):
    """Logarithms of the priors' medians (p, 3), given the typical distance of each problem's points."""
    variance, length_scale, noise = PRIOR_MEANS.values()
    scales = length_scale * np.where(typical > 0, typical, 1.0)
    return np.log(np.stack([np.full(len(typical), variance), scales, np.full(len(typical), noise)], axis=1))
