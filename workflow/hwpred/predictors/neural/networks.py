"""What a small network is, and how it is trained: what families say of theirs.

A family says what its networks are (``NeuralNetwork``) and how they are trained (``Training``).
``hwpred.predictors.neural.training`` trains many together, and ``hwpred.predictors.neural.predictor`` makes
predictors of them.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import torch

WINDOW = 64
"""Steps after which the mean training loss is compared with the lowest so far; their minibatches are drawn at once."""


class NeuralNetwork:
    """The shape of a network. Equal ones are stacked, so subclasses are frozen dataclasses.

    Attributes
    ----------
    width : int
        Numbers that the widest layer computes for one architecture; it decides how many are stacked to predict.
    """

    width: int

    @property
    def held(self):
        """Numbers of one architecture that decide how many are stacked to train."""
        return self.width

    def initial(self, rng):
        """Draw the parameters of one network: a list of float32 arrays."""
        raise NotImplementedError

    def redrawn(self):
        """Return the ``NeuralNetwork`` to train instead of one that collapsed to a constant."""
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
        """Return the loss of each problem.

        Parameters
        ----------
        parameters : list of tensors
            As of ``forward``.
        x : float tensor of shape (p, rows, ...)
        y, weight : float tensors of shape (p, rows)
            The weights of a problem add up to 1; padded rows have 0.
        rngs : list of numpy.random.Generator, or Counters
            The problems' generators, for networks that need noise in training; on a GPU, ``Counters``.

        Returns
        -------
        tensor of shape (p,)
        """
        raise NotImplementedError

    def finished(self, parameters, x):
        """Return the parameters that ``forward`` needs of a trained network.

        Parameters
        ----------
        parameters : list of arrays
            As trained, without an axis for problems.
        x : array of shape (n, ...)
            What the network was trained on.

        Returns
        -------
        list of arrays
        """
        return parameters

    def replayed(self):
        """Return the ``NeuralNetwork`` to train on a GPU instead: one that more networks are equal to."""
        return self

    def finished_together(self, parameters, x):
        """Return what ``finished`` does, for p networks that were trained on equally many architectures.

        Parameters
        ----------
        parameters : list of tensors
            As trained, with a leading axis for the p networks.
        x : tensor of shape (p, n, ...)

        Returns
        -------
        list of tensors
        """
        return parameters

    def differentiator(self, parameters, gradients, rows):
        """Return a function that computes the loss and its derivatives by the parameters.

        It serves many steps, so a network with its own may keep buffers.

        Parameters
        ----------
        parameters, gradients : lists of tensors
            Of equal shapes, as of ``forward``. The derivatives are written into ``gradients``.
        rows : int
            Of a minibatch.

        Returns
        -------
        callable
            From (x, y, weight, rngs), as of ``loss``, to the loss of each problem, tensor of shape (p,). Only x has the
            type that the training set has, which may be that of whole numbers.
        """
        parameters = [part.detach().requires_grad_() for part in parameters]

        def differentiate(x, y, weight, rngs):
            loss = self.loss(parameters, x.float(), y, weight, rngs)
            for gradient, derivative in zip(gradients, torch.autograd.grad(loss.sum(), parameters), strict=True):
                gradient.copy_(derivative)
            return loss.detach()

        return differentiate


@dataclass(frozen=True)
class Training:
    """How a network is trained: Adam on shuffled minibatches.

    The parameters with the lowest training loss are kept (``WINDOW``).

    Parameters
    ----------
    epochs : int
        Passes over the training set.
    batch_size : int
    learning_rate : float
    betas : pair of float
        Of Adam.
    weight_decay : float
        Penalty on squared weights.
    cosine : bool
        Whether the learning rate falls to 0 along half a cosine.
    most_steps : int or None
        Steps after which a training ends before all epochs; None for no limit.
    least_steps : int
        Steps that a training has at least, after all epochs.
    least_batches : int
        Into so many minibatches a training set is split at least, smaller ones if need be.
    clip : float or None
        Length to which a longer gradient is shortened; None for no limit.
    warmup : float
        Share of the steps in which the learning rate rises.
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
        """Return the learning rate of a step.

        Parameters
        ----------
        step, steps : int
            Its number (the first is 0), and how many there are.

        Returns
        -------
        float
        """
        falling = 0.5 + 0.5 * math.cos(math.pi * step / steps) if self.cosine else 1.0
        return self.learning_rate * falling * min(1.0, (step + 1) / max(1.0, self.warmup * steps))


@dataclass(frozen=True, eq=False)
class TrainingTask:
    """One network to train.

    Parameters
    ----------
    network : NeuralNetwork
    training : Training
    x : array of shape (n, ...)
        Architectures.
    y : float array of shape (n,)
    rng : numpy.random.Generator
        Draws the initial parameters and the minibatches.
    """

    network: NeuralNetwork
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
    """A trained network.

    Parameters
    ----------
    network : NeuralNetwork
    parameters : list of arrays
    seconds : float
        CPU seconds: its share of those of its stack.
    """

    network: NeuralNetwork
    parameters: list
    seconds: float
