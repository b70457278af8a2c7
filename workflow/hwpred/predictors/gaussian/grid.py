"""Gaussian processes on most of a grid of choices, by what is left of it. Needs no torch.

The RBF kernel of one-hot choices is a product over positions, and on the whole grid its eigenvectors are Fourier's: its
inverse costs one transformation. Measuring all of a grid but m points costs a system of m equations more (the inverse
of a part of a matrix is a Schur complement in the inverse of the whole), where Cholesky's factor costs n cubed / 3.
Where m is large, too, conjugate gradients solve that system in some tens of such transformations: most of its
eigenvalues are about the same, whatever the noise.
"""

from functools import cached_property

import numpy as np
from scipy import linalg
from scipy.sparse.linalg import LinearOperator, cg

from hwpred.predictors.gaussian.kernel_prediction import row_blocks

LARGEST_SHARE_LEFT = 0.25
"""Of a grid's points: as many may be unmeasured. The factor of those that are measured is little dearer above it."""
LARGEST_SHARE_ITERATED = 0.85
"""The same where the system is solved by iterations, which become more the fewer points are measured."""
FEWEST_ITERATED = 2000
"""Measured points from which on iterations are cheaper than a factor."""
LEAST_NOISE_ITERATED = 1e-5
"""Share of the variance: with less noise, the rounding of transformations shows."""
MOST_ITERATIONS = 100
"""After which a factor is computed after all."""
ACCURACY = 1e-13
"""Of iterations: the length of the residual, by that of the right side."""


class Grid:
    """All combinations of choices at several positions, and which of them are measured.

    Parameters
    ----------
    position : int array of shape (features,)
        Of each one-hot column.
    choice : int array of shape (features,)
        Which choice at its position a column is.
    """

    def __init__(self, position, choice):
        self._position = position
        self.shape = tuple(np.bincount(position))
        self._choices = np.zeros((len(position), len(self.shape)))
        self._choices[np.arange(len(position)), position] = choice

    @classmethod
    def around(cls, x, share_left=LARGEST_SHARE_LEFT):
        """Return the grid that the rows are most of, or None.

        Parameters
        ----------
        x : array of shape (n, features)
        share_left : float
            How many of the grid's points may be no rows, at most.

        Returns
        -------
        Grid or None
            None, too, where rows are no one-hot choices, or one row is there twice.
        """
        if not np.issubdtype(x.dtype, np.integer) or not ((x == 0) | (x == 1)).all():
            return None
        ones = x.astype(np.float32)
        # On most of a grid, two columns never meet only if they are choices at one position.
        apart = (ones.T @ ones == 0) | np.eye(x.shape[1], dtype=bool)
        first = apart.argmax(axis=1)
        _, position = np.unique(first, return_inverse=True)
        if not (apart == (first[:, None] == first)).all():
            return None
        grid = cls(position, np.tril(apart, -1).sum(axis=1))
        points = np.prod([float(size) for size in grid.shape])
        if len(x) < (1 - share_left) * points or (rows := grid.rows(x)) is None:
            return None
        return grid if len(np.unique(rows)) == len(rows) else None

    def rows(self, x):
        """Return the places of points in the flattened grid, (n,), or None if one of them is not on it."""
        chosen = np.zeros((x.shape[1], len(self.shape)))
        chosen[np.arange(x.shape[1]), self._position] = 1
        if not ((x == 0) | (x == 1)).all() or not (x @ chosen == 1).all():
            return None
        return np.ravel_multi_index((x @ self._choices).astype(np.intp).T, self.shape)

    def eigenvalues(self, variance, length_scale):
        """Return those of the kernel, in the order of numpy's Fourier transformation.

        Parameters
        ----------
        variance, length_scale : float

        Returns
        -------
        float array of the grid's shape
        """
        off_diagonal = np.exp(-1 / length_scale**2)
        values = np.full(self.shape, variance)
        for axis, size in enumerate(self.shape):
            of_position = np.full(size, 1 - off_diagonal)
            of_position[0] += size * off_diagonal
            values *= of_position.reshape([-1 if i == axis else 1 for i in range(len(self.shape))])
        return values


class GridCovariance:
    """Inverse of the covariance of measured points of a grid.

    Parameters
    ----------
    grid : Grid
    measured : int array of shape (n,)
        Places of the measured points.
    variance, length_scale : float
        Of the kernel.
    noise : float
        What is added to the diagonal.
    """

    def __init__(self, grid, measured, variance, length_scale, noise):
        self._grid, self._measured, self._noise = grid, measured, noise
        # A tiny eigenvalue that rounds below 0 is one of 0.
        self._eigenvalues = grid.eigenvalues(variance, length_scale).clip(min=0) + noise
        self._inverse = np.fft.ifftn(1 / self._eigenvalues).real
        left = np.ones(self._inverse.size, dtype=bool)
        left[measured] = False
        self._left = np.flatnonzero(left)

    @cached_property
    def _factor(self):
        return linalg.cho_factor(self._of_inverse(self._left), lower=True, check_finite=False)

    def solve(self, y):
        """Return the inverse times ``y``, both of shape (n,)."""
        right = self._apply_inverse(self._everywhere(self._measured, y))[self._left]
        return self._completed(y, linalg.cho_solve(self._factor, right, check_finite=False))

    def iterated(self, y):
        """Return what ``solve`` does, by iterations; None if they take too long."""

        def of_left(values):
            return self._apply_inverse(self._everywhere(self._left, values))[self._left]

        right = self._apply_inverse(self._everywhere(self._measured, y))[self._left]
        system = LinearOperator((len(right), len(right)), matvec=of_left)
        solution, unfinished = cg(system, right, rtol=ACCURACY, maxiter=MOST_ITERATIONS)
        return None if unfinished else self._completed(y, solution)

    def _completed(self, y, of_left):
        everywhere = self._everywhere(self._measured, y)
        everywhere[self._left] = -of_left
        return self._apply_inverse(everywhere)[self._measured]

    def _everywhere(self, places, values):
        everywhere = np.zeros(self._inverse.size)
        everywhere[places] = values
        return everywhere

    def unexplained(self, rows):
        """Return the variances of the function at points of the grid, noise of the measured points left out.

        Parameters
        ----------
        rows : int array of shape (k,)
            Their places.

        Returns
        -------
        float array of shape (k,)
        """
        place = np.full(self._inverse.size, -1)
        place[self._left] = np.arange(len(self._left))
        place = place[rows]
        is_left = place >= 0
        variances = np.empty(len(rows))
        inverse_factor = linalg.solve_triangular(
            self._factor[0], np.eye(len(self._left)), lower=True, check_finite=False
        )
        variances[is_left] = (inverse_factor**2).sum(axis=0)[place[is_left]] - self._noise
        for block in row_blocks(np.flatnonzero(~is_left)):
            across = linalg.solve_triangular(
                self._factor[0], self._of_inverse(self._left, rows[block]), lower=True, check_finite=False
            )
            diagonal = self._inverse.flat[0] - (across**2).sum(axis=0)
            variances[block] = self._noise - self._noise**2 * diagonal
        return variances

    def _apply_inverse(self, values):
        spectrum = np.fft.fftn(values.reshape(self._grid.shape))
        return np.fft.ifftn(spectrum / self._eigenvalues).real.ravel()

    def _of_inverse(self, rows, columns=None):
        """Entries of the whole grid's inverse, which depend on how two points differ."""
        one = np.unravel_index(rows, self._grid.shape)
        other = one if columns is None else np.unravel_index(columns, self._grid.shape)
        entry = np.zeros((len(one[0]), len(other[0])), dtype=np.intp)
        for size, left, right in zip(self._grid.shape, one, other, strict=True):
            entry = entry * size + (left[:, None] - right) % size
        return self._inverse.ravel()[entry]
