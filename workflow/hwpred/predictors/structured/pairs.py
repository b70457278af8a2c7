"""The kernels of one training set for many hyperparameters at once, each pair of its points computed once.

A covariance is symmetric: of n points, n (n + 1) / 2 pairs are kept, in one row. Where a view does not tell many of the
points apart, as counts do not tell apart what has the same operations in another order, its kernels are computed of the
pairs of those that differ, and looked up. So are kernels of one-hot choices, by how many choices differ. To write such
rows is what takes time, not to compute what they hold.
"""

import numpy as np
import torch

from hwpred.predictors import devices
from hwpred.predictors.structured.component import ROUGH, distinct

MOST_DIFFERING = 2 / 3
"""Share of the points that may differ in what is looked up: of more, to look up takes longer than to compute."""


class PairKernels:
    """The sum of the kernels of all components, and its derivatives, over the pairs of one training set.

    Parameters
    ----------
    components : list of Component
        Their scales count, their hyperparameters do not.
    x : Structured
        The n training points.
    """

    def __init__(self, components, x):
        smooth = [i for i, component in enumerate(components) if component.smooth]
        self._parts = [_Part(components, smooth, *part) for part in _parts(components, x)]

    def sum(self, weights, lengths):
        """Return the covariances of all pairs; what ``slopes`` needs is kept until the next call.

        Parameters
        ----------
        weights, lengths : tensors of shape (k, components) and (k, smooth components)
            Of k hypotheses.

        Returns
        -------
        tensor of shape (k, pairs)
        """
        first, *others = self._parts
        total = first.sum(weights, lengths)
        for part in others:
            total += part.sum(weights, lengths)
        return total

    def slopes(self, by_pair, weights, lengths):
        """Return derivatives by the logarithms of weights and lengths.

        Parameters
        ----------
        by_pair : tensor of shape (k, pairs)
            Derivatives by the covariances that ``sum`` returned last.
        weights, lengths : tensors of shape (k, components) and (k, smooth components)
            As ``sum`` had them.

        Returns
        -------
        tensors of shape (k, components) and (k, smooth components)
        """
        by_weight, by_length = torch.empty_like(weights), torch.empty_like(lengths)
        for part in self._parts:
            part.slopes(by_pair, weights, by_weight, by_length)
        return by_weight, by_length


class _Part:
    """Some of the components, whose kernels have the same few entries, or as many as there are pairs.

    Parameters
    ----------
    components : list of Component
    smooth : list of int
        Those with a length.
    members : list of int
        Those of the part.
    bases : list of float arrays of shape (entries,)
        What the kernel of each member is computed from.
    pairs : int array of shape (pairs,) or None
        The entry of each pair; None if each has its own.
    """

    def __init__(self, components, smooth, members, bases, pairs):
        self._pairs = None if pairs is None else torch.as_tensor(pairs)
        bases = dict(zip(members, bases, strict=True))
        self._linear = [i for i in members if i not in smooth]
        self._smooth = [i for i in members if i in smooth]
        self._lengths = [smooth.index(i) for i in self._smooth]
        forms = [components[i].form for i in self._smooth]
        distances = [
            np.sqrt(bases[i]) if form in ROUGH else bases[i] for i, form in zip(self._smooth, forms, strict=True)
        ]
        self._products = torch.as_tensor(np.stack([bases[i] for i in self._linear])) if self._linear else None
        self._distances = torch.as_tensor(np.stack(distances)) if distances else None
        # exp(-distance / length), or exp(-distance / (2 length ** 2)).
        self._power = torch.as_tensor([2.0 if form == "squared_exponential" else 1.0 for form in forms]).double()

    def sum(self, weights, lengths):
        """Return the part of ``PairKernels.sum``."""
        total = 0.0
        if self._linear:
            total = weights[:, self._linear] @ self._products
        if self._smooth:
            rates = -1 / (self._power * lengths[:, self._lengths] ** self._power)
            self._scaled = self._distances * rates[:, :, None]
            self._kernels = self._scaled.exp()
            total = total + torch.bmm(weights[:, None, self._smooth], self._kernels)[:, 0]
        return total if self._pairs is None else total.gather(1, self._pairs.expand(len(total), -1))

    def slopes(self, by_pair, weights, by_weight, by_length):
        """Write the part's columns of what ``PairKernels.slopes`` returns."""
        if self._pairs is not None:
            pairs = self._pairs.expand(len(by_pair), -1)
            differing = (self._distances if self._smooth else self._products).shape[1]
            by_pair = by_pair.new_zeros(len(by_pair), differing).scatter_add_(1, pairs, by_pair)
        if self._linear:
            by_weight[:, self._linear] = weights[:, self._linear] * (by_pair @ self._products.T)
        if self._smooth:
            by_weight[:, self._smooth] = weights[:, self._smooth] * _dots(self._kernels, by_pair)
            slopes = -self._power * _dots(self._scaled.mul_(self._kernels), by_pair)
            by_length[:, self._lengths] = weights[:, self._smooth] * slopes


def _dots(rows, by_pair):
    """Products of the rows (k, m, pairs) of k hypotheses and one row of each (k, pairs): (k, m)."""
    return torch.bmm(rows, by_pair[:, :, None])[:, :, 0]


def _parts(components, x):
    """Yield members, bases and pairs of each ``_Part``."""
    left = list(range(len(components)))
    # What a GPU adds up for one pair has no order, and so no repeatable sum.
    if not devices.on_gpu():
        for some in (_views, _choices):
            for part in some(components, x, left):
                left = [i for i in left if i not in part[0]]
                yield part
    if left:
        yield left, _bases(components, left, x), None


def _bases(components, members, x):
    """Return what the kernels of some components are computed from, over the pairs of ``x``."""
    lower = np.tril_indices(len(x))
    return [components[i].base(*2 * (x.blocks[components[i].block],))[lower] for i in members]


def _views(components, x, left):
    """Yield the parts that find many points equal: each has an entry for each pair of those that differ."""
    for view in x.views:
        of_view = [i for i in left if components[i].block.split("/")[0] == view]
        blocks = dict.fromkeys(components[i].block for i in of_view)
        classes = {block: distinct(x.blocks[block])[1] for block in blocks}
        few = {block: which for block, which in classes.items() if which.max() < MOST_DIFFERING * len(x)}
        members = [i for i in of_view if components[i].block in few]
        # Sums of products alone are looked up no sooner.
        if not any(components[i].smooth for i in members):
            continue
        which = distinct(np.stack(list(few.values()), axis=1))[1]
        if which.max() < MOST_DIFFERING * len(x):
            first = np.unique(which, return_index=True)[1]
            one, other = (which[side] for side in np.tril_indices(len(x)))
            larger, smaller = np.maximum(one, other), np.minimum(one, other)
            yield members, _bases(components, members, x[first]), larger * (larger + 1) // 2 + smaller


def _choices(components, x, left):
    """Yield the part of one-hot choices: an entry for each combination of how many choices differ in each block."""
    members = [i for i in left if components[i].form == "exponential"]
    if not members:
        return
    scales = [components[i].scale / 2 for i in members]
    bases = _bases(components, members, x)
    differing = [np.rint(base * scale).astype(np.intp) for base, scale in zip(bases, scales, strict=True)]
    shape = [number.max() + 1 for number in differing]
    if np.prod(shape, dtype=float) < MOST_DIFFERING * len(differing[0]):
        entries = np.indices(shape).reshape(len(shape), -1)
        bases = [number / scale for number, scale in zip(entries, scales, strict=True)]
        yield members, bases, np.ravel_multi_index(differing, shape)
