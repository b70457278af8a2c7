"""NGBoost (Duan et al., ICML 2020) for one-hot features: trees on the natural gradient of a normal distribution.

Every feature is 0 or 1, so a split needs no threshold and no sorting: a histogram of the gradient by
node and feature decides it, and the histograms of many trees (mean and scale, of many problems) are
one ``numpy.bincount``. This makes a fit some ten times cheaper than with general trees.
"""

from typing import ClassVar

import numpy as np

from hwpred.predictors.base import FittedTogether
from hwpred.predictors.constraints import COUNT, POSITIVE, SHARE
from hwpred.spaces import get_space

SMALLEST_LOG_SCALE = np.log(1e-5)
"""Below it the likelihood of a training set that is fitted exactly would grow without end."""
ROUNDS_AT_ONCE = 32
"""Whose trees predict together; results of many more leave the processor's cache."""
SAMPLES_AT_ONCE = 2**15
"""Of all training sets that are fitted together, for the same reason."""


class NGBoost(FittedTogether):
    """Normal distribution by natural gradient boosting under the log score; predicts its mean.

    Each round draws ``minibatch`` of the samples and grows one tree of ``max_depth`` for the mean and
    one for the logarithm of the scale; at each split a feature is looked at with probability
    ``max_features``. A line search (double while the score improves, halve until it does) scales the
    step, ``learning_rate`` shrinks it.

    Parameters
    ----------
    rounds : int
    learning_rate : float
        Factor of each step.
    max_depth : int
        Of a tree.
    max_features : float
        Probability that a split looks at a feature.
    minibatch : float
        Share of the samples that a round draws.

    Attributes
    ----------
    splits_ : int array of shape (rounds, 2, nodes)
        Feature of each inner node, in heap order; the number of features stands for "no split".
    values_ : float array of shape (rounds, 2, leaves)
        What each leaf adds to the mean and to the log scale.
    """

    needs_binary = True
    problems_at_once = 25

    constraints: ClassVar = {
        "rounds": COUNT,
        "learning_rate": POSITIVE,
        "max_depth": COUNT,
        "max_features": SHARE,
        "minibatch": SHARE,
    }

    def __init__(self, rounds=505, learning_rate=0.0813, max_depth=6, max_features=0.792, minibatch=0.5):
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.max_features = max_features
        self.minibatch = minibatch

    @classmethod
    def encode(cls, data):
        """Return the one-hot of every position, of numbers too."""
        return get_space(data.space).adjacency_one_hot(np.asarray(data.operations, dtype=np.intp))

    def predict(self, x):
        """Return the mean, shape (n,)."""
        return self._parameter(x, 0)

    def predict_scale(self, x):
        """Return the standard deviation, shape (n,)."""
        return np.exp(self._parameter(x, 1).clip(min=SMALLEST_LOG_SCALE))

    @classmethod
    def _groups(cls, models, problems):
        parts = []
        for group in super()._groups(models, problems):
            size = max(1, SAMPLES_AT_ONCE // len(problems[group[0]].y))
            parts += [group[start : start + size] for start in range(0, len(group), size)]
        return parts

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        """Fit models of equal hyperparameters on problems of equal shape (p problems, n samples)."""
        model, problems = models[0], len(models)
        x = np.stack([_pad(x) for x in xs])
        y = np.stack(ys).astype(np.float64)
        batch_size = max(1, int(model.minibatch * y.shape[1]))
        start = np.stack([y.mean(axis=1), np.log(y.std(axis=1).clip(min=np.exp(SMALLEST_LOG_SCALE)))], axis=1)
        parameters = np.repeat(start[:, :, None], y.shape[1], axis=2)
        grower = _TreeGrower(x, batch_size, model.max_depth, model.max_features)
        splits, values = [], []
        for _ in range(model.rounds):
            batch = np.stack([np.sort(rng.permutation(y.shape[1])[:batch_size]) for rng in rngs])
            in_trees = grower.in_trees(batch)
            at_batch, y_batch = parameters.take(in_trees), np.take_along_axis(y, batch, axis=1)
            tree_splits, leaves, tree_values = grower.grow(_natural_gradient(y_batch, at_batch), batch, rngs)
            step = tree_values.take(leaves)
            scale = model.learning_rate * _line_search(y_batch, at_batch, step.take(in_trees))[:, None, None]
            step *= scale
            parameters -= step
            np.maximum(parameters[:, 1], SMALLEST_LOG_SCALE, out=parameters[:, 1])
            splits.append(tree_splits)
            values.append(scale * tree_values)
        splits, values = np.stack(splits, axis=1).astype(np.int16), np.stack(values, axis=1)
        for i in range(problems):
            models[i].start_, models[i].splits_, models[i].values_ = start[i], splits[i], values[i]

    def _parameter(self, x, which):
        """Return the mean (0), or the logarithm of the scale (1), of shape (n,)."""
        padded = _pad(x)[None]
        result = np.full(len(x), self.start_[which])
        for start in range(0, len(self.splits_), ROUNDS_AT_ONCE):
            splits, values = (part[start : start + ROUNDS_AT_ONCE, which] for part in (self.splits_, self.values_))
            descent = _Descent(padded, len(splits))
            for level in range(values.shape[1].bit_length() - 1):
                descent.step(_of_level(splits, level))
            result -= values.take(descent.place[0]).sum(axis=0)
        return result


def _natural_gradient(y, parameters):
    """Gradient of the log score times the inverse Fisher information; (p, n) and (p, 2, n) to (p, 2, n)."""
    mean, log_scale = parameters[:, 0], parameters[:, 1]
    squared = ((y - mean) * np.exp(-log_scale)) ** 2
    return np.stack([mean - y, (1 - squared) / 2], axis=1)


def _score(y, parameters):
    """Mean negative log likelihood up to a constant, of shape (p,)."""
    mean, log_scale = parameters[:, 0], parameters[:, 1].clip(min=SMALLEST_LOG_SCALE)
    with np.errstate(over="ignore"):
        return (log_scale + ((y - mean) * np.exp(-log_scale)) ** 2 / 2).mean(axis=1)


def _line_search(y, parameters, step, largest=256.0, longest=5.0, smallest=1e-4):
    """Scale of the step for each problem, shape (p,): doubled while the score improves, then halved until it does.

    A scaled step is no longer than ``longest`` on average, and one shorter than ``smallest`` is accepted as it is.
    """
    before = _score(y, parameters)
    length = np.sqrt((step**2).sum(axis=1)).mean(axis=1)
    scale = np.ones(len(y))
    searching = np.ones(len(y), dtype=bool)
    improves = np.zeros(len(y), dtype=bool)
    while searching.any():
        improves[searching] = _improves(y, parameters, step, scale, before, searching)
        searching &= improves & (scale <= largest)
        scale[searching] *= 2
    halving = ~(improves & (scale * length < longest))
    while halving.any():
        scale[halving] /= 2
        better = _improves(y, parameters, step, scale, before, halving)
        accepted = (better | (scale * length < smallest)[halving]) & (scale * length < longest)[halving]
        halving[np.flatnonzero(halving)[accepted]] = False
    return scale


def _improves(y, parameters, step, scale, before, chosen):
    after = _score(y[chosen], parameters[chosen] - scale[chosen, None, None] * step[chosen])
    return after < before[chosen]


class _TreeGrower:
    """Grows two regression trees (mean, log scale) for each of p problems, level by level.

    Parameters
    ----------
    x : uint8 array of shape (p, n, features + 1)
        Binary features; the last column is 0 and stands for "no split".
    batch_size : int
        Rows of each problem that a tree is fitted to.
    """

    def __init__(self, x, batch_size, depth, max_features):
        problems, self.samples, self.columns = x.shape
        self.active = _active_features(x)
        self.depth = depth
        self.max_features = max_features
        self.descent = _Descent(x, 2)
        # Memory of their own: touching new one costs more than what is computed in it.
        self.cells = np.empty((len(self.active), problems, 2, batch_size), dtype=np.intp)
        self.weight = np.empty(self.cells.shape)

    def in_trees(self, batch):
        """Return where the rows (p, m) of a batch stand among the rows of all trees, (p, 2, m)."""
        return batch[:, None] + self.samples * np.arange(2 * len(batch)).reshape(-1, 2, 1)

    def grow(self, gradient, batch, rngs):
        """Fit the gradient (p, 2, m) of the batch's rows (p, m).

        Returns
        -------
        splits (p, 2, nodes), the leaf of every row among the leaves of all trees (p, 2, n), the leaves' values
        (p, 2, leaves). The next trees overwrite the leaves of the rows.
        """
        problems, features = len(batch), self.columns - 1
        trees = 2 * problems
        drawn = np.stack([rng.random((2, 2**self.depth - 1, features), dtype=np.float32) for rng in rngs])
        drawn = drawn.reshape(trees, -1, features)
        in_trees, gradients = self.in_trees(batch), gradient.ravel()
        active = self.active.take(batch + self.samples * np.arange(problems)[:, None], axis=1)[:, :, None]
        self.weight[:] = gradient
        place = self.descent.start()
        splits = np.full((trees, 2**self.depth - 1), features)
        for level in range(self.depth):
            nodes = 2**level
            at_batch = place.take(in_trees)
            totals = np.bincount(at_batch.ravel(), minlength=trees * nodes)
            total_sums = np.bincount(at_batch.ravel(), gradients, trees * nodes)
            # A node of one row is not split, and of a small training set most are.
            growing = np.flatnonzero(totals > 1)
            at_batch *= self.columns
            np.add(at_batch, active, out=self.cells)
            shape = (trees * nodes, self.columns)
            counts = np.bincount(self.cells.ravel(), minlength=shape[0] * shape[1])
            sums = np.bincount(self.cells.ravel(), self.weight.ravel(), shape[0] * shape[1])
            counts, sums = (of.reshape(shape)[growing, :-1] for of in (counts, sums))
            gain = _gain(counts, sums, totals[growing, None], total_sums[growing, None])
            of_tree, here = np.divmod(growing, nodes)
            here += nodes - 1
            gain[drawn[of_tree, here] >= self.max_features] = -np.inf
            splits[of_tree, here] = _best_split(gain)
            self.descent.step(_of_level(splits, level))
        at_batch = place.take(in_trees).ravel()
        counts = np.bincount(at_batch, minlength=trees * 2**self.depth)
        values = np.bincount(at_batch, gradients, trees * 2**self.depth) / counts.clip(min=1)
        return splits.reshape(problems, 2, -1), place.reshape(problems, 2, -1), values.reshape(problems, 2, -1)


class _Descent:
    """Rows on their way down some trees of each of p problems, all in the same memory.

    Parameters
    ----------
    x : uint8 array of shape (p, n, columns)
        As ``_TreeGrower`` takes it.
    trees : int
        Of each problem.
    """

    def __init__(self, x, trees):
        problems, samples, columns = x.shape
        self._x = x
        self._first_cell = columns * np.arange(problems * samples).reshape(problems, 1, samples)
        self._feature = np.empty((problems, trees, samples), dtype=np.intp)
        self._has = np.empty(self._feature.shape, dtype=np.uint8)
        self.place = np.empty_like(self._feature)
        self.start()

    def start(self):
        """Put every row into the root of every tree; return its place among the nodes of a level of all trees."""
        problems, trees, _ = self.place.shape
        self.place[:] = np.arange(problems * trees).reshape(problems, trees, 1)
        return self.place

    def step(self, splits):
        """Move every row to the node below, by the features (all trees, nodes) at which a level splits."""
        # Other modes than "clip" would copy what they return.
        splits.take(self.place, out=self._feature, mode="clip")
        self._feature += self._first_cell
        self._x.take(self._feature, out=self._has, mode="clip")
        self.place *= 2
        self.place += self._has


def _of_level(splits, level):
    """Return the splits of one level (trees, nodes) of those in heap order."""
    return splits[:, 2**level - 1 : 2 ** (level + 1) - 1].astype(np.intp)


def _gain(counts, sums, totals, total_sums):
    """Decrease of the squared error by splitting on each feature, -inf where a side would be empty."""
    left = totals - counts
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = sums**2 / counts + (total_sums - sums) ** 2 / left
    gain[(counts == 0) | (left == 0)] = -np.inf
    return gain


def _best_split(gain):
    """Feature of the largest gain (nodes, features) for each node; the number of features where none can split."""
    if gain.size == 0:
        return np.zeros(0, dtype=np.intp)
    best = gain.argmax(axis=1)
    return np.where(np.isfinite(gain[np.arange(len(gain)), best]), best, gain.shape[1])


def _pad(x):
    """Binary features and one column of zeros, uint8."""
    if not np.isin(x, (0, 1)).all():
        raise ValueError("NGBoost here takes one-hot features only; a value is neither 0 nor 1")
    return np.pad(np.asarray(x, dtype=np.uint8), ((0, 0), (0, 1)))


def _active_features(x):
    """Indices of the ones in each row of (p, n, columns), padded by the last column, of shape (most ones, p * n)."""
    width = int(x.sum(axis=2, dtype=int).max())
    order = np.argsort(1 - x, axis=2, kind="stable")[:, :, :width]
    active = np.where(np.take_along_axis(x, order, axis=2) == 1, order, x.shape[2] - 1)
    return np.ascontiguousarray(active.reshape(-1, width).T)
