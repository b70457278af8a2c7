"""Training of small networks of one shape, together as one batched tensor program.

The parameters of many problems are stacked along a leading axis, so a step of all of them costs a few
large tensor operations instead of thousands of small ones.

A problem draws its initial parameters and its minibatches from its own generator and takes its own
number of steps; how many rows its minibatches are padded to follows from its own size. So its numbers
do not depend on what it is stacked with.
"""

import logging
import math
from time import process_time

import numpy as np
import torch

from hwpred.joblog import Progress
from hwpred.predictors import devices
from hwpred.predictors.neural.networks import WINDOW, Trained
from hwpred.predictors.neural.parameters import clip, flat, split
from hwpred.predictors.neural.replay import train_replayed

logger = logging.getLogger(__name__)

LARGEST_LAYER = 2**17
"""Numbers in a layer's output over a whole stack (512 kB): larger ones leave the processor's cache."""
PREDICTED_SHARE = 4
"""A prediction takes that part of such a layer at once: graph networks predict a space in 0.6 times the time."""


def train_networks(tasks):
    """Train all tasks, those of equal shape together.

    Parameters
    ----------
    tasks : list of TrainingTask

    Returns
    -------
    list of Trained
    """
    if devices.on_gpu():
        return train_replayed(tasks)
    groups = {}
    for i, task in enumerate(tasks):
        groups.setdefault((task.network, task.rows, task.training.betas, task.x.shape[1:]), []).append(i)
    progress = Progress(sum(task.steps for task in tasks))
    trained = [None] * len(tasks)
    for (network, rows, *_), group in groups.items():
        # The longest first: those still in training are always the first of a stack.
        group.sort(key=lambda i: (-tasks[i].steps, tasks[i].training.learning_rate, tasks[i].training.weight_decay))
        for chunk in _chunks(group, network.held * rows):
            start = process_time()
            parameters = _Stack([tasks[i] for i in chunk]).train(progress)
            seconds_per_step = (process_time() - start) / sum(tasks[i].steps for i in chunk)
            for i, own in zip(chunk, parameters, strict=True):
                start = process_time()
                own = network.finished(own, tasks[i].x)
                seconds = seconds_per_step * tasks[i].steps + process_time() - start
                trained[i] = Trained(network, own, seconds)
    return trained


def predict_networks(trained, xs):
    """Predict with trained networks, those of equal shape together.

    Parameters
    ----------
    trained : list of Trained
    xs : list of arrays of shape (n, ...)
        What each of them predicts.

    Returns
    -------
    list of float64 arrays of shape (n,)
    """
    groups = {}
    for i, (one, x) in enumerate(zip(trained, xs, strict=True)):
        groups.setdefault((one.network, x.shape), []).append(i)
    predictions = [None] * len(trained)
    for (network, shape), group in groups.items():
        for chunk in _chunks(group, network.width * shape[0]):
            stacked = zip(*(trained[i].parameters for i in chunk), strict=True)
            parameters = [torch.as_tensor(np.stack(same)) for same in stacked]
            x = torch.as_tensor(np.stack([xs[i] for i in chunk])).float()
            # A whole space is too large a layer even for one network. How many rows does not depend on what else is
            # predicted, as the last bits of a product may depend on its size.
            rows = max(1, _largest() // (PREDICTED_SHARE * network.width))
            with torch.inference_mode():
                parts = [network.forward(parameters, part) for part in x.split(rows, dim=1)]
                predicted = torch.cat(parts, dim=1).cpu().double().numpy()
            for i, own in zip(chunk, predicted, strict=True):
                predictions[i] = own
    return predictions


def _chunks(group, numbers):
    """Split a group evenly into as few parts as keep ``numbers`` a member within what one layer may hold."""
    parts = math.ceil(len(group) / max(1, _largest() // numbers))
    return [chunk.tolist() for chunk in np.array_split(group, parts)]


def _largest():
    """Return how many numbers a layer's output may hold: ``LARGEST_LAYER``, more on a GPU."""
    return devices.stack_numbers() if devices.on_gpu() else LARGEST_LAYER


class _Stack:
    """Tasks of equal shape in training, the longest first; each has one row of ``parameters``.

    A task leaves at the end of the stack when it has taken its steps. What it keeps are its parameters after the
    ``WINDOW`` of steps with the lowest mean loss, so a training that diverges leaves finite ones.
    """

    def __init__(self, tasks):
        self.tasks = tasks
        self.network = tasks[0].network
        drawn = [task.network.initial(task.rng) for task in tasks]
        self.shapes = [part.shape for part in drawn[0]]
        self.parameters = torch.as_tensor(np.stack([flat(parts) for parts in drawn]))
        self.gradient = torch.zeros_like(self.parameters)
        self.best, self.lowest = self.parameters.clone(), torch.full((len(tasks),), torch.inf)
        self.moments = torch.zeros_like(self.parameters), torch.zeros_like(self.parameters)
        self.offsets = np.cumsum([0, *(len(task.y) for task in tasks[:-1])])[:, None]
        self.x = torch.as_tensor(np.concatenate([task.x for task in tasks]))
        self.y = torch.as_tensor(np.concatenate([task.y for task in tasks]).astype(np.float32))

    def train(self, progress):
        """Take all steps; return the best parameters of each task, a list of arrays."""
        streams = [task.minibatches(WINDOW) for task in self.tasks]
        active = 0
        for step in range(self.tasks[0].steps):
            now = step % WINDOW
            before, active = active, sum(task.steps > step for task in self.tasks)
            if now == 0:
                rows, weights = self._plan(streams[:active])
                total = torch.zeros(active)
            if active != before:
                parts, slopes = split(self.parameters[:active], self.shapes), split(self.gradient[:active], self.shapes)
                differentiate = self.network.differentiator(parts, slopes, rows.shape[2])
                runs = self._runs(active)
            loss = self._step(differentiate, runs, rows[now, :active], weights[now, :active], step)
            total[:active] += loss
            staying = sum(task.steps > step + 1 for task in self.tasks[:active]) if now < WINDOW - 1 else 0
            if staying < active:
                self._keep_best(slice(staying, active), total[staying:active] / (now + 1))
            if progress.advance(active):
                logger.info(
                    "%d of %d steps of networks, mean loss of the %d in training %.3f, about %.0f s left",
                    progress.done,
                    progress.work,
                    active,
                    float(loss.mean()),
                    progress.left,
                )
        return [split(own, self.shapes) for own in self.best.cpu().numpy()]

    def _keep_best(self, own, loss):
        """Keep the parameters of the tasks in the slice ``own`` whose mean loss since the last time is their lowest."""
        better = loss < self.lowest[own]
        self.lowest[own] = torch.where(better, loss, self.lowest[own])
        self.best[own] = torch.where(better[:, None], self.parameters[own], self.best[own])

    def _plan(self, streams):
        """Draw the minibatches of the next steps: rows of ``x`` and their weights, (steps, p, rows) each."""
        rows = np.stack([next(stream) for stream in streams], axis=1)
        used = rows >= 0
        rows = np.where(used, rows, 0) + self.offsets[: len(streams)]
        weights = used / used.sum(axis=2, keepdims=True)
        return torch.as_tensor(rows), torch.as_tensor(weights.astype(np.float32))

    def _runs(self, active):
        """Return (moved, task) of neighbours in the stack that share their learning rate and weight decay.

        ``moved`` are their parameters, gradient and two moments, each in a list as Adam takes them.
        """
        runs = []
        for i, task in enumerate(self.tasks[:active]):
            scheduled = task.training.cosine or task.training.warmup > 0
            key = task.training, task.steps if scheduled else None
            if not runs or key != runs[-1][0]:
                runs.append([key, i, i + 1])
            runs[-1][2] = i + 1
        parts = self.parameters, self.gradient, *self.moments
        return [([[part[first:end]] for part in parts], self.tasks[first]) for _, first, end in runs]

    def _step(self, differentiate, runs, rows, weights, step):
        """Update the parameters; return the loss of each task."""
        chosen = rows.flatten()
        x = self.x.index_select(0, chosen).unflatten(0, rows.shape)
        y = self.y.index_select(0, chosen).view(rows.shape)
        rngs = [task.rng for task in self.tasks[: len(rows)]]
        loss = differentiate(x, y, weights, rngs)
        taken = [torch.tensor(step + 1.0)]
        for moved, task in runs:
            if task.training.clip is not None:
                clip(moved[1][0], task.training.clip)
            self._adam(moved, taken, task, step)
        return loss

    def _adam(self, moved, taken, task, step):
        training = task.training
        # What torch.optim calls in the end: its own preparations take longer than a small stack's update.
        torch._fused_adam_(
            *moved,
            [],
            taken,
            amsgrad=False,
            beta1=training.betas[0],
            beta2=training.betas[1],
            lr=training.rate(step, task.steps),
            weight_decay=training.weight_decay,
            eps=1e-8,
            maximize=False,
        )
