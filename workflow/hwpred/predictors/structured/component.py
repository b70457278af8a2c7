"""One term of the kernel of the structured Gaussian processes."""

from dataclasses import dataclass

import numpy as np

from hwpred.predictors.gaussian.kernel_prediction import row_blocks, squared_distances
from hwpred.predictors.structured.effects import awaited, coordinates

ROUGH = ("matern", "drift")
"""Forms whose kernel falls with the distance, not with its square."""

MANY_PAIRS = 5_000_000
"""Covariances at once from which on those of networks that a component finds equal are computed once."""

MOST_CELLS = 1_000_000
"""Of a grid of all choices, on which the effects of many pairs are added up position by position."""


@dataclass
class Component:
    """One term of the kernel: its block, its form, what the training points say about scales, its hyperparameters.

    Parameters
    ----------
    block : str
        Key of the block in ``Structured``, ``"view/kind"``.
    form : str
        ``"linear"``, or how it is smooth.
    leads : bool
        Whether the device is expected to run its view.
    weight_prior : pair of float
        Median and width of the log-normal prior of the weight.
    centre, spread : float arrays of shape (columns,)
        Mean of the training points, and by what their columns are divided.
    scale : float
        By what products or squared distances are divided.
    weight, length : float
        The hyperparameters.
    apart : bool
        Whether what all columns of a linear component have in common is left to their sum, another component.
    """

    block: str
    form: str
    leads: bool
    weight_prior: tuple
    centre: np.ndarray
    spread: np.ndarray
    scale: float
    weight: float = None
    length: float = 1.0
    apart: bool = False
    """Whether what all columns of a linear component have in common is left to their sum, another component."""

    @property
    def name(self):
        """Block and form."""
        return f"{self.block} {self.form}"

    @property
    def smooth(self):
        """Whether there is a length scale."""
        return self.form != "linear"

    def base(self, left, right):
        """Return what the kernel of unit weight is computed from: products, or squared distances.

        Parameters
        ----------
        left, right : float arrays of shape (n, columns) and (m, columns)
            Rows of the block.

        Returns
        -------
        float array of shape (n, m)
        """
        if self.form == "linear":
            return (self._centred(left) / self.scale) @ self._centred(right).T
        if self.form == "effects":
            return squared_distances(self._coordinates(left), self._coordinates(right)) / self.scale
        return squared_distances(left / self.spread, right / self.spread) / self.scale

    def kernel(self, left, right):
        """Return the covariances of two sets of architectures.

        Parameters
        ----------
        left, right : float arrays of shape (n, columns) and (m, columns)
            Rows of the block.

        Returns
        -------
        float array of shape (n, m)
        """
        if not self.smooth:
            return self.weight * self.base(left, right)
        if len(left) * len(right) <= MANY_PAIRS:
            return self._smooth(left, right)
        (left, left_of), (right, right_of) = distinct(left), distinct(right)
        return self._smooth(left, right)[left_of[:, None], right_of]

    def effect(self, rows, centres, weights):
        """Return the product of ``kernel(rows, centres)`` and weights, of which a linear component needs no kernel.

        Parameters
        ----------
        rows, centres : float arrays of shape (n, columns) and (m, columns)
            Rows of the block.
        weights : float array of shape (m,)
            Of the centres.

        Returns
        -------
        float array of shape (n,)
        """
        if not self.smooth:
            return self.weight * ((self._centred(rows) / self.scale) @ (self._centred(centres).T @ weights))
        if self.form == "exponential" and len(rows) * len(centres) > MANY_PAIRS:
            cells, of_centres = cells_of(rows), cells_of(centres)
            if cells and of_centres:
                return self._of_cells(cells[0], of_centres[0], weights, cells[1])
        (rows, row_of), (centres, centre_of) = distinct(rows), distinct(centres)
        weights = np.bincount(centre_of, weights)
        return np.concatenate([self._smooth(block, centres) @ weights for block in row_blocks(rows)])[row_of]

    def _smooth(self, left, right):
        if self.form == "exponential":
            return self._of_choices(left, right)
        # In one place: what takes time is to write such matrices.
        kernel = self.base(left, right)
        if self.form in ROUGH:
            np.sqrt(kernel, out=kernel)
            kernel *= -1 / self.length
        else:
            kernel *= -0.5 / self.length**2
        np.exp(kernel, out=kernel)
        kernel *= self.weight
        return kernel

    def _of_choices(self, left, right):
        """Kernel of one-hot choices: few values, one for each number of positions that differ, are looked up."""
        equal = left.astype(np.float32) @ right.T.astype(np.float32)
        positions = int(left[0].sum())
        differing = positions - np.arange(positions + 1)
        values = self.weight * np.exp(-2 * differing / (self.scale * self.length))
        return values[equal.astype(np.intp)]

    def _of_cells(self, cells, centres, weights, shape):
        """Effect of one-hot choices, by cells of the grid of all choices: the kernel is a product over positions."""
        grid = np.bincount(centres, weights, minlength=np.prod(shape)).reshape(shape)
        for axis, options in enumerate(shape):
            alike = np.full((options, options), np.exp(-2 / (self.scale * self.length)))
            np.fill_diagonal(alike, 1)
            grid = np.moveaxis(np.tensordot(alike, grid, axes=(1, axis)), 0, axis)
        return self.weight * grid.ravel()[cells]

    def diagonal(self, rows):
        """Prior variance of each row."""
        if self.smooth:
            return np.full(len(rows), self.weight)
        return self.weight * (self._centred(rows) ** 2).sum(axis=1) / self.scale

    def _coordinates(self, rows):
        """Effects of the choices of labels, awaited or not: ``centre`` tells which choices wait, ``spread`` effects."""
        return coordinates(awaited(rows, self.centre), self.spread)

    def _centred(self, rows):
        rows = rows - self.centre
        return rows - rows.mean(axis=1, keepdims=True) if self.apart else rows


def cells_of(rows):
    """Return the cell of each row of one-hot choices in the grid of all choices, and the grid's shape.

    None where the grid has more than ``MOST_CELLS``, or positions have different numbers of choices.
    """
    positions = int(rows[0].sum())
    options, rest = divmod(rows.shape[1], max(positions, 1))
    if positions == 0 or rest or positions * np.log(options) > np.log(MOST_CELLS):
        return None
    choices = rows.reshape(len(rows), positions, options)
    if not ((choices.sum(axis=2) == 1) & (choices.max(axis=2) == 1)).all():
        return None
    shape = (options,) * positions
    return np.ravel_multi_index(tuple(choices.argmax(axis=2).T), shape), shape


def distinct(rows):
    """Return the distinct ones of rows, and which of these each row is: networks share counts, and so costs."""
    rows = np.ascontiguousarray(rows)
    _, first, which = np.unique(
        rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0],
        return_index=True,
        return_inverse=True,
    )
    return rows[first], which
