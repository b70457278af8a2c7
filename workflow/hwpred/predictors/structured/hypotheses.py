"""Exact Gaussian processes under hypotheses about a device: which views it runs, on which scale its metric adds up."""

import numpy as np
from scipy import linalg

from hwpred.predictors.gaussian.base import GaussianProcessBase
from hwpred.predictors.gaussian.kernel_prediction import NUGGET, Covariance, inverse_diagonal, row_blocks
from hwpred.predictors.structured.kernel import LENGTHS, firm, with_leading
from hwpred.predictors.structured.prediction import HypothesisPrediction, drawn_rows
from hwpred.predictors.structured.prices import fit_prices

NOISE, NOISE_WIDTH = 0.1, 2.2
"""Median of the noise's prior, in variances of the metric, and standard deviation of its logarithm.

Chosen on FBNet's devices of config/studies/priors.yaml with 10 training points; with more, measurements tell. With 0.01
they lose 0.017 of tau, and MnasNet's gain 0.005. Neither 0.03 nor several priors, weighted by their evidence, change
the mean over spaces by more than 0.001.
"""
FEW, NOISES, EACH_WIDTH = 10, (0.01, 0.03, 0.1, 0.3), 0.8
"""Training points below which the noise is a hypothesis: the medians of several priors, and the width of each.

What explains so few points without any noise and what takes one of them for noise are often as probable, and a search
finds one of both; a mixture has both. Chosen on the devices of config/studies/priors.yaml, and on citeseer, computers,
cs, photo and pubmed of NAS-Bench-Graph, with 5 training points. Where these contradict what is known of a metric
(``LEAST_GROWTH``), the prior is that of more points: what seems to be without noise then often is a disturbed one.
"""
SIZE_EFFECT = 0.7
"""Change of the metric by which one standard deviation of the network's size is expected to show, in its own."""
LEAST_GROWTH = 0.4
"""The same, at least, of what is found of training points, if the metric is known to grow or to fall with the size.

With it one of five measurements that was disturbed does not turn the order of all networks round. Chosen, with the
prior ``FIRM_SIZE``, on FBNet's and MnasNet's devices of config/studies/priors.yaml with 5 and 11 training points.
With 5, it takes the worst of 88 draws on FBNet's from a rank correlation of 0.24 to 0.53, and costs MnasNet's 0.007 of
tau.
"""
COST_ODDS = 9
"""To one that a metric grows with the size before any measurement, where nobody knows (``Structured.growth``)."""
DEGREES = 4
"""Of freedom of Student's t, the noise: measurements have outliers."""
ROUNDS = 4
"""In which the noise of each training point follows from how far the others' prediction of it is off."""
TESTED = 1000
"""Training points beyond ``LARGE`` that are left out, one by one, to see how far predictions are off."""


def noise_priors(samples):
    """Return the priors of the noise, each as probable, that come into question for a number of training points."""
    return [(median, EACH_WIDTH) for median in NOISES] if samples < FEW else [(NOISE, NOISE_WIDTH)]


class Hypothesis(HypothesisPrediction, GaussianProcessBase):
    """Exact regression on the sum of kernels, with Student's t as the noise: outliers count less.

    All hyperparameters maximise the marginal likelihood times their priors (``search``); ``learn`` does the rest.

    Parameters
    ----------
    leading : tuple of str
        The alternative views that are expected to matter. The size of the network in the first one is expected to.
    warp : hwpred.predictors.structured.warps.Warp
        The scale on which the metric is additive.
    log_prior : float
        Logarithm of its probability before any measurement.
    noise_prior : tuple of float
        Median and width of the noise's prior; a hypothesis that the size refutes has ``NOISE`` and ``NOISE_WIDTH``.

    Attributes
    ----------
    firm : bool
        Whether the metric has to change with the size about as it is expected to.
    components_ : list of Component
    noise_ : float
        Variance, of the standardised metric on the scale of ``warp``.
    training_noise_ : float array of shape (n,)
        Variance that each training point turned out to have.
    left_out_ : float array of shape (n,), or at most ``TESTED`` of those beyond ``LARGE``
        Error of what is predicted of each training point without it, in standard deviations of a measurement.
    evidence_ : float
        Logarithm of the maximised density of the metric itself, on whatever scale it was fitted.
    """

    def __init__(self, leading, warp, log_prior, noise_prior=(NOISE, NOISE_WIDTH)):
        self.leading = leading
        self.warp = warp
        self.log_prior = log_prior
        self.noise_prior = noise_prior
        self.theta_ = None
        self.firm = False

    def prepare(self, x, y, scaled):
        """Set the scales by the training set.

        Parameters
        ----------
        x : Structured
        y : float array of shape (n,)
            The metric.
        scaled : list of Component
            Of ``scaled_components``: hypotheses about a problem share them, whatever the scale of the metric.

        Returns
        -------
        float array of shape (n,)
            What is to explain of the metric, standardised on the scale of ``warp``.
        """
        self.components_ = with_leading(scaled, x, self.leading)
        if self.firm:
            self.components_ = firm(self.components_)
        y = self._scale(self.warp.forward(y))
        self.size_slope_, self.size_mean_ = 0.0, 0.0
        if self._amounts in x.blocks:
            self.prices_ = fit_prices(x.blocks[self._amounts], y, x.growth)
        elif self._size in x.blocks:
            size = x.blocks[self._size][:, 0]
            self.size_mean_, spread = size.mean(), size.std() or 1.0
            # Networks alike deviate alike: two measurements tell as much as one.
            log_odds = np.log(COST_ODDS) + SIZE_EFFECT * (y @ (size - self.size_mean_)) / spread
            # Of a constant metric nothing is expected.
            self.size_slope_ = SIZE_EFFECT * (x.growth or np.tanh(log_odds / 2)) * y.std() / spread
        return y - self._expected(x)

    def accept(self, theta, loss, y):
        """Take the hyperparameters that a search found.

        Parameters
        ----------
        theta : tensor of shape (d,)
            Their logarithms: weights, lengths, noise.
        loss : float
            Negative log posterior per sample.
        y : float array of shape (n,)
            The metric.
        """
        self.theta_ = theta
        values = iter(theta.exp().tolist())
        for component in self.components_:
            component.weight = next(values)
        for component in self.components_:
            component.length = next(values) if component.smooth else None
        self.noise_ = next(values)
        self.variance_ = sum(component.weight for component in self.components_)
        slopes = self.warp.log_slope(y) - np.log(self.y_scale_)
        self.evidence_ = float(slopes.sum() - loss * len(y) + self.log_prior)

    def raise_weights(self, least):
        """Let the next search, if it is not the first, start from no smaller weights, but of views that are behind."""
        for i, component in enumerate(self.components_ if self.theta_ is not None else ()):
            if component.leads:
                self.theta_[i] = max(float(self.theta_[i]), np.log(least))

    def forget_drift(self):
        """Let the next search start from what was expected of a drift: fewer points may have shown no sign of it."""
        if self.theta_ is None:
            return
        smooth = [component for component in self.components_ if component.smooth]
        for i, component in enumerate(self.components_):
            if component.form == "drift":
                self.theta_[i] = np.log(component.weight_prior[0])
                self.theta_[len(self.components_) + smooth.index(component)] = np.log(LENGTHS["drift"][0])

    def is_refuted(self, x, y):
        """Return whether what was found of training points grows less with the size than ``LEAST_GROWTH``.

        Parameters
        ----------
        x : Structured
        y : float array of shape (n,)
            The metric.

        Returns
        -------
        bool
        """
        if self.firm or not x.growth or self._size not in x.blocks:
            return False
        self.centres_ = x
        expected, size = self._expected(x), x.blocks[self._size][:, 0]
        y = (self.warp.forward(y) - self.y_mean_) / self.y_scale_
        factor = Covariance(self._training_covariances, x, self.variance_).factor(self.noise_)
        found = y - self.noise_ * linalg.cho_solve((factor, True), y - expected, check_finite=False)
        deviation = size - size.mean()
        return x.growth * (found @ deviation) < LEAST_GROWTH * y.std() * size.std() * len(y)

    def learn(self, x, y):
        """Find the weights of all training points, and the noise of each.

        Parameters
        ----------
        x : Structured
        y : float array of shape (n,)
            The metric.
        """
        expected = self._expected(x)
        y = (self.warp.forward(y) - self.y_mean_) / self.y_scale_ - expected
        drawn, others = drawn_rows(len(y))
        covariance = self._covariance(x[drawn])
        scale, trust = student_noise(covariance.factor, y[drawn], self.noise_, NUGGET * self.variance_)
        self.training_noise_ = scale / trust
        self.noise_ = scale * DEGREES / (DEGREES - 2)
        factor = covariance.factor(self.training_noise_)
        if len(others):
            tested = others[:TESTED]
            unknown, variance = self._learn_from_others(x, y, factor, scale)
        else:
            tested = drawn
            self.weights_ = linalg.cho_solve((factor, True), y, check_finite=False)
            unknown = 1 / inverse_diagonal(factor)
            variance = (unknown - self.training_noise_).clip(min=0)
        spread = np.sqrt(variance + self.noise_)
        known = (y + expected)[tested]
        # On a device without noise, the steps of predictions are all that they are off.
        self.left_out_ = (known - self._rounded(known - self.weights_[tested] * unknown)) / spread

    def _covariance(self, x):
        self.centres_ = x
        return Covariance(self._training_covariances, x, self.variance_)

    def _learn_from_others(self, x, y, factor, scale):
        """Find the weights of more than ``LARGE`` points, and the noise of those that were not drawn.

        Parameters
        ----------
        x : Structured
        y : float array of shape (n,)
            What is to explain.
        factor : float array of shape (LARGE, LARGE)
            Of the covariance of the drawn ones.
        scale : float
            Of the noise, squared.

        Returns
        -------
        unknown : float array of at most ``TESTED``
            Of some of the others, each without itself: variance of a measurement, by all.
        variance : float array, as long
            The same of the metric, by the drawn ones, as that of predictions is.
        """
        drawn, others = drawn_rows(len(y))
        mean, variance = self._predicted(x[others], y[drawn], factor)
        noise = np.empty(len(y))
        noise[drawn] = self.training_noise_
        noise[others] = scale / _trust(y[others] - mean, variance, scale)
        self.training_noise_ = noise
        factor = self._covariance(x).factor(noise)
        self.weights_ = linalg.cho_solve((factor, True), y, check_finite=False)
        tested = others[:TESTED]
        columns = np.zeros((len(y), len(tested)), order="F")
        columns[tested, np.arange(len(tested))] = 1
        columns = linalg.solve_triangular(factor, columns, lower=True, overwrite_b=True, check_finite=False)
        return 1 / (columns**2).sum(axis=0), variance[: len(tested)]

    def _predicted(self, x, y, factor):
        """Return mean and variance of the metric at ``x``, by the centres with the metric ``y``, drift included."""
        weights = linalg.cho_solve((factor, True), y, check_finite=False)
        means, variances = [], []
        for block in row_blocks(x):
            kernel = self._training_covariances(block, self.centres_)
            means.append(kernel @ weights)
            known = linalg.solve_triangular(factor, kernel.T, lower=True, overwrite_b=True, check_finite=False)
            variances.append(sum(component.diagonal(block.blocks[component.block]) for component in self.components_))
            variances[-1] = (variances[-1] - (known**2).sum(axis=0)).clip(min=0)
        return np.concatenate(means), np.concatenate(variances)


def _trust(residual, variance, scale):
    """Return how much points are trusted, as ``student_noise``, of what is predicted of them without themselves."""
    trust = np.ones(len(residual))
    for _ in range(ROUNDS):
        share = scale / (trust * variance + scale)
        trust = (DEGREES + 1) / (DEGREES + ((share * residual) ** 2 + share * variance) / scale)
    return trust


def student_noise(factorise, y, noise, smallest):
    """Find the noise of training points under Student's t, by expectation and maximisation.

    Parameters
    ----------
    factorise : callable
        From the noise of each point to the lower factor of the covariance, which may be overwritten.
    y : float array of shape (n,)
    noise : float
        Variance to start from.
    smallest : float

    Returns
    -------
    scale : float
        Of the distribution, squared.
    trust : float array of shape (n,)
        Each point's noise is ``scale / trust``.
    """
    scale, trust = noise, np.ones(len(y))
    for _ in range(ROUNDS):
        each = scale / trust
        factor = factorise(each)
        residual = each * linalg.cho_solve((factor, True), y, check_finite=False)
        error = residual**2 + (each - each**2 * inverse_diagonal(factor)).clip(min=0)
        trust = (DEGREES + 1) / (DEGREES + error / scale)
        scale = max(float((trust * error).mean()), smallest)
    return scale, trust
