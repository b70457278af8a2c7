"""Small networks of one shape, trained together as one batched tensor program.

The parameters of many problems are stacked along a leading axis, so a step of all of them costs a few
large tensor operations instead of thousands of small ones. A family says what its networks are
(``Network``) and how they are trained (``Training``); ``NetworkPredictor`` makes predictors of them.

A problem draws its initial parameters and its minibatches from its own generator and takes its own
number of steps; how many rows its minibatches are padded to follows from its own size. So its numbers
do not depend on what it is stacked with.
"""

import logging
import math
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import pairwise
from time import monotonic, process_time

import numpy as np
import torch
from torch.optim.adam import adam

from hwpred.predictors import devices
from hwpred.predictors.base import Predictor
from hwpred.predictors.constraints import COUNT, POSITIVE, Number

logger = logging.getLogger(__name__)

LARGEST_LAYER = 2**17
"""Numbers in a layer's output over a whole stack (512 kB): larger ones leave the processor's cache."""
LONGEST_VECTOR = 64
"""At least as many numbers as a vector register holds; the rest beyond a multiple may be rounded in another way."""
SMALLEST_RANGE = 1e-4
"""Predictions (standardised) of a training set that differ by less are a constant."""
WINDOW = 64
"""Steps after which the mean training loss is compared with the lowest so far; their minibatches are drawn at once."""


class Network:
    """The shape of a network. Equal ones are stacked, so subclasses are frozen dataclasses.

    Attributes
    ----------
    width : int
        Numbers that the widest layer computes for one architecture; it decides how many are stacked.
    """

    width: int

    def initial(self, rng):
        """Draw the parameters of one network: a list of float32 arrays."""
        raise NotImplementedError

    def redrawn(self):
        """Return the ``Network`` to train instead of one that collapsed to a constant."""
        return self

    def forward(self, parameters, x):
        """Predict.

        Parameters
        ----------
        parameters : list of tensors
            As ``initial`` draws them, with a leading axis for the p problems.
        x : float tensor of shape (p, rows, ...)

        Returns
        -------
        tensor of shape (p, rows)
        """
        raise NotImplementedError

    def loss(self, parameters, x, y, weight, rngs):
        """Return the loss of each problem, tensor of shape (p,).

        ``y`` and ``weight`` have shape (p, rows). The weights of a problem add up to 1; padded rows have 0.
        ``rngs`` are the problems' generators, for networks that need noise in training; on a GPU, ``Counters``.
        """
        raise NotImplementedError

    def finished(self, parameters, x):
        """Return the parameters that ``forward`` needs (a list of arrays) of a network trained on ``x`` (n, ...)."""
        return parameters

    def replayed(self):
        """Return the ``Network`` to train on a GPU instead: one that more networks are equal to."""
        return self

    def finished_together(self, parameters, x):
        """Return what ``finished`` does for p networks on equally many architectures, as tensors.

        ``parameters`` are tensors with a leading axis for the p networks, ``x`` has shape (p, n, ...).
        """
        return parameters

    def replayed_differentiator(self, parameters, gradients, rows):
        """Return what ``differentiator`` does, for a GPU: ``rngs`` are ``Counters``, and nothing waits for the GPU."""
        return self.differentiator(parameters, gradients, rows)

    def differentiator(self, parameters, gradients, rows):
        """Return a function of ``loss``'s (x, y, weight, rngs): it returns the loss and fills ``gradients``.

        It serves many steps, so a network with its own may keep buffers. ``gradients`` has the shapes of
        ``parameters``; ``rows`` are those of ``x``.
        """
        parameters = [part.detach().requires_grad_() for part in parameters]

        def differentiate(x, y, weight, rngs):
            loss = self.loss(parameters, x, y, weight, rngs)
            for gradient, derivative in zip(gradients, torch.autograd.grad(loss.sum(), parameters), strict=True):
                gradient.copy_(derivative)
            return loss.detach()

        return differentiate


@dataclass(frozen=True)
class Training:
    """How a network is trained: Adam on shuffled minibatches.

    ``cosine`` lets the learning rate fall to 0 along half a cosine; first it rises, for a share ``warmup`` of the
    steps. ``least_steps`` prolongs a training after all ``epochs``, ``most_steps`` ends it before (None: never). A
    training set too small for ``least_batches`` of ``batch_size`` is split into as many smaller ones. A gradient longer
    than ``clip`` is shortened to it. The parameters with the lowest training loss are kept (``WINDOW``).
    """

    epochs: int
    batch_size: int
    learning_rate: float
    betas: tuple = (0.9, 0.999)
    weight_decay: float = 0.0
    cosine: bool = False
    most_steps: int | None = None
    least_steps: int = 0
    least_batches: int = 1
    clip: float | None = None
    warmup: float = 0.0

    def batch(self, samples):
        """Return the size of a minibatch; a single one an epoch may be larger than the training set."""
        if self.least_batches == 1:
            return self.batch_size
        return min(self.batch_size, math.ceil(samples / self.least_batches))

    def steps(self, samples):
        """Return the number of steps on a training set of that size."""
        steps = max(self.least_steps, self.epochs * math.ceil(samples / self.batch(samples)))
        return steps if self.most_steps is None else min(steps, self.most_steps)

    def rows(self, samples):
        """Return the rows of a minibatch; a small training set is padded to a power of two, 8 or more."""
        return min(self.batch(samples), max(8, 2 ** math.ceil(math.log2(samples))))

    def rate(self, step, steps):
        """Return the learning rate of ``step`` (the first is 0) out of ``steps``."""
        falling = 0.5 + 0.5 * math.cos(math.pi * step / steps) if self.cosine else 1.0
        return self.learning_rate * falling * min(1.0, (step + 1) / max(1.0, self.warmup * steps))


@dataclass(frozen=True, eq=False)
class Task:
    """One network to train on ``x`` of shape (n, ...) and ``y`` of shape (n,)."""

    network: Network
    training: Training
    x: np.ndarray
    y: np.ndarray
    rng: np.random.Generator
    steps: int = field(init=False)
    rows: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "steps", self.training.steps(len(self.y)))
        object.__setattr__(self, "rows", self.training.rows(len(self.y)))

    def minibatches(self, steps):
        """Yield int arrays of shape (``steps``, rows), forever: rows of the training set, -1 where there is none."""
        n, size = len(self.y), self.training.batch(len(self.y))
        planned = np.empty((0, self.rows), dtype=np.int64)
        while True:
            while len(planned) < steps:
                epoch = np.full(math.ceil(n / size) * size, -1)
                epoch[:n] = self.rng.permutation(n)
                planned = np.concatenate([planned, epoch.reshape(-1, size)[:, : self.rows]])
            yield planned[:steps]
            planned = planned[steps:]


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network: its parameters (a list of arrays) and its share of the CPU seconds."""

    network: Network
    parameters: list
    seconds: float


def train_networks(tasks):
    """Train all tasks, those of equal shape together.

    Parameters
    ----------
    tasks : list of Task

    Returns
    -------
    list of Trained
    """
    if devices.on_gpu():
        # Imported here, since it imports this module.
        from hwpred.predictors.neural.replay import train_replayed

        return train_replayed(tasks)
    groups = {}
    for i, task in enumerate(tasks):
        groups.setdefault((task.network, task.rows, task.training.betas, task.x.shape[1:]), []).append(i)
    progress = _Progress(tasks)
    trained = [None] * len(tasks)
    for (network, rows, *_), group in groups.items():
        # The longest first: those still in training are always the first of a stack.
        group.sort(key=lambda i: (-tasks[i].steps, tasks[i].training.learning_rate, tasks[i].training.weight_decay))
        for chunk in _chunks(group, network.width * rows):
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
    """Predict ``xs[i]`` with ``trained[i]``; return one float64 array each."""
    groups = {}
    for i, (one, x) in enumerate(zip(trained, xs, strict=True)):
        groups.setdefault((one.network, x.shape), []).append(i)
    predictions = [None] * len(trained)
    for (network, shape), group in groups.items():
        for chunk in _chunks(group, network.width * shape[0]):
            stacked = zip(*(trained[i].parameters for i in chunk), strict=True)
            parameters = [torch.as_tensor(np.stack(same)) for same in stacked]
            x = torch.as_tensor(np.stack([xs[i] for i in chunk])).float()
            with torch.inference_mode():
                predicted = network.forward(parameters, x).cpu().double().numpy()
            for i, own in zip(chunk, predicted, strict=True):
                predictions[i] = own
    return predictions


TRAINING_CONSTRAINTS = {
    "learning_rate": POSITIVE,
    "batch_size": COUNT,
    "epochs": COUNT,
    "least_steps": Number(least=0, whole=True),
    "most_steps": Number(least=1, whole=True, or_none=True),
}
"""What the hyperparameters may be that all trainings have."""
DROPOUT = Number(least=0, most=0.99)


class NetworkPredictor(Predictor):
    """A predictor made of one or several networks on the standardised metric.

    Subclasses say what ``network`` is, and by attributes or hyperparameters how it is trained. Those with an ensemble
    take the number of its ``members``; their predictions are averaged. A network that predicts a constant on its
    training set is drawn and trained anew, up to ``restarts`` times.

    Attributes
    ----------
    networks_ : list of Trained
    mean_, scale_ : float
        Of the metric in the training set; ``scale_`` is 0 where it is constant.
    """

    problems_at_once = 50
    members = 1
    restarts = 0

    @classmethod
    def at_once(cls):
        """Return how many problems to give in one call: on a GPU many, since they are trained together."""
        return devices.problems_at_once(cls.problems_at_once)

    def network(self, features):
        """Return the ``Network`` for architectures of shape ``features``."""
        raise NotImplementedError

    def prepared(self, x):
        """Return the ``Network`` for architectures ``x``, and them as an array (n, ...)."""
        return self.network(x.shape[1:]), x

    def training(self):
        """Return the ``Training``: those of its fields that the predictor has as attributes."""
        names = [entry.name for entry in fields(Training) if hasattr(self, entry.name)]
        return Training(**{name: getattr(self, name) for name in names})

    def _fit(self, x, y, rng):
        _fit_together([self], [(x, y, rng)])

    def predict(self, x):
        """Return the predicted metric, shape (n,)."""
        return self.predict_many([self], [x])[0]

    @classmethod
    def fit_many(cls, problems):
        """Fit all together."""
        models = [cls(**problem.hyperparameters) for problem in problems]
        _fit_together(models, [(problem.x, problem.y, problem.rng) for problem in problems])
        return models

    @classmethod
    def predict_many(cls, fitted, xs):
        """Predict ``xs[i]`` with ``fitted[i]``, all together."""
        if not fitted:
            return []
        xs = [model.prepared(x)[1] for model, x in zip(fitted, xs, strict=True)]
        owners = [i for i, model in enumerate(fitted) for _ in model.networks_]
        networks = [network for model in fitted for network in model.networks_]
        single = predict_networks(networks, [xs[i] for i in owners])
        sums = [np.zeros(len(x)) for x in xs]
        for i, prediction in zip(owners, single, strict=True):
            sums[i] += prediction
        return [
            model.mean_ + model.scale_ * total / len(model.networks_) for model, total in zip(fitted, sums, strict=True)
        ]


def _fit_together(models, training_sets):
    tasks, owners = [], []
    for model, (x, y, rng) in zip(models, training_sets, strict=True):
        model.mean_, model.scale_, model.networks_ = float(np.mean(y)), float(np.std(y)), []
        model.fit_seconds_ = 0.0
        standardised = (y - model.mean_) / (model.scale_ or 1.0)
        (network, x), training = model.prepared(x), model.training()
        for member in rng.spawn(model.members):
            tasks.append(Task(network, training, x, standardised, member))
            owners.append(model)
    trained = train_networks(tasks)
    restarts = [model.restarts for model in owners]
    for attempt in range(max(restarts, default=0)):
        again = _collapsed([i for i in range(len(tasks)) if restarts[i] > attempt], tasks, trained)
        for i in again:
            tasks[i] = replace(tasks[i], network=tasks[i].network.redrawn())
        for i, new in zip(again, train_networks([tasks[i] for i in again]), strict=True):
            trained[i] = replace(new, seconds=new.seconds + trained[i].seconds)
    for model, own in zip(owners, trained, strict=True):
        model.networks_.append(own)
        model.fit_seconds_ += own.seconds


def _collapsed(candidates, tasks, trained):
    """Return which of the candidates (indices) predict a constant on a training set that is none."""
    varied = [i for i in candidates if np.ptp(tasks[i].y) > 0 and (tasks[i].x != tasks[i].x[0]).any()]
    predictions = predict_networks([trained[i] for i in varied], [tasks[i].x for i in varied])
    collapsed = [i for i, prediction in zip(varied, predictions, strict=True) if np.ptp(prediction) < SMALLEST_RANGE]
    if collapsed:
        logger.info("%d of %d networks predict a constant: they start anew", len(collapsed), len(candidates))
    return collapsed


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
            progress.report(active, loss)
        progress.finished += len(self.tasks)
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
        """Return (first, end, task) of neighbours in the stack that share their learning rate and weight decay."""
        runs = []
        for i, task in enumerate(self.tasks[:active]):
            scheduled = task.training.cosine or task.training.warmup > 0
            key = task.training, task.steps if scheduled else None
            if not runs or key != runs[-1][0]:
                runs.append([key, i, i + 1])
            runs[-1][2] = i + 1
        return [(first, end, self.tasks[first]) for _, first, end in runs]

    def _step(self, differentiate, runs, rows, weights, step):
        """Update the parameters; return the loss of each task."""
        chosen = rows.flatten()
        x = self.x.index_select(0, chosen).unflatten(0, rows.shape).float()
        y = self.y.index_select(0, chosen).view(rows.shape)
        rngs = [task.rng for task in self.tasks[: len(rows)]]
        loss = differentiate(x, y, weights, rngs)
        for first, end, task in runs:
            if task.training.clip is not None:
                clip(self.gradient[first:end], task.training.clip)
            self._adam(slice(first, end), task, step)
        return loss

    def _adam(self, own, task, step):
        training = task.training
        adam(
            [self.parameters[own]],
            [self.gradient[own]],
            *([moment[own]] for moment in self.moments),
            [],
            [torch.tensor(float(step))],
            fused=True,
            amsgrad=False,
            beta1=training.betas[0],
            beta2=training.betas[1],
            lr=training.rate(step, task.steps),
            weight_decay=training.weight_decay,
            eps=1e-8,
            maximize=False,
        )


def clip(gradient, largest):
    """Shorten the gradients, one a row, to a norm of ``largest`` at most."""
    gradient.mul_((largest / gradient.norm(dim=1, keepdim=True)).clamp(max=1.0))


def split(joined, shapes):
    """Split parameters along the last axis into views of their shapes."""
    leading = joined.shape[:-1]
    places = _places(tuple(shapes))
    return [
        joined[..., start:end].reshape(*leading, *shape) for (start, end), shape in zip(places, shapes, strict=True)
    ]


@cache
def _places(shapes):
    """Return where each parameter starts and ends among all of them."""
    ends = np.cumsum([0, *(math.prod(shape) for shape in shapes)]).tolist()
    return list(pairwise(ends))


def flat(parts):
    """Join parameters to one vector, padded so that vector instructions of the processor treat all numbers alike."""
    numbers = sum(part.size for part in parts)
    joined = np.zeros(numbers + -numbers % LONGEST_VECTOR, dtype=np.float32)
    np.concatenate([part.ravel() for part in parts], out=joined[:numbers])
    return joined


def _chunks(group, numbers):
    """Split a group evenly into as few parts as keep ``numbers`` a member within ``LARGEST_LAYER`` (more on a GPU)."""
    largest = devices.stack_numbers() if devices.on_gpu() else LARGEST_LAYER
    parts = math.ceil(len(group) / max(1, largest // numbers))
    return [chunk.tolist() for chunk in np.array_split(group, parts)]


class _Progress:
    """Logs how far a training is; the time left is guessed from the steps taken so far."""

    def __init__(self, tasks):
        self.networks = len(tasks)
        self.finished = 0
        self.steps = sum(task.steps for task in tasks)
        self.taken = 0
        self.start = self.logged = monotonic()

    def report(self, steps, loss):
        self.taken += steps
        now = monotonic()
        if now - self.logged < 10:
            return
        self.logged = now
        left = (now - self.start) * (self.steps - self.taken) / self.taken
        logger.info(
            "%d of %d networks trained, loss of the %d in training %.3f, about %.0f s left",
            self.finished,
            self.networks,
            len(loss),
            float(loss.mean()),
            left,
        )
