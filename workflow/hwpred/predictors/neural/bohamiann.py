"""BOHAMIANN: a Bayesian neural network sampled by adaptive stochastic gradient Hamiltonian Monte Carlo.

Springenberg, Klein, Falkner and Hutter (NeurIPS 2016). The chains of many problems run as one: all
weights of a network are one row, the rows are stacked, and every chain has its own batches and noise.
"""

import logging
from typing import ClassVar

import numpy as np
import torch

from hwpred.joblog import Progress
from hwpred.predictors import devices
from hwpred.predictors.base import FittedTogether, alike
from hwpred.predictors.constraints import COUNT, POSITIVE, Number
from hwpred.predictors.devices import ManyOnGpu
from hwpred.predictors.neural.counters import Counters, draw_key
from hwpred.predictors.neural.hamiltonian import Chain, layers_of, outputs_of, weight_shapes
from hwpred.predictors.neural.lanes import Recorded, side_by_side

logger = logging.getLogger(__name__)

PREDICTED_AT_ONCE = 1000
"""Architectures whose hidden units are in memory at once."""


class Bohamiann(ManyOnGpu, FittedTogether):
    """Tanh network with a normal prior on its weights and a learned noise variance; predicts the samples' mean.

    The chain has ``steps`` steps. During the first ``burn_in`` its step sizes adapt to the gradients;
    after it every ``keep_every``-th network is a sample of the posterior. A weight's prior has the variance
    1 / (inputs of its unit x ``prior_precision``). The protocol's chain (``learning_rate`` .01, 100 ``steps``,
    10 ``burn_in``, ``keep_every`` 5, ``prior_precision`` 1) ends before it has learned what there is to learn.

    Parameters
    ----------
    layers, width : int
        Hidden layers, and units of each.
    learning_rate : float
        Step size of the chain.
    momentum_decay : float
        Share of the momentum that a step loses.
    steps, burn_in, keep_every : int
        Of the chain: all of its steps, those before the first sample, and those from one sample to the next.
    batch_size : int
    prior_precision : float
        Of the weights.

    Attributes
    ----------
    samples_ : float tensor of shape (samples, weights + 1)
        Weights and biases layer by layer, then the logarithm of the noise variance.
    loss_ : float
        Negative log likelihood of the last batch, per training point.
    """

    problems_at_once = 50
    constraints: ClassVar = {
        "layers": COUNT,
        "width": COUNT,
        "learning_rate": POSITIVE,
        "momentum_decay": Number(above=0, below=1),
        "steps": COUNT,
        "burn_in": Number(least=0, whole=True),
        "keep_every": COUNT,
        "batch_size": COUNT,
        "prior_precision": POSITIVE,
    }

    def __init__(
        self,
        layers=3,
        width=50,
        learning_rate=0.02,
        momentum_decay=0.05,
        steps=500,
        burn_in=150,
        keep_every=10,
        batch_size=20,
        prior_precision=6.0,
    ):
        self.layers = layers
        self.width = width
        self.learning_rate = learning_rate
        self.momentum_decay = momentum_decay
        self.steps = steps
        self.burn_in = burn_in
        self.keep_every = keep_every
        self.batch_size = batch_size
        self.prior_precision = prior_precision

    def predict(self, x):
        """Return the mean over the samples, shape (n,)."""
        return self.y_mean_ + self.y_scale_ * self._outputs(x).mean(axis=0)

    def predict_std(self, x):
        """Return the standard deviation of a new measurement, shape (n,): between the samples, and their noise."""
        noise = float(self.samples_[:, -1].exp().mean())
        return self.y_scale_ * np.sqrt(self._outputs(x).var(axis=0) + noise)

    @classmethod
    def _groups(cls, models, problems):
        """Return chains of equal hyperparameters and features: their training sets may differ in size."""
        size = len(problems) if devices.on_gpu() else cls.problems_at_once
        groups = alike(models, [problem.x.shape[1] for problem in problems])
        return [group[i : i + size] for group in groups for i in range(0, len(group), size)]

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        """Run one chain for each model; all have the same hyperparameters, training sets may differ in size."""
        settings = models[0]
        if settings.steps < settings.burn_in + settings.keep_every:
            what = f"burn_in {settings.burn_in}, keep_every {settings.keep_every}"
            raise ValueError(f"{settings.steps} steps keep no network: {what}")
        xs = [np.asarray(x, dtype=np.float32) for x in xs]
        ys = [_scale(model, y) for model, y in zip(models, ys, strict=True)]
        sizes = np.array([len(y) for y in ys])
        orders = [_batches(size, settings, rng) for size, rng in zip(sizes, rngs, strict=True)]
        chain = Chain(settings, xs[0].shape[1], sizes, rngs)
        if devices.on_gpu():
            ((samples, last),) = side_by_side([_replayed(chain, xs, ys, orders)])
            for model, own, loss in zip(models, samples, last, strict=True):
                model.samples_, model.loss_ = own, loss
            return
        kept, progress = [], Progress(settings.steps)
        for step in range(1, settings.steps + 1):
            loss = chain.step(*_batch(xs, ys, [order[step - 1] for order in orders], settings.batch_size))
            if step > settings.burn_in and (step - settings.burn_in) % settings.keep_every == 0:
                kept.append(chain.weights.detach().clone())
            if progress.advance(1):
                logger.info(
                    "%d problems, step %d of %d, mean loss %.3f, about %.0f s left",
                    len(models),
                    step,
                    settings.steps,
                    float(loss.mean()),
                    progress.left,
                )
        for model, samples, last in zip(models, torch.stack(kept, dim=1), loss.tolist(), strict=True):
            model.samples_, model.loss_ = samples.clone(), last

    def _outputs(self, x):
        """Standardised output of every sample, shape (samples, n)."""
        *layers, _ = layers_of(self.samples_, weight_shapes(self, x.shape[1]))
        blocks = []
        for start in range(0, len(x), PREDICTED_AT_ONCE):
            block = torch.as_tensor(np.asarray(x[start : start + PREDICTED_AT_ONCE], dtype=np.float32))
            blocks.append(outputs_of(layers, block.expand(len(self.samples_), *block.shape)))
        return torch.cat(blocks, dim=1).cpu().numpy().astype(np.float64)


def _replayed(chain, xs, ys, orders):
    """Return the run of a chain on a GPU (``lanes.side_by_side``): samples (p, samples, weights), losses (p,)."""

    def run(lane):
        settings = chain.settings
        x, y = torch.as_tensor(np.concatenate(xs)), torch.as_tensor(np.concatenate(ys))
        rows, weights = map(torch.as_tensor, _all_batches(settings, [len(y) for y in ys], orders))
        chain.counters = Counters(torch.as_tensor(np.array([draw_key(rng) for rng in chain.rngs])))
        loss, kept = torch.zeros(len(ys), device=x.device), []

        def step():
            now = chain.counters.step
            chain.counters.begin_step()
            chosen = rows.index_select(0, now)[0]
            batch = (part.index_select(0, chosen.flatten()).unflatten(0, chosen.shape) for part in (x, y))
            loss.copy_(chain.step(*batch, weights.index_select(0, now)[0]))
            chain.counters.end_step()

        # A recorded step adapts, or it does not.
        adapt, move = Recorded(step, lane), Recorded(step, lane)
        for number in range(settings.steps):
            chain.steps = number  # a replayed step does not count it
            (adapt if number < settings.burn_in else move)()
            after = number + 1 - settings.burn_in
            if after > 0 and after % settings.keep_every == 0:
                kept.append(chain.weights.detach().clone())
        yield
        return torch.stack(kept, dim=1), loss.tolist()

    return run


def _all_batches(settings, sizes, orders):
    """Return the rows of all problems' points in each step's batch, (steps, p, b), and their weights."""
    rows = np.zeros((settings.steps, len(sizes), settings.batch_size), dtype=np.int64)
    weights = np.zeros(rows.shape, dtype=np.float32)
    for i, (order, start) in enumerate(zip(orders, np.cumsum([0, *sizes[:-1]]), strict=True)):
        size = order.shape[1]
        rows[:, i, :size], weights[:, i, :size] = order[: settings.steps] + start, 1 / size
    return rows, weights


def _scale(model, y):
    """Remember mean and scale of ``y``; return it standardised. A constant is predicted exactly: its scale is 0."""
    y = np.asarray(y, dtype=np.float64)
    model.y_mean_, spread = float(y.mean()), float(y.std())
    model.y_scale_ = spread if spread > 1e-9 * abs(model.y_mean_) else 0.0
    return ((y - model.y_mean_) / (model.y_scale_ or 1.0)).astype(np.float32)


def _batches(samples, settings, rng):
    """Rows of each step's batch: the training set in a new order, cut into pieces, again and again."""
    size = min(samples, settings.batch_size)
    pieces = samples // size
    epochs = -(-settings.steps // pieces)
    return np.concatenate([rng.permutation(samples)[: pieces * size].reshape(-1, size) for _ in range(epochs)])


def _batch(xs, ys, rows, size):
    """Stack one batch of each problem; rows that pad a small training set have weight 0."""
    x = np.zeros((len(xs), size, xs[0].shape[1]), dtype=np.float32)
    y, weight = np.zeros((2, len(xs), size), dtype=np.float32)
    for i, chosen in enumerate(rows):
        x[i, : len(chosen)], y[i, : len(chosen)] = xs[i][chosen], ys[i][chosen]
        weight[i, : len(chosen)] = 1 / len(chosen)
    return torch.as_tensor(x), torch.as_tensor(y), torch.as_tensor(weight)
