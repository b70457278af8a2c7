"""The kernels of one training set for many hyperparameters at once, each pair of its points computed once.

A covariance is symmetric: of n points, n (n + 1) / 2 pairs are kept, in one row. Where a view does not tell many of the
points apart, as counts do not tell apart what has the same operations in another order, its kernels are computed of the
pairs of those that differ, and looked up. To write such rows is what takes time, not to compute what they hold.
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
        self._parts = [
            _Part(components, x, members, smooth, which) for members, which in _members_of_parts(components, x)
        ]

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
        return sum(part.sum(weights, lengths) for part in self._parts)

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
    """Some of the components: all that find the same points equal, or those that tell them all apart."""

    def __init__(self, components, x, members, smooth, which):
        self._pairs, first = None, slice(None)
        if which is not None:
            first = np.unique(which, return_index=True)[1]
            left, right = (which[side] for side in np.tril_indices(len(which)))
            larger, smaller = np.maximum(left, right), np.minimum(left, right)
            self._pairs = torch.as_tensor(larger * (larger + 1) // 2 + smaller)

        def bases(places):
            rows = [x.blocks[components[i].block][first] for i in places]
            some = [components[i].base(own, own) for i, own in zip(places, rows, strict=True)]
            lower = np.tril_indices(len(rows[0])) if rows else None
            return [base[lower] for base in some]

        self._linear = [i for i in members if i not in smooth]
        self._smooth = [i for i in members if i in smooth]
        self._lengths = [smooth.index(i) for i in self._smooth]
        forms = [components[i].form for i in self._smooth]
        distances = [
            np.sqrt(base) if form in ROUGH else base for base, form in zip(bases(self._smooth), forms, strict=True)
        ]
        self._products = torch.as_tensor(np.stack(bases(self._linear))) if self._linear else None
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


def _members_of_parts(components, x):
    """Yield which components are one part, and which of the points that differ each point is to them, or None."""
    left = list(range(len(components)))
    # What a GPU adds up for one pair has no order, and so no repeatable sum.
    for view in [] if devices.on_gpu() else x.views:
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
            left = [i for i in left if i not in members]
            yield members, which
    if left:
        yield left, None
