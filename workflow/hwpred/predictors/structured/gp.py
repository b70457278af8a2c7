"""A Gaussian process that knows what a network is made of, so that few measurements are enough.

What it does not know beforehand, such as whether a device's compiler drops dead operations, are hypotheses: each is
fitted, and weighted by its evidence.
"""

from typing import ClassVar

import numpy as np

from hwpred.predictors.constraints import COUNT, Number, OneOf
from hwpred.predictors.gaussian.base import GaussianProcessBase
from hwpred.predictors.structured.hyperparameters import search
from hwpred.predictors.structured.hypotheses import Hypothesis, noise_priors
from hwpred.predictors.structured.prediction import MixturePrediction
from hwpred.predictors.structured.tails import tails_of
from hwpred.predictors.structured.warps import Warp, warps
from hwpred.structure import BEST, DERIVED, HAND_WRITTEN, has_structure, structured
from hwpred.structure.blocks import PARALLEL, TIME

LEADING = {
    ("drawn",): 0.475,
    ("executed",): 0.19,
    ("live",): 0.19,
    ("drawn", "executed", "output", "live"): 0.095,
    (PARALLEL, "live"): 0.05,
}
"""The views that a device may run, most of all the first one, and how probable they are before any measurement.

No device is known that drops only what does not lead to the output. That branches run at the same time is a hypothesis
for devices such as a desktop GPU that runs what is live in several streams. Its probability, and the form and the
prior of its kernel, were chosen on devices made up for the purpose, and on 2080ti_1, essential_ph_1, silver_4114 and
epyc_onnx, where branches run one after the other.
"""
CONTESTS = (50, 150)
"""Training points on which all hypotheses meet, and then those that are left; more are for the best one only."""
HOPELESS, NEGLIGIBLE = 1e-5, 0.01
"""Probabilities below which a hypothesis learns from no more points, and takes no part in predictions."""
TOLD, FILE_ORDER = "told", "file_order"
"""Which times of measuring are used: those that the data tell, or the order of the file, too, where it is one."""
HYPERPARAMETER_SHARE, HYPERPARAMETER_SAMPLES = 1 / 2, (300, 1200)
"""Share of the training points on which hyperparameters are found, and the least and the most of these points."""


MANY, LEAST_WEIGHT = 1000, 0.01
"""Training points from which on the last search starts from no smaller weights, and evaluates the likelihood longer.

What a few points showed no sign of matters to many, and a search by logarithms does not find back from nothing.
"""


class StructuredGaussianProcess(MixturePrediction, GaussianProcessBase):
    """A mixture of Gaussian processes, one a hypothesis about the device: the view it runs, the scale of its metric.

    The prediction uses all training points, on however few of them hyperparameters are found. Beyond ``LARGE`` of them,
    so many that are drawn once tell how noisy the others are, and how sure predictions are
    (``hwpred.predictors.structured.prediction``).

    Parameters
    ----------
    hyperparameter_samples : int or None
        On how many of the first training points hyperparameters are found; None for half of them.
    evaluations : int
        How often a search evaluates the likelihood, at most; half as often below ``MANY`` points.
    believed : float
        How probable it is that a device which runs one view runs that which it is said to run.
    structure : str
        Where that of architectures comes from: ``"best"``, ``"hand_written"`` or ``"derived"`` (``hwpred.structure``).
    time : str
        ``"told"``: training points know when they were measured, where the data tell; ``"file_order"``: also where the
        order of the file is that.

    Attributes
    ----------
    hypotheses_ : list of Hypothesis
        Those that are left, fitted; the most probable first.
    probabilities_ : float array
        Theirs; they add up to 1.
    tails_ : hwpred.predictors.structured.tails.Tails
        What the training points, each left out, tell about errors.
    """

    encoding = None
    encoding_hyperparameters = ("structure", "time")
    constraints: ClassVar = {
        "hyperparameter_samples": Number(least=1, whole=True, or_none=True),
        "evaluations": COUNT,
        "believed": Number(least=0, most=1),
        "structure": OneOf((BEST, HAND_WRITTEN, DERIVED)),
        "time": OneOf((TOLD, FILE_ORDER)),
    }

    def __init__(self, hyperparameter_samples=None, evaluations=40, believed=0.9, structure=BEST, time=TOLD):
        self.hyperparameter_samples = hyperparameter_samples
        self.evaluations = evaluations
        self.believed = believed
        self.structure = structure
        self.time = time

    @classmethod
    def why_left_out(cls, data):
        """Say that hwpred does not know what the architectures of the space are made of."""
        if not has_structure(data.space):
            return f"hwpred does not know what architectures of {data.space} are made of (hwpred.structure)"
        return None

    @classmethod
    def encode(cls, data, structure=BEST, time=TOLD):
        """Return the architectures of a combination as ``Structured``, with the time of measuring where it is known."""
        x = structured(data.space, data.operations, data.dead_operations, structure, data.metric)
        moments = data.architecture if time == FILE_ORDER and data.file_order else data.time
        return x if moments is None else x.measured_at(moments)

    def calibrated_std(self, x):
        """Return standard deviations of measurements of which 1.96 on each side cover 95 %, by ``tails_``, (n,)."""
        return self.predict_with_calibrated_std(x)[1]

    def predict_with_calibrated_std(self, x):
        """Return what ``predict`` and ``calibrated_std`` do, in less time than both."""
        mean, std = self.predict_with_std(x)
        return mean, self.tails_.width * std

    def leading_views(self, x):
        """Return which alternative views of ``Structured`` ``x`` may lead, {tuple of views: probability}."""
        possible = {views: probability for views, probability in LEADING.items() if set(views) <= set(x.views)}
        possible = {views: probability / sum(possible.values()) for views, probability in possible.items()}
        if x.stated is None:
            return possible
        one = sum(probability for views, probability in possible.items() if len(views) == 1)
        for views in [views for views in possible if len(views) == 1]:
            possible[views] = (1 - self.believed) * possible[views] + self.believed * one * (views == (x.stated,))
        return {views: probability for views, probability in possible.items() if probability > 0}

    def _numbers(self, samples):
        return 20 * max(min(samples, self._hyperparameter_samples(samples)), 3 * min(samples, CONTESTS[0])) ** 2

    def _hyperparameter_samples(self, samples):
        if self.hyperparameter_samples is not None:
            return self.hyperparameter_samples
        return int(np.clip(HYPERPARAMETER_SHARE * samples, *HYPERPARAMETER_SAMPLES))

    @staticmethod
    def _fit_together(models, xs, ys, rngs):
        xs, ys = [x.in_gaps() for x in xs], [np.asarray(y, dtype=np.float64) for y in ys]
        samples, orders = models[0]._hyperparameter_samples(len(ys[0])), [_order(x) for x in xs]
        for model, x, y in zip(models, xs, ys, strict=True):
            model.hypotheses_ = [
                Hypothesis(leading, warp, np.log(probability) + warp.log_prior, noise_prior)
                for leading, probability in model.leading_views(x).items()
                # What runs at the same time is a time: another scale is not asked about, which would take longer.
                for warp in ([Warp()] if x.has_amounts or PARALLEL in leading else warps(y))
                for noise_prior in noise_priors(len(y))
            ]
        for size in [*(size for size in CONTESTS if size < min(samples, len(ys[0]))), samples]:
            first = [rows[:size] for rows in orders]
            some = [[both[rows] for both, rows in zip(each, first, strict=True)] for each in (xs, ys)]
            _search(models, *some, size == samples, len(ys[0]) >= MANY)
            # A trace of another hypothesis would tell apart what the best one predicts to be equal.
            least = 1.0 if size == CONTESTS[-1] else NEGLIGIBLE if size == samples else HOPELESS
            for model in models:
                model._keep(least)
        for model, x, y in zip(models, xs, ys, strict=True):
            model.loss_ = -model.hypotheses_[0].evidence_ / min(samples, len(y))
            for hypothesis in model.hypotheses_:
                hypothesis.learn(x, y)
            model.tails_ = tails_of(model.probabilities_ @ [hypothesis.left_out_ for hypothesis in model.hypotheses_])

    def _keep(self, least):
        """Weight the hypotheses by their evidence; keep the best one, and others that are at least so probable."""
        evidence = np.array([hypothesis.evidence_ for hypothesis in self.hypotheses_])
        probabilities = np.exp(evidence - evidence.max())
        probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        kept = [order[0], *(i for i in order[1:] if probabilities[i] >= least)]
        self.hypotheses_ = [self.hypotheses_[i] for i in kept]
        self.probabilities_ = probabilities[kept] / probabilities[kept].sum()


def _order(x):
    """Return the rows in the order in which they take part: as they come, or at random if times are known.

    The first ones of a device's measurements show no drift that comes later.
    """
    return np.random.default_rng(0).permutation(len(x)) if TIME in x.blocks else np.arange(len(x))


def _search(models, xs, ys, last, many):
    """Search the hyperparameters of all hypotheses that are left, on the training points ``xs`` and ``ys``."""
    hypotheses = [hypothesis for model in models for hypothesis in model.hypotheses_]
    problems = [i for i, model in enumerate(models) for _ in model.hypotheses_]
    for hypothesis in hypotheses:
        hypothesis.forget_drift()
    if many and last:
        for hypothesis in hypotheses:
            hypothesis.raise_weights(LEAST_WEIGHT)
    search(hypotheses, problems, xs, ys, models[0].evaluations // (1 if many else 2), outliers=last)
