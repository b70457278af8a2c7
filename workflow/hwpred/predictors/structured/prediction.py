"""How the structured Gaussian processes predict from what a fit left; and what is left as text and arrays.

Fitting needs torch, this does not: a process that was saved predicts, with the same code, the same numbers.
"""

import copy
import dataclasses

import numpy as np
from scipy import linalg

from hwpred.predictors.gaussian.kernel_prediction import KernelPrediction
from hwpred.predictors.structured.component import Component, sum_of_kernels
from hwpred.predictors.structured.prices import Prices
from hwpred.predictors.structured.warps import Warp
from hwpred.structure.blocks import TIME, Structured

RESOLUTION, COARSEST = 0.5, 0.003
"""Steps of predictions, in standard deviations of the noise, and at most of the metric: what differs by less is equal.

Devices without noise give many networks the same value. Were the steps coarser on devices with noise, their ties would
raise Kendall's tau-b without telling anything more.
"""
LARGE = 5000
"""Training points up to which all of them tell how sure a prediction is; of more, so many that are drawn once.

Means stand on all of them. Chosen on cifar10-epyc_onnx-latency: of 4,500 measurements, 1,500 so chosen change tau by
0.0003 and the coverage by less than 0.01. With all of 15,000, a fit took four times as long. On metrics without noise
(latencies of eyeriss and fpga, and the memory of graphs), means of 8,000 measurements are the same, and 95 % intervals
of 5,000 drawn ones cover 100, 100 and 90 % of other networks, where those of all cover 88, 94 and 89 %.
"""
_NUMBERS = ("y_mean_", "y_scale_", "size_slope_", "size_mean_", "noise_", "variance_")


class HypothesisPrediction(KernelPrediction):
    """Prediction of one hypothesis (``hwpred.predictors.structured.hypotheses.Hypothesis``)."""

    prices_ = None

    @property
    def _size(self):
        return f"{self.leading[0]}/size"

    @property
    def _amounts(self):
        return f"{self.leading[-1]}/amounts"

    def _expected(self, x):
        """What the prices of work, or the size alone, make expect of the standardised metric, shape (n,)."""
        if self.prices_ is not None:
            return self.prices_.expected(x.blocks[self._amounts])
        return self.size_slope_ * (x.blocks[self._size][:, 0] - self.size_mean_) if self.size_slope_ else 0.0

    def predict(self, x):
        """Return the predictive median, in steps of ``RESOLUTION`` or ``COARSEST``, shape (n,)."""
        return self._in_steps(self._mean(x))

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        return self.predict_with_std(x)[1]

    def predict_with_std(self, x):
        """Return what ``predict`` and ``predict_std`` do, in less time than both."""
        mean = self._mean(x)
        return self._in_steps(mean), super(HypothesisPrediction, self.drawn()).predict_std(x) * self._slope(mean)

    def slope(self, x):
        """Return the change of the metric by that of its value on the scale of ``warp``, shape (n,)."""
        return self._slope(self._mean(x))

    def _slope(self, mean):
        return self.warp.inverse_slope(self.y_mean_ + self.y_scale_ * mean)

    def _in_steps(self, mean):
        return self.warp.inverse(self.y_mean_ + self.y_scale_ * self._rounded(mean))

    def _rounded(self, mean):
        step = min(RESOLUTION * self.noise_**0.5, COARSEST)
        return step * np.round(mean / step)

    def drawn(self):
        """Return the process with the training points that tell how sure it is: at most ``LARGE``, without weights."""
        rows, others = drawn_rows(len(self.centres_))
        if not len(others):
            return self
        process = copy.copy(self)
        process.centres_, process.training_noise_ = self.centres_[rows], self.training_noise_[rows]
        return process

    def conditional(self, x):
        """Return what the training points leave unknown, standardised, on the scale of ``warp``, without noise.

        Returns
        -------
        variance : float array of shape (n,)
        covariance : callable
            From a row of ``x`` to its covariances with all, shape (n,).
        """
        drawn = self.drawn()
        known = linalg.solve_triangular(drawn._factor(), drawn._kernel(x).T, lower=True, check_finite=False)

        def covariance(row):
            parts = ((component, x.blocks[component.block]) for component in self._of_architecture)
            return sum(component.kernel(rows[[row]], rows)[0] for component, rows in parts) - known[:, row] @ known

        return (self._prior_variance(x) - (known**2).sum(axis=0)).clip(min=0), covariance

    def contributions(self, x):
        """Return what each component adds to the prediction on the scale of ``warp``, {name: array of shape (n,)}."""
        return {name: self.y_scale_ * effect for name, effect in self._effects(x).items()}

    def drift(self):
        """Return how far the device was from its rest at each training point, in the metric's unit, shape (n,).

        Zero where no training point's time is known.
        """
        effects = [component.kernel(*2 * (self._centres(component),)) @ self.weights_ for component in self._of_time]
        return self.slope(self.centres_) * self.y_scale_ * (sum(effects) + np.zeros(len(self.centres_)))

    def _mean(self, x):
        """Return the standardised predictive mean on the scale of ``warp``, shape (n,)."""
        return sum(self._effects(x).values())

    def _effects(self, x):
        effects = {}
        if self.prices_ is not None:
            effects[f"{self._amounts} prices"] = self._expected(x)
        for component in self._of_architecture:
            effect = component.effect(x.blocks[component.block], self._centres(component), self.weights_)
            expects = component.block == self._size and self.prices_ is None
            effects[component.name] = effect + self._expected(x) if expects else effect
        return effects

    def _training_noise(self):
        return self.training_noise_

    def _measurement_noise(self):
        return self.noise_ + sum(component.weight for component in self._of_time)

    @property
    def _of_architecture(self):
        return [component for component in self.components_ if component.block != TIME]

    @property
    def _of_time(self):
        """What the device did while training points were measured: no part of predictions, which are of it at rest."""
        return [component for component in self.components_ if component.block == TIME]

    def _covariances(self, left, right):
        return sum_of_kernels(self._of_architecture, left, right)

    def _training_covariances(self, left, right):
        return sum_of_kernels(self.components_, left, right)

    def _centres(self, component):
        return self.centres_.blocks[component.block]

    def _prior_variance(self, x):
        return sum(component.diagonal(x.blocks[component.block]) for component in self._of_architecture)

    def stored(self):
        """Return what predicts, as what JSON can hold, and as arrays; see ``restored``.

        The training points are left out: all hypotheses of a mixture share them.

        Returns
        -------
        facts : dict
        arrays : dict
        """
        components = [dataclasses.asdict(component) for component in self.components_]
        arrays = {name: getattr(self, name) for name in ("weights_", "training_noise_")}
        for i, component in enumerate(components):
            arrays |= {f"{name}/{i}": component.pop(name) for name in ("centre", "spread")}
        facts = {name: float(getattr(self, name)) for name in _NUMBERS}
        if self.prices_ is not None:
            facts["prices"] = {"logarithms": self.prices_.logarithms.tolist(), "power": self.prices_.power}
        return facts | {
            "leading": self.leading,
            "warp": dataclasses.asdict(self.warp),
            "components": components,
        }, arrays

    @classmethod
    def restored(cls, facts, arrays, centres):
        """Return what ``stored`` was called on, but for what only a fit needs.

        Parameters
        ----------
        facts, arrays : dict
        centres : Structured
            The training points.

        Returns
        -------
        HypothesisPrediction
        """
        model = cls()
        model.leading, model.warp, model.centres_ = tuple(facts["leading"]), Warp(**facts["warp"]), centres
        for name in _NUMBERS:
            setattr(model, name, facts[name])
        if "prices" in facts:
            model.prices_ = Prices(np.array(facts["prices"]["logarithms"]), facts["prices"]["power"])
        model.weights_, model.training_noise_ = arrays["weights_"], arrays["training_noise_"]
        model.components_ = [
            Component(
                **component | {"weight_prior": tuple(component["weight_prior"])},
                **{name: arrays[f"{name}/{i}"] for name in ("centre", "spread")},
            )
            for i, component in enumerate(facts["components"])
        ]
        return model


def drawn_rows(samples):
    """Return the rows of the training points that tell how sure predictions are, ascending, and all others."""
    if samples <= LARGE:
        return np.arange(samples), np.arange(0)
    order = np.random.default_rng(0).permutation(samples)
    return np.sort(order[:LARGE]), order[LARGE:]


class MixturePrediction:
    """Prediction of a mixture: ``hypotheses_``, each with its share in ``probabilities_``."""

    def predict(self, x):
        """Return the weighted mean of the hypotheses' predictions, shape (n,)."""
        return self.probabilities_ @ [hypothesis.predict(x) for hypothesis in self.hypotheses_]

    def predict_std(self, x):
        """Return the standard deviation of a new measurement (its noise included), shape (n,)."""
        return self.predict_with_std(x)[1]

    def predict_with_std(self, x):
        """Return what ``predict`` and ``predict_std`` do, in less time than both."""
        means, stds = (np.stack(each) for each in zip(*(h.predict_with_std(x) for h in self.hypotheses_), strict=True))
        mean = self.probabilities_ @ means
        return mean, np.sqrt(self.probabilities_ @ (stds**2 + (means - mean) ** 2))

    def contributions(self, x):
        """Return what each component adds to the prediction of the most probable hypothesis, {name: array (n,)}."""
        return self.hypotheses_[0].contributions(x)

    def drift(self):
        """Return how far the device was from its rest at each training point, by all hypotheses, shape (n,)."""
        return self.probabilities_ @ [hypothesis.drift() for hypothesis in self.hypotheses_]

    def stored(self):
        """Return what predicts, as what JSON can hold, and as arrays of several folders; see ``restored``."""
        points = self.hypotheses_[0].centres_
        arrays = {"probabilities_": self.probabilities_} | {f"x/{name}": rows for name, rows in points.blocks.items()}
        facts = {"blocks": list(points.blocks), "stated": points.stated, "growth": points.growth, "hypotheses": []}
        for i, hypothesis in enumerate(self.hypotheses_):
            own, own_arrays = hypothesis.stored()
            facts["hypotheses"].append(own)
            arrays |= {f"{i}/{name}": values for name, values in own_arrays.items()}
        return facts, arrays

    @classmethod
    def restored(cls, facts, arrays):
        """Return a process that predicts what the one did that was ``stored``.

        Parameters
        ----------
        facts : dict
        arrays : dict
            As ``stored`` returned them.

        Returns
        -------
        MixturePrediction
        """
        points = Structured({name: arrays[f"x/{name}"] for name in facts["blocks"]}, facts["stated"], facts["growth"])
        model = cls()
        model.probabilities_ = arrays["probabilities_"]
        model.hypotheses_ = []
        for i, own in enumerate(facts["hypotheses"]):
            start = f"{i}/"
            own_arrays = {name.removeprefix(start): rows for name, rows in arrays.items() if name.startswith(start)}
            model.hypotheses_.append(HypothesisPrediction.restored(own, own_arrays, points))
        return model
