"""A Gaussian process that knows what a network is made of, so that few measurements are enough.

Its kernel is a sum over the blocks of the space's ``structured`` encoding: linear in costs, counts and choices, and
smooth in them. A weak prior of the components' weights favours the few numbers that all networks share (costs, then
counts) over the many that are learnt one by one (the choice at each position); with more measurements the data decide.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors.gaussian_processes import (
    NUGGET,
    GaussianProcessBase,
    cholesky,
    log_diagonal,
    minimise,
    row_blocks,
    squared_distances,
)

KERNELS = {
    "costs": {"linear": 1.0, "squared_exponential": 0.003},
    "log_costs": {"linear": 0.3, "squared_exponential": 0.05},
    "counts": {"linear": 0.3, "squared_exponential": 0.003},
    "choices": {"linear": 0.001, "exponential": 0.003},
    "part_costs": {"linear": 0.1},
    "part_counts": {"linear": 0.05},
    "devices": {"linear": 1.0, "squared_exponential": 0.01},
}
"""The kernels of each kind of block, and the medians of their weights' priors: shares of the metric's variance."""
WEIGHT_WIDTH, LENGTH_WIDTH, NOISE_WIDTH = 3.5, 1.0, 2.0
"""Standard deviations of the logarithms under their priors."""
LENGTHS = {"squared_exponential": 1.5, "exponential": 1.0}
"""Medians of the length scales' priors, in units of the typical distance of two training points."""
NOISE = 0.05
DOUBTFUL_VIEWS = {"output": 0.05, "live": 0.05}
"""Factors of the weights of views that few devices show."""
DEGREES = 4
"""Of freedom of Student's t, the noise: measurements have outliers."""
ROUNDS = 4
"""In which the noise of each training point follows from how far the others' prediction of it is off."""
WARPED_FROM = 10
"""Training points from which on the metric's own scale is questioned."""
DISTANCES = (0.1, 0.3, 1.0)
"""Of the smallest metric to the origins of reciprocals that are tried, in ranges of the metric."""
RESOLUTION, COARSEST = 0.5, 0.003
"""Steps of predictions, in standard deviations of the noise, and at most of the metric: what differs by less is equal.

Devices without noise give many networks the same value. Were the steps coarser on devices with noise, their ties would
raise Kendall's tau-b without telling anything more.
"""
HYPERPARAMETER_SHARE, HYPERPARAMETER_SAMPLES = 1 / 4, (350, 1200)
"""Share of the training points on which hyperparameters are found, and the least and the most of these points."""
SMALLEST_SPREAD = 0.3
"""Floor of a column's standard deviation: a count that hardly varies among few training points is no finer scale."""


@dataclass
class Component:
    """One term of the kernel: its block, its form, what the training points say about scales, its hyperparameters."""

    block: str
    form: str
    prior_weight: float
    centre: np.ndarray
    spread: np.ndarray
    scale: float
    weight: float = 1.0
    length: float = 1.0

    @property
    def name(self):
        """Block and form."""
        return f"{self.block} {self.form}"

    @property
    def smooth(self):
        """Whether there is a length scale."""
        return self.form != "linear"

    def base(self, left, right):
        """What the kernel of unit weight is computed from: products, or squared distances, (left, right)."""
        if self.form == "linear":
            return ((left - self.centre) / self.scale) @ (right - self.centre).T
        return squared_distances(left / self.spread, right / self.spread) / self.scale

    def kernel(self, left, right):
        """Covariance of two sets of rows of the block, (left, right)."""
        base = self.base(left, right)
        if self.form == "linear":
            return self.weight * base
        scaled = base / self.length if self.form == "exponential" else 0.5 * base / self.length**2
        return self.weight * np.exp(-scaled)

    def effect(self, rows, centres, weights):
        """Product of ``kernel(rows, centres)`` and the centres' weights; a linear one needs no matrix of both."""
        if self.smooth:
            return self.kernel(rows, centres) @ weights
        return self.weight * (((rows - self.centre) / self.scale) @ ((centres - self.centre).T @ weights))

    def diagonal(self, rows):
        """Prior variance of each row."""
        if self.smooth:
            return np.full(len(rows), self.weight)
        return self.weight * ((rows - self.centre) ** 2).sum(axis=1) / self.scale


@dataclass(frozen=True)
class Warp:
    """The scale on which a metric is additive: its own, or the reciprocal of its distance to an origin.

    A throughput is the reciprocal of a time, and times add up.
    """

    origin: float = None
    largest: float = None

    @property
    def log_prior(self):
        """Logarithm of its probability beforehand: all reciprocals together have that of the own scale, which is 0."""
        return 0.0 if self.origin is None else -np.log(len(DISTANCES))

    def forward(self, y):
        """Return the metric on the scale."""
        return y if self.origin is None else -1 / (y - self.origin)

    def log_slope(self, y):
        """Logarithm of the derivative of ``forward``."""
        return np.zeros_like(y) if self.origin is None else -2 * np.log(y - self.origin)

    def inverse(self, warped):
        """Return the metric, at most ``largest``."""
        return warped if self.origin is None else self.origin - 1 / self._bounded(warped)

    def inverse_slope(self, warped):
        """Derivative of ``inverse``."""
        return np.ones_like(warped) if self.origin is None else self._bounded(warped) ** -2

    def _bounded(self, warped):
        return np.minimum(warped, self.forward(self.largest))


def warps(y):
    """Yield the scales that come into question for a training set's metric ``y``."""
    yield Warp()
    if len(y) >= WARPED_FROM and np.ptp(y) > 0:
        for distance in DISTANCES:
            origin = y.min() - distance * np.ptp(y)
            yield Warp(origin, largest=2 * y.max() - origin)


class StructuredGaussianProcess(GaussianProcessBase):
    """Exact regression on the sum of kernels; all hyperparameters maximise the marginal likelihood times their priors.

    Larger training sets find them on their first points, a quarter (None) or ``hyperparameter_samples``; the
    prediction uses all. The same density chooses among ``warps``. The noise is Student's t: outliers count less.

    Attributes
    ----------
    components_ : list of Component
    warp_ : Warp
    noise_ : float
        Variance, of the standardised metric on the scale of ``warp_``.
    training_noise_ : float array of shape (n,)
        Variance that each training point turned out to have.
    loss_ : float
        Negative logarithm of the maximised density, per sample.
    evidence_ : float
        Logarithm of that density of the metric itself, on whatever scale it was fitted.
    """

    encoding = "structured"

    def __init__(self, hyperparameter_samples=None, evaluations=40):
        self.hyperparameter_samples = hyperparameter_samples
        self.evaluations = evaluations

    def predict(self, x):
        """Return the predictive median, in steps of ``RESOLUTION`` or ``COARSEST``, shape (n,)."""
        step = min(RESOLUTION * self.noise_**0.5, COARSEST)
        return self.warp_.inverse(self.y_mean_ + self.y_scale_ * step * np.round(self._mean(x) / step))

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        return super().predict_std(x) * self.warp_.inverse_slope(self.y_mean_ + self.y_scale_ * self._mean(x))

    def _mean(self, x):
        """Return the standardised predictive mean on the scale of ``warp_``, shape (n,)."""
        return np.concatenate([sum(effect for _, effect in self._effects(block)) for block in row_blocks(x)])

    def _numbers(self, samples):
        return 20 * min(samples, self._hyperparameter_samples(samples)) ** 2

    def _hyperparameter_samples(self, samples):
        if self.hyperparameter_samples is not None:
            return self.hyperparameter_samples
        return int(np.clip(HYPERPARAMETER_SHARE * samples, *HYPERPARAMETER_SAMPLES))

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        ys = [np.asarray(y, dtype=np.float64) for y in ys]
        chosen = slice(models[0]._hyperparameter_samples(len(ys[0])))
        components = [make_components(x) for x in xs]
        objective = _Objective(components, [x[chosen] for x in xs])
        scaled = [model._warped(y, Warp()) for model, y in zip(models, ys, strict=True)]
        thetas, _ = objective.minimise([y[chosen] for y in scaled], models[0].evaluations)
        trusts = []
        for i, (model, y) in enumerate(zip(models, ys, strict=True)):
            scaled[i] = model._warped(y, objective.best_warp(i, thetas[i], y[chosen]))
            trusts.append(objective.trust_of(i, thetas[i], scaled[i][chosen]))
        thetas, losses = objective.minimise([y[chosen] for y in scaled], models[0].evaluations, thetas, trusts)
        for model, x, raw, y, own, theta, loss in zip(models, xs, ys, scaled, components, thetas, losses, strict=True):
            slopes = model.warp_.log_slope(raw[chosen]) - np.log(model.y_scale_)
            model.evidence_ = float(slopes.sum() - loss * len(slopes) + model.warp_.log_prior)
            objective.set_hyperparameters(own, theta.exp().tolist())
            model.components_, model.noise_, model.loss_ = own, float(theta[-1].exp()), float(loss)
            model.variance_ = sum(component.weight for component in own)
            model.centres_ = x
            model._solve(y)

    def _warped(self, y, warp):
        self.warp_ = warp
        return self._scale(warp.forward(y))

    def _solve(self, y):
        """Find the weights, and the noise of each point."""
        scale, trust = student_noise(self._factor_with, y, self.noise_, NUGGET * self.variance_)
        self.weights_ = linalg.cho_solve((self._factor_with(scale / trust), True), y, check_finite=False)
        self.noise_ = scale * DEGREES / (DEGREES - 2)

    def _factor_with(self, training_noise):
        self.training_noise_ = training_noise
        return self._factor()

    def _training_noise(self):
        return self.training_noise_

    def _kernel(self, x):
        return sum(
            component.kernel(x.blocks[component.block], self._centres(component)) for component in self.components_
        )

    def _centres(self, component):
        return self.centres_.blocks[component.block]

    def _prior_variance(self, x):
        return sum(component.diagonal(x.blocks[component.block]) for component in self.components_)

    def contributions(self, x):
        """Return what each component adds to the prediction on the scale of ``warp_``, {name: array of shape (n,)}."""
        return {component.name: self.y_scale_ * effect for component, effect in self._effects(x)}

    def _effects(self, x):
        return [
            (component, component.effect(x.blocks[component.block], self._centres(component), self.weights_))
            for component in self.components_
        ]


def make_components(x):
    """Return the components of ``Structured`` training points ``x``, their scales set."""
    components = []
    for block, rows in x.blocks.items():
        view, kind = block.split("/")
        for form, weight in KERNELS[kind].items():
            centre = rows.mean(axis=0)
            spread = np.ones(rows.shape[1]) if kind == "choices" else rows.std(axis=0).clip(min=SMALLEST_SPREAD)
            if form == "linear":
                scale = ((rows - centre) ** 2).sum(axis=1).mean()
            else:
                scale = 2 * (rows / spread).var(axis=0).sum()
            weight *= DOUBTFUL_VIEWS.get(view, 1.0)
            components.append(Component(block, form, weight, centre, spread, float(max(scale, 1e-9))))
    return components


def student_noise(factorise, y, noise, smallest):
    """Find the noise of training points under Student's t, by expectation and maximisation.

    Parameters
    ----------
    factorise : callable
        From the noise of each point to the lower factor of the covariance, which may be overwritten.
    y : float array of shape (n,)
    noise : float
        Variance to start from.
    smallest : float

    Returns
    -------
    scale : float
        Of the distribution, squared.
    trust : float array of shape (n,)
        Each point's noise is ``scale / trust``.
    """
    scale, trust = noise, np.ones(len(y))
    for _ in range(ROUNDS):
        each = scale / trust
        factor = factorise(each)
        residual = each * linalg.cho_solve((factor, True), y, check_finite=False)
        inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
        error = residual**2 + (each - each**2 * np.diag(inverse)).clip(min=0)
        trust = (DEGREES + 1) / (DEGREES + error / scale)
        scale = max(float((trust * error).mean()), smallest)
    return scale, trust


class _Objective:
    """Negative log posterior of the hyperparameters per sample, and its gradient (Rasmussen and Williams 2006, 5.9).

    Parameters
    ----------
    components : list of lists of Component
        Of each of p problems.
    xs : list of Structured
        Their n training points.
    """

    def __init__(self, components, xs):
        self.components = components[0]
        self.smooth = [i for i, component in enumerate(self.components) if component.smooth]
        self.bases = [
            torch.as_tensor(
                np.stack([own[i].base(*2 * (x.blocks[own[i].block],)) for own, x in zip(components, xs, strict=True)])
            )
            for i in range(len(self.components))
        ]
        median = [component.prior_weight for component in self.components]
        median += [LENGTHS[self.components[i].form] for i in self.smooth] + [NOISE]
        width = [WEIGHT_WIDTH] * len(self.components) + [LENGTH_WIDTH] * len(self.smooth) + [NOISE_WIDTH]
        self.prior_mean, self.prior_width = torch.as_tensor(np.log(median)), torch.as_tensor(np.array(width))

    def minimise(self, ys, evaluations, start=None, trusts=None):
        """Return the best logarithms of the hyperparameters (p, d) for metrics ``ys``, and their values (p,)."""
        self.y = torch.as_tensor(np.stack(ys))
        self.trust = torch.ones_like(self.y) if trusts is None else torch.as_tensor(np.stack(trusts))
        start = self.prior_mean.repeat(len(ys), 1) if start is None else start
        return minimise(self, start, evaluations, tolerance=1e-3)

    def trust_of(self, problem, theta, y):
        """Return how much each point of one problem's metric is trusted under Student's t, given hyperparameters."""
        covariance = sum(term for term, _ in self._terms(theta[None], [problem]))[0].numpy()
        covariance[np.diag_indices(len(y))] += NUGGET * float(theta[: len(self.components)].exp().sum())

        def factorise(noise):
            return cholesky(torch.as_tensor(covariance + np.diag(noise))[None])[0].numpy()

        return student_noise(factorise, y, np.exp(float(theta[-1])), NUGGET)[1]

    def best_warp(self, problem, theta, y):
        """Return the scale on which the metric ``y`` of one problem is most probable, given hyperparameters."""
        factor = self._factor(self._terms(theta[None], [problem]), theta[None], [problem])[0].numpy()
        best = (-np.inf, None)
        for warp in warps(y):
            warped = warp.forward(y)
            spread = warped.std() or 1.0
            whitened = linalg.solve_triangular(factor, (warped - warped.mean()) / spread, lower=True)
            density = -0.5 * (whitened**2).sum() + (warp.log_slope(y) - np.log(spread)).sum() + warp.log_prior
            best = max(best, (density, warp), key=lambda pair: pair[0])
        return best[1]

    def set_hyperparameters(self, components, theta):
        """Give the components of one problem their weights and lengths, exponentials of its logarithms."""
        for component, weight in zip(components, theta, strict=False):
            component.weight = float(weight)
        for i, length in zip(self.smooth, theta[len(components) :], strict=False):
            components[i].length = float(length)

    def __call__(self, theta, active):
        """Return the values (k,) and gradients (k, d) of the k active problems at theta (k, d)."""
        y, samples = self.y[active], self.y.shape[1]
        terms = self._terms(theta, active)
        factor = self._factor(terms, theta, active)
        solved = torch.cholesky_solve(y[:, :, None], factor)
        inner = solved * solved.mT - torch.cholesky_inverse(factor)
        deviation = (theta - self.prior_mean) / self.prior_width
        value = 0.5 * (y * solved[:, :, 0]).sum(dim=1) + log_diagonal(factor) + 0.5 * (deviation**2).sum(dim=1)
        slopes = [(inner * term).sum(dim=(1, 2)) for term, _ in terms]
        slopes += [(inner * by_length).sum(dim=(1, 2)) for _, by_length in terms if by_length is not None]
        slopes.append(theta[:, -1].exp() * (inner.diagonal(dim1=1, dim2=2) / self.trust[active]).sum(dim=1))
        gradient = deviation / self.prior_width - 0.5 * torch.stack(slopes, dim=1)
        return value / samples, gradient / samples

    def _terms(self, theta, active):
        """Return each component's part of the covariances (k, n, n), with its derivative."""
        weights, lengths = theta[:, : len(self.components)].exp(), theta[:, len(self.components) : -1].exp()
        return [self._term(i, base[active], weights[:, i], lengths) for i, base in enumerate(self.bases)]

    def _factor(self, terms, theta, active):
        """Return the factors of the covariances, noise included (k, n, n)."""
        nugget = NUGGET * theta[:, : len(self.components)].exp().sum(dim=1)
        noise = theta[:, -1:].exp() / self.trust[active] + nugget[:, None]
        return cholesky(sum(term for term, _ in terms) + torch.diag_embed(noise))

    def _term(self, i, base, weight, lengths):
        """Return one component's kernel (k, n, n) and its derivative by the logarithm of its length, if it has one."""
        weight = weight[:, None, None]
        if i not in self.smooth:
            return weight * base, None
        length = lengths[:, self.smooth.index(i), None, None]
        if self.components[i].form == "exponential":
            scaled = base / length
            kernel = weight * torch.exp(-scaled)
            return kernel, kernel * scaled
        scaled = base / length**2
        kernel = weight * torch.exp(-0.5 * scaled)
        return kernel, kernel * scaled
