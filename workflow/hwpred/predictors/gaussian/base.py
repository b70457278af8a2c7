"""What Gaussian processes share: fits of many problems at once, the search for hyperparameters, linear algebra."""

import logging

import numpy as np
import torch

from hwpred.predictors import devices
from hwpred.predictors.base import FittedTogether
from hwpred.predictors.devices import ManyOnGpu
from hwpred.predictors.gaussian.kernel_prediction import KernelPrediction

logger = logging.getLogger(__name__)

STACK_SIZE = 4_000_000
"""Numbers in one stacked tensor (32 MB): larger stacks leave the processor's cache and gain nothing."""
STACKS_ON_GPU = 8
"""How many numbers a stacked matrix may have on a GPU, for each of ``devices.stack_numbers``."""
FACTORED_AT_ONCE = 64
"""Rows of a matrix that a GPU factors by the library; larger ones are products of such blocks."""


class GaussianProcessBase(KernelPrediction, ManyOnGpu, FittedTogether):
    """What both share: scaling, grouping, prediction from weights at the centres of the kernel."""

    problems_at_once = 50

    @classmethod
    def _groups(cls, models, problems):
        groups = super()._groups(models, problems)
        return [part for group in groups for part in models[group[0]]._parts(group, len(problems[group[0]].y))]

    def _parts(self, group, samples):
        """Cut a group of problems so that a stack of them stays small."""
        largest = STACKS_ON_GPU * devices.stack_numbers() if devices.on_gpu() else STACK_SIZE
        size = max(1, largest // self._numbers(samples))
        return [group[start : start + size] for start in range(0, len(group), size)]

    def _scale(self, y):
        """Remember mean and scale of ``y``; return it standardised. A constant is only shifted."""
        y = np.asarray(y, dtype=np.float64)
        self.y_mean_, spread = float(y.mean()), float(y.std())
        self.y_scale_ = spread if spread > 1e-9 * abs(self.y_mean_) else 1.0
        return (y - self.y_mean_) / self.y_scale_


def minimise(objective, start, evaluations=100, tolerance=1e-4, longest=1.0, shortest=1e-5, curvature=None):
    """Minimise p functions of few variables at once by BFGS with backtracking.

    Every evaluation tries one step for each problem that is not yet done. A problem is done when its
    gradient falls below ``tolerance`` or its step below ``shortest``.

    Parameters
    ----------
    objective : callable
        (positions (k, d), indices (k,)) to values (k,) and gradients (k, d).
    start : tensor of shape (p, d)
    evaluations : int
        Of the objective, at most, besides the one at ``start``.
    tolerance : float
        Of the largest absolute component of a gradient.
    longest, shortest : float
        Euclidean lengths of steps.
    curvature : tensor of shape (p, d, d) or None
        Inverse Hessians to begin with, which are brought up to date in place; None for the identity.

    Returns
    -------
    positions : tensor of shape (p, d)
    values : tensor of shape (p,)
    """
    position = start.clone()
    value, gradient = objective(position, torch.arange(len(start)))
    if curvature is None:
        curvature = identities(start)
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
        curvature[active] = _updated(curvature[active], move[better], new_gradient[better] - gradient[active])
        position[active] += move[better]
        value[active], gradient[active] = new_value[better], new_gradient[better]
    return position, value


def identities(start):
    """Return an inverse Hessian (p, d, d) for each of the positions (p, d), that of one who knows nothing."""
    return torch.eye(start.shape[1], dtype=start.dtype).repeat(len(start), 1, 1)


def _updated(inverse, move, change):
    """BFGS update of the inverse Hessians (k, d, d) where the curvature along the move is positive."""
    product = (move * change).sum(dim=1)[:, None, None]
    safe = product > 1e-12
    rho = torch.where(safe, 1 / torch.where(safe, product, 1.0), 0.0)
    turned = (inverse * change[:, None]).sum(dim=2)
    cross = move[:, :, None] * turned[:, None]
    more = rho * (rho * (change * turned).sum(dim=1)[:, None, None] + 1)
    updated = inverse - rho * (cross + cross.mT) + more * move[:, :, None] * move[:, None]
    return torch.where(safe, updated, inverse)


def cholesky(matrices):
    """Lower Cholesky factors; a matrix that is not positive definite gets a jitter, which is logged.

    Raises
    ------
    ValueError
        If no jitter helps, since a matrix holds what is no number.
    """
    factors, failed = torch.linalg.cholesky_ex(matrices)
    jitter = 1e-8
    while failed.any():
        if not torch.isfinite(matrices).all():
            raise ValueError("a kernel matrix holds what is no number; give finite architectures and values")
        logger.warning(
            "%d kernel matrices are not positive definite; jitter %.1g added", int((failed > 0).sum()), jitter
        )
        diagonal = matrices.diagonal(dim1=1, dim2=2).mean(dim=1) * jitter * (failed > 0)
        matrices = matrices + torch.diag_embed(diagonal[:, None].expand(matrices.shape[:2]))
        factors, failed = torch.linalg.cholesky_ex(matrices)
        jitter *= 10
    return factors


def inverse_factors(matrices):
    """Invert the lower Cholesky factors of matrices by products of blocks, which a GPU computes fastest.

    Parameters
    ----------
    matrices : tensor of shape (p, n, n)

    Returns
    -------
    inverses : tensor of shape (p, n, n)
    log_diagonals : tensor of shape (p,)
        Of the factors, as ``log_diagonal`` has them.
    """
    inverses, log_diagonals, failed = _inverse_factors(matrices)
    if not failed.any():
        return inverses, log_diagonals
    factors = cholesky(matrices)
    identity = torch.eye(matrices.shape[1], dtype=matrices.dtype, device=matrices.device)
    return torch.linalg.solve_triangular(factors, identity, upper=False), log_diagonal(factors)


def _inverse_factors(matrices):
    """Return what ``inverse_factors`` does, and whether a matrix is not positive definite (p,)."""
    size = matrices.shape[1]
    if size <= FACTORED_AT_ONCE:
        factors, failed = torch.linalg.cholesky_ex(matrices)
        identity = torch.eye(size, dtype=matrices.dtype, device=matrices.device)
        return torch.linalg.solve_triangular(factors, identity, upper=False), log_diagonal(factors), failed > 0
    half = FACTORED_AT_ONCE * (-(-size // FACTORED_AT_ONCE) // 2)
    first, first_log, first_failed = _inverse_factors(matrices[:, :half, :half])
    below = matrices[:, half:, :half] @ first.mT
    second, second_log, second_failed = _inverse_factors(matrices[:, half:, half:] - below @ below.mT)
    inverses = torch.zeros_like(matrices)
    inverses[:, :half, :half], inverses[:, half:, half:] = first, second
    inverses[:, half:, :half] = -(second @ (below @ first))
    return inverses, first_log + second_log, first_failed | second_failed


def log_diagonal(factors):
    """Sum of the logarithms of the diagonals of factors (p, n, n), shape (p,)."""
    return factors.diagonal(dim1=1, dim2=2).log().sum(dim=1)
