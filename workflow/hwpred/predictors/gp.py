"""Gaussian processes with an RBF kernel: exact, and sparse with few inducing points.

Problems of equal shape are one stack of tensors. Metrics are standardised by their training set; all
hyperparameters (variance, length scale, noise) are logarithms inside.
"""

import logging
from time import monotonic, process_time

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors.base import Predictor

logger = logging.getLogger(__name__)

PRIOR_MEANS = {"variance": 3.0, "length_scale": 2.0, "noise": 0.1}
"""Medians of the log-normal priors; the length scale's is in units of the typical distance of two training points."""
PRIOR_WIDTHS = {"variance": 1.0, "length_scale": 1.0, "noise": 2.0}
"""Standard deviations of the logarithms: weak, but five points cannot drive a hyperparameter to its end."""
NUGGET = 1e-9
"""Share of the variance that is added to a kernel's diagonal: metrics without noise leave it singular otherwise."""
STACK_SIZE = 4_000_000
"""Numbers in one stacked tensor (32 MB): larger stacks leave the processor's cache and gain nothing."""
BLOCK_ROWS = 1000
"""Rows of a kernel matrix that are computed at once."""


class _GaussianProcess(Predictor):
    """What both share: scaling, grouping, prediction from weights at the centres of the kernel."""

    on_torch = True
    problems_at_once = 50

    def fit(self, x, y, rng):
        """Learn from ``x`` of shape (n, features) and ``y`` of shape (n,)."""
        start = process_time()
        self._fit_together([self], [x], [y], [rng])
        self.fit_seconds_ = process_time() - start
        return self

    def predict(self, x):
        """Return the predictive mean, shape (n,)."""
        blocks = [self._kernel(block) @ self.weights_ for block in _blocks(x)]
        return self.y_mean_ + self.y_scale_ * np.concatenate(blocks)

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        explained = self._explained()
        blocks = [explained(self._kernel(block)) for block in _blocks(x)]
        variance = self.variance_ + self.noise_ - np.concatenate(blocks)
        return self.y_scale_ * np.sqrt(variance.clip(min=self.noise_))

    @classmethod
    def fit_many(cls, problems):
        """Fit problems of the same shape and hyperparameters together."""
        models = [cls(**problem.hyperparameters) for problem in problems]
        groups = {}
        for i, problem in enumerate(problems):
            groups.setdefault((problem.x.shape, *vars(models[i]).values()), []).append(i)
        begin, done = monotonic(), 0
        parts = (
            part for group in groups.values() for part in models[group[0]]._parts(group, len(problems[group[0]].y))
        )
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
        return self.variance_ * np.exp(-0.5 / self.length_scale_**2 * _squared_distances(x, self.centres_))


class GaussianProcess(_GaussianProcess):
    """Exact regression; variance, length scale and noise maximise the marginal likelihood times their weak priors.

    Larger training sets find them on their first ``hyperparameter_samples`` points; the prediction uses all.

    Attributes
    ----------
    variance_, length_scale_, noise_ : float
        Of the standardised metric; ``noise_`` is a variance.
    loss_ : float
        Negative logarithm of the maximised density, per sample.
    """

    def __init__(self, hyperparameter_samples=1000):
        self.hyperparameter_samples = hyperparameter_samples

    def _numbers(self, samples):
        return min(samples, self.hyperparameter_samples) ** 2

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        scaled = [model._scale(y) for model, y in zip(models, ys, strict=True)]
        chosen = slice(models[0].hyperparameter_samples)
        distances = np.stack([_squared_distances(x[chosen], x[chosen]) for x in xs])
        objective = _ExactObjective(distances, np.stack([y[chosen] for y in scaled]))
        thetas, losses = _minimise(objective, objective.prior_mean)
        for model, x, y, theta, loss in zip(
            models, xs, scaled, thetas.cpu().numpy(), losses.cpu().numpy(), strict=True
        ):
            model.variance_, model.length_scale_, model.noise_ = map(float, np.exp(theta))
            model.loss_ = float(loss)
            model.centres_ = np.array(x)
            model.weights_ = linalg.cho_solve((model._factor(), True), y, check_finite=False)

    def _factor(self):
        """Lower Cholesky factor of the training points' covariance, computed in its own memory."""
        n = len(self.centres_)
        # LAPACK works in columns: the transpose of a symmetric matrix in rows is the matrix itself.
        covariance = np.empty((n, n)).T
        jitter = 0.0
        while True:
            for start in range(0, n, BLOCK_ROWS):
                rows = slice(start, start + BLOCK_ROWS)
                covariance.T[rows] = self._kernel(self.centres_[rows])
            covariance.T[np.diag_indices(n)] += NUGGET * self.variance_ + self.noise_ + jitter
            try:
                return linalg.cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
            except linalg.LinAlgError:
                jitter = 10 * jitter or 1e-8 * self.variance_
                logger.warning("covariance of %d points is not positive definite; jitter %.1g added", n, jitter)

    def _explained(self):
        # The factor is not kept: at 15,000 points it has 1.8 GB.
        factor = self._factor()
        return lambda kernel: (
            linalg.solve_triangular(factor, kernel.T, lower=True, overwrite_b=True, check_finite=False) ** 2
        ).sum(axis=0)


class _ExactObjective:
    """Negative log posterior of the hyperparameters per sample, and its gradient (Rasmussen and Williams 2006, 5.9).

    Parameters
    ----------
    distances : array of shape (p, n, n)
        Squared distances of the training points of p problems.
    y : array of shape (p, n)
    """

    def __init__(self, distances, y):
        typical = np.sqrt(distances.mean(axis=(1, 2)))
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
        factor = _cholesky(kernel + noise * identity)
        weights = torch.cholesky_solve(y[:, :, None], factor)
        inner = weights * weights.mT - torch.cholesky_inverse(factor)
        deviation = (theta - self.prior_mean[active]) / self.prior_width
        value = 0.5 * (y * weights[:, :, 0]).sum(dim=1) + _log_diagonal(factor) + 0.5 * (deviation**2).sum(dim=1)
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


def _minimise(objective, start, evaluations=100, tolerance=1e-4, longest=1.0, shortest=1e-5):
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


class SparseGaussianProcess(_GaussianProcess):
    """Few inducing points, variance, length scale and noise by Titsias' variational bound (AISTATS 2009).

    The inducing points start at training points that lie far from each other and move freely: ten
    points that stay one-hot span too few directions. Cost and memory are linear in n.

    Attributes
    ----------
    centres_ : float array of shape (inducing points, features)
    variance_, length_scale_, noise_, loss_
        As in ``GaussianProcess``.
    """

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
        factor = _cholesky(variance * (torch.exp(-0.5 * within / length_scale**2) + 1e-6 * identity))
        kernel = variance * torch.exp(-0.5 * across / length_scale**2)
        half = torch.linalg.solve_triangular(factor, kernel @ kernel.mT, upper=False)
        covered = torch.linalg.solve_triangular(factor, half.mT, upper=False)
        inner_factor = _cholesky(identity + covered / noise)
        projected = torch.linalg.solve_triangular(factor, kernel @ self.y[:, :, None], upper=False)
        projected = torch.linalg.solve_triangular(inner_factor, projected, upper=False) / noise
        noise, variance = noise[:, 0, 0], variance[:, 0, 0]
        lost = samples * variance - covered.diagonal(dim1=1, dim2=2).sum(dim=1)
        fit = (self.y**2).sum(dim=1) / noise - (projected**2).sum(dim=(1, 2)) + lost / noise
        deviation = (self.theta - self.prior_mean) / self.prior_width
        loss = _log_diagonal(inner_factor) + 0.5 * (samples * noise.log() + fit + (deviation**2).sum(dim=1))
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
    nearest = _squared_distances(x, x[rows])[:, 0]
    while len(rows) < number and nearest.max() > 0:
        rows.append(int(rng.choice(len(x), p=nearest / nearest.sum())))
        nearest = np.minimum(nearest, _squared_distances(x, x[rows[-1:]])[:, 0])
    return rows


def _squared_distances(left, right):
    """Squared Euclidean distances of all pairs of rows, float64 of shape (left, right)."""
    # Single precision holds the inner products of small integers exactly.
    exact = np.issubdtype(left.dtype, np.integer) and np.issubdtype(right.dtype, np.integer)
    left, right = (rows.astype(np.float32 if exact else np.float64) for rows in (left, right))
    distances = (left @ right.T).astype(np.float64)
    distances *= -2
    distances += (left**2).sum(axis=1)[:, None]
    distances += (right**2).sum(axis=1)
    return distances.clip(min=0, out=distances)


def _blocks(x):
    return [x[start : start + BLOCK_ROWS] for start in range(0, len(x), BLOCK_ROWS)]


def _prior_means(typical):
    """Logarithms of the priors' medians (p, 3), given the typical distance of each problem's points."""
    variance, length_scale, noise = PRIOR_MEANS.values()
    scales = length_scale * np.where(typical > 0, typical, 1.0)
    return np.log(np.stack([np.full(len(typical), variance), scales, np.full(len(typical), noise)], axis=1))


def _cholesky(matrices):
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


def _log_diagonal(factors):
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
