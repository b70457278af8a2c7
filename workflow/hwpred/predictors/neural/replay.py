"""Trainings on a GPU: a step is recorded once as a CUDA graph and replayed, and several stacks run side by side.

Thousands of small networks cost a GPU little arithmetic, so a step is launched as a whole
(``hwpred.predictors.neural.lanes``). What differs from step to step (minibatches, learning rates, noise) is looked up,
or drawn from counters (``hwpred.predictors.neural.counters``), at a place that is counted on the device.

Minibatches and dropout are not those that the processor draws (``hwpred.predictors.neural.training``): fits on both are
equally good, but not the same.
"""

import logging
from dataclasses import replace
from itertools import groupby
from time import monotonic, process_time

import numpy as np
import torch

from hwpred.predictors import devices
from hwpred.predictors.neural.counters import Counters, draw_key, permutations
from hwpred.predictors.neural.lanes import Recorded, side_by_side
from hwpred.predictors.neural.networks import WINDOW, Trained
from hwpred.predictors.neural.parameters import clip, flat, split

logger = logging.getLogger(__name__)

LEAST_ROWS = 8
"""Rows of the smallest minibatches; others are padded to a power of two, so that more networks can be stacked."""
PLANNED = 4 * WINDOW
"""Steps whose minibatches are laid out at once."""
FINISHED_AT_ONCE = 2**17
"""Architectures on which trained networks are finished in one call."""
ADAM_EPSILON = 1e-8


def train_replayed(tasks):
    """Train all tasks, those of equal shape and number of steps together.

    Parameters
    ----------
    tasks : list of hwpred.predictors.neural.networks.TrainingTask

    Returns
    -------
    list of hwpred.predictors.neural.networks.Trained
    """
    start, begin = process_time(), monotonic()
    stacks = [stack for group in _groups(tasks).values() for stack in _cut(group, tasks)]
    # The longest first, so that none is left alone at the end.
    stacks.sort(key=lambda stack: -tasks[stack[0]].steps)
    found = side_by_side([_run_of([tasks[i] for i in stack]) for stack in stacks])
    seconds = (process_time() - start) / max(1, sum(task.steps for task in tasks))
    trained = [None] * len(tasks)
    for stack, (network, parameters) in zip(stacks, found, strict=True):
        for i, own in zip(stack, parameters, strict=True):
            trained[i] = Trained(network, own, seconds * tasks[i].steps)
    logger.info("%d networks trained in %d stacks, %.1f s", len(tasks), len(stacks), monotonic() - begin)
    return trained


def _groups(tasks):
    groups, widened = {}, {}
    for i, task in enumerate(tasks):
        network = widened.setdefault((task.network, task.network.width), task.network.replayed())
        key = network, _rows(task), task.training.betas, task.training.clip, task.x.shape[1:], task.steps
        groups.setdefault(key, []).append(i)
    return groups


def _rows(task):
    """Return to how many rows the minibatches of a task are padded."""
    return max(LEAST_ROWS, 2 ** (task.rows - 1).bit_length())


def _cut(group, tasks):
    """Cut a group into stacks that fit in memory, those with training sets of one size next to each other."""
    group.sort(key=lambda i: _sizes(tasks[i]))
    size = max(1, devices.stack_numbers() // (tasks[group[0]].network.replayed().width * _rows(tasks[group[0]])))
    return [group[start : start + size] for start in range(0, len(group), size)]


def _sizes(task):
    """Return the sizes of the training set and of a minibatch."""
    return len(task.y), task.training.batch(len(task.y))


def _run_of(tasks):
    return lambda lane: _Stack(tasks, lane).train()


class _Stack:
    """Tasks of equal shape and number of steps in training; each has one row of ``parameters``.

    What a task keeps are its parameters after the ``WINDOW`` of steps with the lowest mean loss.
    """

    def __init__(self, tasks, lane):
        self.tasks, self.lane = tasks, lane
        self.network, self.training, self.steps = tasks[0].network.replayed(), tasks[0].training, tasks[0].steps
        drawn = [task.network.replayed().initial(task.rng) for task in tasks]
        self.shapes = [part.shape for part in drawn[0]]
        self.parameters = torch.as_tensor(np.stack([flat(parts) for parts in drawn]))
        device, problems, rows = self.parameters.device, len(tasks), _rows(tasks[0])
        self.keys = torch.as_tensor(np.array([draw_key(task.rng) for task in tasks]))
        self.noise = Counters(self.keys)
        self.gradient, self.update, self.mean, self.square = (torch.zeros_like(self.parameters) for _ in range(4))
        self.best, self.lowest = self.parameters.clone(), torch.full((problems,), torch.inf, device=device)
        self.x = torch.as_tensor(np.concatenate([task.x for task in tasks]))
        self.y = torch.as_tensor(np.concatenate([task.y for task in tasks]).astype(np.float32))
        self.offsets = torch.as_tensor(np.cumsum([0, *(len(task.y) for task in tasks[:-1])]))
        decay = np.array([task.training.weight_decay for task in tasks], dtype=np.float32)
        self.decay = torch.as_tensor(decay)[:, None] if decay.any() else None
        self.rates_of_all, self.floors_of_all = map(torch.as_tensor, self._schedule())
        # What a step looks up.
        self.now = torch.zeros(1, dtype=torch.int64, device=device)
        planned = min(PLANNED, self.steps)
        self.rows = torch.zeros(planned, problems, rows, dtype=torch.int64, device=device)
        self.weights = torch.zeros(planned, problems, rows, device=device)
        self.rates, self.floors = torch.zeros(planned, problems, device=device), torch.zeros(planned, device=device)
        self.total = torch.zeros(problems, device=device)
        parts, slopes = split(self.parameters, self.shapes), split(self.gradient, self.shapes)
        self.differentiate = self.network.differentiator(parts, slopes, rows)

    def train(self):
        """Take all steps, window by window; return the network and the parameters of each task, lists of arrays."""
        advance = Recorded(self._step, self.lane)
        for first in range(0, self.steps, WINDOW):
            if first % PLANNED == 0:
                self._plan(first, min(PLANNED, self.steps - first))
            taken = min(WINDOW, self.steps - first)
            self.total.zero_()
            for _ in range(taken):
                advance()
            self._keep_best(self.total / taken)
            yield
        return self.network, self._finished()

    def _schedule(self):
        """Return the sizes of Adam's steps (steps, p), their signs turned, and what keeps them finite (steps,).

        Both hold the factors by which Adam corrects its means for their start at zero.
        """
        first, second = self.training.betas
        taken = np.arange(1, self.steps + 1)
        root = np.sqrt(1 - second**taken)
        of_unit = replace(self.training, learning_rate=1.0)
        unit = np.array([of_unit.rate(step, self.steps) for step in range(self.steps)]) * root / (1 - first**taken)
        own = np.array([task.training.learning_rate for task in self.tasks])
        return (-unit[:, None] * own).astype(np.float32), (ADAM_EPSILON * root).astype(np.float32)

    def _plan(self, first, taken):
        """Lay out the minibatches and rates of the next steps."""
        self.now.zero_()
        window = slice(first, first + taken)
        self.rates[:taken], self.floors[:taken] = self.rates_of_all[window], self.floors_of_all[window]
        start = 0
        for (samples, size), alike in groupby(map(_sizes, self.tasks)):
            end = start + len(list(alike))
            rows = minibatches(self.keys[start:end], samples, size, first, taken, self.rows.shape[2])
            used = rows >= 0
            self.rows[:taken, start:end] = rows.clamp(min=0) + self.offsets[start:end, None]
            self.weights[:taken, start:end] = used / used.sum(dim=2, keepdim=True)
            start = end

    def _step(self):
        """Take one step: that of place ``now`` in what was laid out."""
        self.noise.begin_step()
        rows = self.rows.index_select(0, self.now)[0]
        chosen = rows.flatten()
        x = self.x.index_select(0, chosen).unflatten(0, rows.shape)
        y = self.y.index_select(0, chosen).view(rows.shape)
        loss = self.differentiate(x, y, self.weights.index_select(0, self.now)[0], self.noise)
        if self.training.clip is not None:
            clip(self.gradient, self.training.clip)
        self._adam(self.rates.index_select(0, self.now)[0], self.floors.index_select(0, self.now))
        self.total += loss
        self.now += 1
        self.noise.end_step()

    def _adam(self, rates, floor):
        """Move the parameters (Kingma and Ba 2015, with the corrections in ``rates`` and ``floor``)."""
        first, second = self.training.betas
        if self.decay is not None:
            self.gradient.addcmul_(self.decay, self.parameters)
        self.mean.lerp_(self.gradient, 1 - first)
        self.square.mul_(second).addcmul_(self.gradient, self.gradient, value=1 - second)
        torch.sqrt(self.square, out=self.update).add_(floor)
        torch.div(self.mean, self.update, out=self.update)
        self.parameters.addcmul_(self.update, rates[:, None])

    def _keep_best(self, loss):
        better = loss < self.lowest
        self.lowest.copy_(torch.where(better, loss, self.lowest))
        self.best.copy_(torch.where(better[:, None], self.parameters, self.best))

    def _finished(self):
        """Return what ``forward`` needs of each task, a list of arrays each."""
        found, start = [], 0
        for samples, alike in groupby(len(task.y) for task in self.tasks):
            end = start + len(list(alike))
            size = max(1, FINISHED_AT_ONCE // samples)
            for first in range(start, end, size):
                own = slice(first, min(first + size, end))
                places = self.offsets[own, None] + torch.arange(samples, device=self.x.device)
                x = self.x[places]
                parts = self.network.finished_together(split(self.best[own], self.shapes), x)
                found += zip(*(part.cpu().numpy() for part in parts), strict=True)
            start = end
        return [list(parts) for parts in found]


def minibatches(keys, samples, size, first, steps, rows):
    """Return the minibatches of some steps of problems with equally many samples.

    Each epoch has its own permutation, cut into pieces of ``size``.

    Parameters
    ----------
    keys : int64 tensor of shape (p,)
    samples, size : int
        Of the training set, and of a minibatch.
    first, steps : int
        The steps: the first one's number, and how many.
    rows : int
        To how many a minibatch is padded; it has no more.

    Returns
    -------
    int64 tensor of shape (steps, p, rows)
        Rows of the training set, -1 where there is none.
    """
    batches = -(-samples // size)
    epochs = torch.arange(first // batches, (first + steps - 1) // batches + 1, device=keys.device)
    order = permutations(keys, epochs, samples)
    order = torch.nn.functional.pad(order, (0, batches * size - samples), value=-1)
    skipped = first - (first // batches) * batches
    planned = order.view(len(keys), -1, size)[:, skipped : skipped + steps, :rows].transpose(0, 1)
    return torch.nn.functional.pad(planned, (0, rows - planned.shape[2]), value=-1)
