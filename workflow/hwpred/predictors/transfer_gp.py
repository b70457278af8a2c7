"""The structured Gaussian process for a new device of a space on which other devices are known."""

from dataclasses import replace

import numpy as np

from hwpred.predictors.base import Predictor
from hwpred.predictors.structured_gp import StructuredGaussianProcess
from hwpred.structure.blocks import DEVICES

MEMBERS = {
    "structure": lambda block: block != DEVICES,
    "structure and devices": lambda block: True,
    "devices": lambda block: block == DEVICES,
}
"""Which blocks each member of the mixture sees: what the network is made of, what the other devices measured."""

NEGLIGIBLE = 0.01
"""Weights that are left out."""


class TransferGaussianProcess(Predictor):
    """A mixture of three structured Gaussian processes, weighted by their evidence.

    One sees what ``structured_gp`` sees, one the other devices' measurements besides, one only these. So a device
    unlike the others costs little: where they explain its measurements badly, they get no weight.

    Attributes
    ----------
    members_ : dict
        Name to fitted ``StructuredGaussianProcess``.
    trust_ : dict
        Name to weight; they add up to 1.
    """

    encoding = "transfer"
    on_torch = True
    problems_at_once = StructuredGaussianProcess.problems_at_once

    def __init__(self, hyperparameter_samples=None, evaluations=40):
        self.hyperparameter_samples = hyperparameter_samples
        self.evaluations = evaluations

    def fit(self, x, y, rng):
        """Learn from ``Structured`` ``x``, with the block ``DEVICES``, and ``y`` of shape (n,)."""
        members = {
            name: StructuredGaussianProcess(**vars(self)).fit(x.only(seen), y, rng) for name, seen in MEMBERS.items()
        }
        return self._mix(members)

    @classmethod
    def fit_many(cls, problems):
        """Fit the members of all problems together."""
        fitted = {
            name: StructuredGaussianProcess.fit_many(
                [replace(problem, x=problem.x.only(seen)) for problem in problems],
            )
            for name, seen in MEMBERS.items()
        }
        return [
            cls(**problem.hyperparameters)._mix({name: fitted[name][i] for name in MEMBERS})
            for i, problem in enumerate(problems)
        ]

    def _mix(self, members):
        evidence = np.array([member.evidence_ for member in members.values()])
        weights = np.exp(evidence - evidence.max())
        # A trace of another member would tell apart what the best one predicts to be equal.
        weights[weights < NEGLIGIBLE * weights.sum()] = 0
        self.members_ = members
        self.trust_ = dict(zip(members, weights / weights.sum(), strict=True))
        self.fit_seconds_ = sum(member.fit_seconds_ for member in members.values())
        return self

    def predict(self, x):
        """Return the weighted mean of the members' predictions, shape (n,)."""
        return sum(self.trust_[name] * prediction for name, prediction in self._predictions(x, "predict").items())

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        mean = self.predict(x)
        means, stds = self._predictions(x, "predict"), self._predictions(x, "predict_std")
        return np.sqrt(sum(w * (stds[name] ** 2 + (means[name] - mean) ** 2) for name, w in self.trust_.items()))

    def _predictions(self, x, method):
        return {name: getattr(self.members_[name], method)(x.only(seen)) for name, seen in MEMBERS.items()}
