"""Gaussian processes with an RBF kernel and few inducing points.

Stacks, scales and logarithms are those of the exact ones (``hwpred.predictors.gaussian.exact``).
"""

import math
from typing import ClassVar

import numpy as np
import torch

from hwpred.predictors.constraints import COUNT, POSITIVE
from hwpred.predictors.gaussian.base import GaussianProcessBase, cholesky, log_diagonal
from hwpred.predictors.gaussian.kernel_prediction import distance_terms
from hwpred.predictors.gaussian.priors import PRIOR_WIDTHS, prior_means


class SparseGaussianProcess(GaussianProcessBase):
    """Few inducing points, variance, length scale and noise by Titsias' variational bound (AISTATS 2009).

    The inducing points start at training points that lie far from each other and move freely: ten
    points that stay one-hot span too few directions. Cost and memory are linear in n.

    Parameters
    ----------
    inducing_points : int
    steps : int
        Of Adam.
    learning_rate : float

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
            x = np.stack([xs[i] for i in members])
            centres = np.stack([xs[i][chosen[i]] for i in members])
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
        self.x, self.y = torch.as_tensor(x).double(), torch.as_tensor(y)
        self.squares = (self.x**2).sum(dim=2)
        typical = np.sqrt(2 * x.var(axis=1, dtype=np.float64).sum(axis=1))
        self.prior_mean = torch.as_tensor(prior_means(typical))
        self.prior_width = torch.as_tensor(np.array(list(PRIOR_WIDTHS.values())))
        self.theta = self.prior_mean.clone().requires_grad_()
        self.centres = torch.as_tensor(centres).double().requires_grad_()

    def maximise(self, steps, learning_rate):
        """Take that many steps of Adam; the rate falls to a tenth along a cosine."""
        parameters = [self.theta, self.centres]
        moments = [(torch.zeros_like(parameter), torch.zeros_like(parameter)) for parameter in parameters]
        # Written out, since the first use of torch's own optimiser imports its compiler, for a second.
        for step in range(1, steps + 1):
            gradients = torch.autograd.grad(self._terms()[0].sum(), parameters)
            rate = learning_rate * (0.55 + 0.45 * math.cos(math.pi * (step - 1) / steps))
            with torch.no_grad():
                for parameter, gradient, (first, second) in zip(parameters, gradients, moments, strict=True):
                    first.lerp_(gradient, 0.1)
                    second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
                    spread = second.sqrt().div_((1 - 0.999**step) ** 0.5).add_(1e-8)
                    parameter.addcdiv_(first, spread, value=-rate / (1 - 0.9**step))

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
    points, others = distance_terms(x, x)
    rows = [int(rng.integers(len(x)))]
    nearest = np.full(len(x), np.inf)
    while True:
        distances = points @ others[rows[-1:]].T
        np.minimum(nearest, distances[:, 0].clip(min=0), out=nearest)
        if len(rows) == number or nearest.max() == 0:
            return rows
        total = nearest.cumsum()
        rows.append(int((total / total[-1]).searchsorted(rng.random(), side="right")))
