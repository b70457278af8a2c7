"""Predictors that are one network or several, trained on the standardised metric."""

import logging
from dataclasses import fields, replace

import numpy as np

from hwpred.predictors.base import Predictor
from hwpred.predictors.constraints import COUNT, POSITIVE, Number
from hwpred.predictors.devices import ManyOnGpu
from hwpred.predictors.neural.networks import Training, TrainingTask
from hwpred.predictors.neural.training import predict_networks, train_networks

logger = logging.getLogger(__name__)

SMALLEST_RANGE = 1e-4
"""Predictions (standardised) of a training set that differ by less are a constant."""
TRAINING_CONSTRAINTS = {
    "learning_rate": POSITIVE,
    "batch_size": COUNT,
    "epochs": COUNT,
    "least_steps": Number(least=0, whole=True),
    "most_steps": Number(least=1, whole=True, or_none=True),
}
"""What the hyperparameters may be that all trainings have."""
DROPOUT = Number(least=0, most=0.99)


class NetworkPredictor(ManyOnGpu, Predictor):
    """A predictor made of one or several networks on the standardised metric.

    Subclasses say what ``network`` is, and by attributes or hyperparameters how it is trained. Those with an ensemble
    take the number of its ``members``; their predictions are averaged. A network that predicts a constant on its
    training set is drawn and trained anew, up to ``restarts`` times.

    Parameters
    ----------
    learning_rate : float
        Of Adam.
    weight_decay : float
        Penalty on squared weights, of those that have it.
    batch_size : int
        Rows of a minibatch.
    epochs : int
        Passes over the training set.
    least_steps, most_steps : int
        Fewest and most steps, whatever the epochs; ``most_steps`` may be None for no limit.

    Attributes
    ----------
    networks_ : list of Trained
    mean_, scale_ : float
        Of the metric in the training set; ``scale_`` is 0 where it is constant.
    """

    problems_at_once = 50
    search_races = True
    members = 1
    restarts = 0

    def network(self, features):
        """Return the ``NeuralNetwork`` for architectures of shape ``features``."""
        raise NotImplementedError

    def prepared(self, x):
        """Return the ``NeuralNetwork`` for architectures ``x``, and them as an array (n, ...)."""
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
            tasks.append(TrainingTask(network, training, x, standardised, member))
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
