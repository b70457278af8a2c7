"""One term of the kernel of the structured Gaussian processes."""

from dataclasses import dataclass

import numpy as np

from hwpred.predictors.gaussian.kernel_prediction import distance_terms
from hwpred.predictors.structured.effects import awaited, coordinates

ROUGH = ("matern", "drift")
"""Forms whose kernel falls with the distance, not with its square."""

MANY_PAIRS = 5_000_000
"""Covariances at once from which on those of networks that a component finds equal are computed once."""

CACHED = 65_000
"""Numbers of a matrix that stay in a processor's cache while several steps go over them."""

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
        left, right = self.terms(left, right)
        return self._base(left @ right.T)

    def terms(self, left, right):
        """Return rows of whose products, one with another, the kernel is a function, which ``of_products`` computes.

        Parameters
        ----------
        left, right : float arrays of shape (n, columns) and (m, columns)
            Rows of the block.

        Returns
        -------
        float arrays of shape (n, terms) and (m, terms)
        """
        if self.form == "linear":
            return self._centred(left) / self.scale, self._centred(right)
        if self.form == "exponential":
            # Single precision holds how many choices of two architectures are equal.
            return left.astype(np.float32), right.astype(np.float32)
        left, right = (self._scaled(rows) / self.scale**0.5 for rows in (left, right))
        return distance_terms(left, right)

    def of_products(self, products):
        """Return the kernel, in the memory of products of ``terms`` where they have double precision."""
        if self.form == "exponential":
            # Of one-hot choices there are few values, one for each number of positions that differ.
            differing = self._positions - np.arange(self._positions + 1)
            values = self.weight * np.exp(-2 * differing / (self.scale * self.length))
            return values[products.astype(np.intp)]
        kernel = self._base(products)
        if self.smooth:
            if self.form in ROUGH:
                np.sqrt(kernel, out=kernel)
                kernel *= -1 / self.length
            else:
                kernel *= -0.5 / self.length**2
            np.exp(kernel, out=kernel)
        kernel *= self.weight
        return kernel

    def _base(self, products):
        if self.form == "exponential":
            return 2 * (self._positions - products.astype(np.float64)) / self.scale
        return products.clip(min=0, out=products) if self.smooth else products

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
        left_of = right_of = None
        if self.smooth and len(left) * len(right) > MANY_PAIRS:
            (left, left_of), (right, right_of) = distinct(left), distinct(right)
        left, right = self.terms(left, right)
        kernel = self.of_products(left @ right.T)
        return kernel if left_of is None else kernel[left_of].take(right_of, axis=1)

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
        rows, centres = self.terms(rows, centres)
        blocks = cached_blocks(len(rows), len(centres))
        return np.concatenate([self.of_products(rows[block] @ centres.T) @ weights for block in blocks])[row_of]

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

    @property
    def _positions(self):
        """Of one-hot choices: as many columns of each row are 1."""
        return round(self.centre.sum())

    def _scaled(self, rows):
        if self.form == "effects":
            # ``centre`` tells which choices make the program wait, ``spread`` what each does, awaited or not.
            return coordinates(awaited(rows, self.centre), self.spread)
        return rows / self.spread

    def _centred(self, rows):
        rows = rows - self.centre
        return rows - rows.mean(axis=1, keepdims=True) if self.apart else rows


def sum_of_kernels(components, left, right):
    """Return the sum of the covariances of two sets of architectures by all components.

    Parameters
    ----------
    components : list of Component
    left, right : Structured
        The n and m architectures.

    Returns
    -------
    float array of shape (n, m)
    """
    terms = [component.terms(left.blocks[component.block], right.blocks[component.block]) for component in components]
    linear = [
        (component.weight * rows, columns)
        for component, (rows, columns) in zip(components, terms, strict=True)
        if not component.smooth
    ]
    smooth = [(component, *own) for component, own in zip(components, terms, strict=True) if component.smooth]
    total = np.zeros((len(left), len(right)))
    if linear:
        rows, columns = (np.hstack(each) for each in zip(*linear, strict=True))
        np.matmul(rows, columns.T, out=total)
    # To write such matrices takes longer than to compute them: blocks stay in the processor's cache.
    for rows in cached_blocks(len(left), len(right)):
        for component, own, others in smooth:
            total[rows] += component.of_products(own[rows] @ others.T)
    return total


def cached_blocks(rows, columns):
    """Return slices of rows, so that the part of a matrix in each of them stays in a processor's cache.

    Parameters
    ----------
    rows, columns : int
        Of the matrix.

    Returns
    -------
    list of slice
    """
    size = max(1, CACHED // max(1, columns))
    return [slice(start, start + size) for start in range(0, rows, size)]


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
