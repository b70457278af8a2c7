"""How Gaussian processes predict from what a fit left: weights at the centres of a kernel. Needs no torch."""

import logging

import numpy as np
from scipy import linalg

logger = logging.getLogger(__name__)

NUGGET = 1e-9
"""Share of the variance that is added to a kernel's diagonal: metrics without noise leave it singular otherwise."""
BLOCK_ROWS = 1000
"""Rows of a kernel matrix that are computed at once."""
FILLED_ROWS = 250
"""The same of a symmetric one, of which each block of rows ends with its square on the diagonal."""


class KernelPrediction:
    """Prediction of a fitted Gaussian process.

    The fit leaves ``centres_``, ``weights_``, ``variance_`` and ``noise_`` of the standardised metric, and
    ``y_mean_`` and ``y_scale_``, its mean and its scale.
    """

    # What is common to all blocks, such as the factor of the training points' covariance, is computed once.
    rows_at_once = None

    def predict(self, x):
        """Return the predictive mean, shape (n,)."""
        blocks = [self._kernel(block) @ self.weights_ for block in row_blocks(x)]
        return self.y_mean_ + self.y_scale_ * np.concatenate(blocks)

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        explained = self._explained()
        blocks = [self._prior_variance(block) - explained(self._kernel(block)) for block in row_blocks(x)]
        noise = self._measurement_noise()
        variance = np.concatenate(blocks) + noise
        return self.y_scale_ * np.sqrt(variance.clip(min=noise))

    def _kernel(self, x):
        """Covariances of some points with all training points."""
        return self._covariances(x, self.centres_)

    def _covariances(self, left, right):
        # In place: of large matrices, memory that was never touched costs more than the exponential.
        kernel = squared_distances(left, right)
        kernel *= -0.5 / self.length_scale_**2
        np.exp(kernel, out=kernel)
        kernel *= self.variance_
        return kernel

    def _prior_variance(self, x):
        return self.variance_

    def _factor(self):
        """Lower Cholesky factor of the training points' covariance, noise included."""
        return Covariance(self._training_covariances, self.centres_, self.variance_).factor(self._training_noise())

    def _training_covariances(self, left, right):
        """Covariances of training points, without noise."""
        return self._covariances(left, right)

    def _training_noise(self):
        return self.noise_

    def _measurement_noise(self):
        """Variance of a new measurement around what is predicted of the architecture."""
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
        From k and m points to their covariances, (k, m).
    x : array or Structured
        The n points.
    variance : float
        Of the kernel.
    """

    def __init__(self, kernel, x, variance):
        n = len(x)
        # LAPACK works in columns: its upper triangle is the lower one of the rows.
        self._rows = np.empty((n, n))
        for start in range(0, n, FILLED_ROWS):
            rows, columns = slice(start, start + FILLED_ROWS), slice(start + FILLED_ROWS)
            self._rows[rows, columns] = kernel(x[rows], x[columns])
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


def inverse_diagonal(factor):
    """Return the diagonal of the inverse of a covariance, whose lower factor may be overwritten, (n,).

    The inverse is a product of two triangles, of which one is enough: it costs half as much.
    """
    triangle, _ = linalg.lapack.dtrtri(factor, lower=1, overwrite_c=1)
    columns = [slice(start, start + BLOCK_ROWS) for start in range(0, len(factor), BLOCK_ROWS)]
    return np.concatenate([(np.tril(triangle[own.start :, own]) ** 2).sum(axis=0) for own in columns])


def squared_distances(left, right):
    """Return the squared Euclidean distances of all pairs of rows.

    Parameters
    ----------
    left, right : arrays of shape (n, features) and (m, features)
        Distances of small whole numbers are exact, and computed in less time.

    Returns
    -------
    float64 array of shape (n, m)
    """
    left, right = distance_terms(left, right)
    distances = left @ right.T
    return distances.clip(min=0, out=distances).astype(np.float64, copy=False)


def distance_terms(left, right):
    """Return rows whose products are the squared distances of all pairs of rows, but for rounding.

    Parameters
    ----------
    left, right : arrays of shape (n, features) and (m, features)

    Returns
    -------
    float arrays of shape (n, features + 2) and (m, features + 2)
        In single precision for whole numbers.
    """
    # Single precision holds the distances of small integers exactly.
    exact = np.issubdtype(left.dtype, np.integer) and np.issubdtype(right.dtype, np.integer)
    left, right = (rows.astype(np.float32 if exact else np.float64, copy=False) for rows in (left, right))
    of_left, of_right = (np.einsum("ij,ij->i", rows, rows) for rows in (left, right))
    return (
        np.column_stack([-2 * left, of_left, np.ones_like(of_left)]),
        np.column_stack([right, np.ones_like(of_right), of_right]),
    )


def row_blocks(x):
    """Cut ``x`` into blocks of ``BLOCK_ROWS`` rows."""
    return [x[start : start + BLOCK_ROWS] for start in range(0, len(x), BLOCK_ROWS)]
