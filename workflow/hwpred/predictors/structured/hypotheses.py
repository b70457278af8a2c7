"""Exact Gaussian processes under hypotheses about a device: which views it runs, on which scale its metric adds up."""

import numpy as np
import torch
from scipy import linalg

from hwpred.predictors.gaussian.base import GaussianProcessBase, cholesky, log_diagonal, minimise
from hwpred.predictors.gaussian.kernel_prediction import NUGGET, Covariance
from hwpred.predictors.structured.component import ROUGH
from hwpred.predictors.structured.kernel import LENGTHS, firm, scaled_components, with_leading
from hwpred.predictors.structured.prediction import HypothesisPrediction
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
    left_out_ : float array of shape (n,)
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
        factor = Covariance(self._training_kernel, x, self.variance_).factor(self.noise_)
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
        self.centres_ = x
        expected = self._expected(x)
        y = (self.warp.forward(y) - self.y_mean_) / self.y_scale_ - expected
        covariance = Covariance(self._training_kernel, x, self.variance_)
        scale, trust = student_noise(covariance.factor, y, self.noise_, NUGGET * self.variance_)
        self.training_noise_ = scale / trust
        self.noise_ = scale * DEGREES / (DEGREES - 2)
        factor = covariance.factor(self.training_noise_)
        self.weights_ = linalg.cho_solve((factor, True), y, check_finite=False)
        inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
        unknown = 1 / np.diag(inverse)
        spread = np.sqrt((unknown - self.training_noise_).clip(min=0) + self.noise_)
        # On a device without noise, the steps of predictions are all that they are off.
        self.left_out_ = (y + expected - self._rounded(y + expected - self.weights_ * unknown)) / spread


def search(hypotheses, problems, xs, ys, evaluations, outliers):
    """Find the hyperparameters of hypotheses about several problems, starting from those found before.

    Parameters
    ----------
    hypotheses : list of Hypothesis
    problems : list of int
        The problem of each.
    xs, ys : lists of Structured, and of float arrays of shape (n,)
        The training set of each problem.
    evaluations : int
        Of the likelihood, at most.
    outliers : bool
        Whether to look for them, and search again knowing them.
    """
    of_problem = [scaled_components(x, y) for x, y in zip(xs, ys, strict=True)]
    scaled = [h.prepare(xs[i], ys[i], of_problem[i]) for h, i in zip(hypotheses, problems, strict=True)]
    components, noises = zip(*((h.components_, h.noise_prior) for h in hypotheses), strict=True)
    objective = _Objective(components, noises, problems, xs)
    start = torch.stack(
        [prior if h.theta_ is None else h.theta_ for prior, h in zip(objective.prior_mean, hypotheses, strict=True)]
    )
    thetas, losses = objective.minimise(scaled, evaluations, start)
    if outliers:
        trusts = [objective.trust_of(i, theta, y) for i, (theta, y) in enumerate(zip(thetas, scaled, strict=True))]
        thetas, losses = objective.minimise(scaled, evaluations, thetas, trusts)
    for hypothesis, i, theta, loss in zip(hypotheses, problems, thetas, losses.tolist(), strict=True):
        hypothesis.accept(theta, loss, ys[i])
    if outliers:
        pairs = zip(hypotheses, problems, strict=True)
        refuted = [(h, i) for h, i in pairs if h.is_refuted(xs[i], ys[i])]
        if refuted:
            _search_firmly(refuted, xs, ys, evaluations)


def _search_firmly(refuted, xs, ys, evaluations):
    """Search again the hyperparameters of hypotheses, given with their problems, that the size refutes."""
    for hypothesis, _ in refuted:
        hypothesis.firm, hypothesis.theta_, hypothesis.noise_prior = True, None, (NOISE, NOISE_WIDTH)
    left = sorted({i for _, i in refuted})
    again, problems = [h for h, _ in refuted], [left.index(i) for _, i in refuted]
    search(again, problems, [xs[i] for i in left], [ys[i] for i in left], evaluations, outliers=True)


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
        inverse, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
        error = residual**2 + (each - each**2 * np.diag(inverse)).clip(min=0)
        trust = (DEGREES + 1) / (DEGREES + error / scale)
        scale = max(float((trust * error).mean()), smallest)
    return scale, trust


class _Objective:
    """Negative log posterior of the hyperparameters per sample, and its gradient (Rasmussen and Williams 2006, 5.9).

    Parameters
    ----------
    components : list of lists of Component
        Of each of h hypotheses.
    noises : list of tuples
        Median and width of the prior of the noise of each.
    problems : list of int
        The problem of each.
    xs : list of Structured
        The n training points of each problem.
    """

    def __init__(self, components, noises, problems, xs):
        self.components = components[0]
        self.problems = torch.as_tensor(problems)
        self.linear = [i for i, component in enumerate(self.components) if not component.smooth]
        self.smooth = [i for i, component in enumerate(self.components) if component.smooth]
        # Hypotheses about a problem differ in their priors only.
        of_problem = dict(zip(problems, components, strict=True))

        def stacked(i):
            block = self.components[i].block
            return np.stack([of_problem[j][i].base(*2 * (x.blocks[block],)) for j, x in enumerate(xs)])

        self.products = torch.as_tensor(np.stack([stacked(i) for i in self.linear], axis=1)).flatten(2)
        self.distances = [torch.as_tensor(stacked(i)) for i in self.smooth]
        priors = [
            [component.weight_prior for component in own]
            + [LENGTHS[component.form] for component in own if component.smooth]
            + [noise]
            for own, noise in zip(components, noises, strict=True)
        ]
        median, self.prior_width = torch.as_tensor(np.array(priors)).unbind(dim=2)
        self.prior_mean = median.log()

    def minimise(self, ys, evaluations, start, trusts=None):
        """Return the best logarithms of the hyperparameters (h, d) for metrics ``ys``, and their values (h,)."""
        self.y = torch.as_tensor(np.stack(ys))
        self.trust = torch.ones_like(self.y) if trusts is None else torch.as_tensor(np.stack(trusts))
        return minimise(self, start, evaluations, tolerance=1e-3)

    def trust_of(self, hypothesis, theta, y):
        """Return how much each point of a metric is trusted under Student's t, given hyperparameters."""
        covariance = self._kernels(theta[None], torch.tensor([hypothesis]))[0][0].cpu().numpy()
        covariance[np.diag_indices(len(y))] += NUGGET * float(theta[: len(self.components)].exp().sum())

        def factorise(noise):
            return cholesky(torch.as_tensor(covariance + np.diag(noise))[None])[0].cpu().numpy()

        return student_noise(factorise, y, np.exp(float(theta[-1])), NUGGET)[1]

    def __call__(self, theta, active):
        """Return the values (k,) and gradients (k, d) of the k active hypotheses at theta (k, d)."""
        y, samples = self.y[active], self.y.shape[1]
        kernel, by_weight, by_length = self._kernels(theta, active)
        factor = self._factor(kernel, theta, active)
        solved = torch.cholesky_solve(y[:, :, None], factor)
        inner = torch.cholesky_inverse(factor).neg_().baddbmm_(solved, solved.mT)
        deviation = (theta - self.prior_mean[active]) / self.prior_width[active]
        value = 0.5 * (y * solved[:, :, 0]).sum(dim=1) + log_diagonal(factor) + 0.5 * (deviation**2).sum(dim=1)
        slopes = torch.empty_like(theta)
        inner_rows = inner.flatten(1)
        for problem, of_it in self._of_each_problem(active):
            slopes[of_it[:, None], self.linear] = inner_rows[of_it] @ self.products[problem].T
        slopes[:, self.linear] *= theta[:, self.linear].exp()
        for j, i in enumerate(self.smooth):
            slopes[:, i] = _dot(inner_rows, by_weight[j])
            slopes[:, len(self.components) + j] = _dot(inner_rows, by_length[j])
        slopes[:, -1] = theta[:, -1].exp() * (inner.diagonal(dim1=1, dim2=2) / self.trust[active]).sum(dim=1)
        gradient = deviation / self.prior_width[active] - 0.5 * slopes
        return value / samples, gradient / samples

    def _kernels(self, theta, active):
        """Return the covariances (k, n, n), and their derivatives by weights and lengths of the smooth components."""
        samples = self.y.shape[1]
        weights, lengths = theta[:, : len(self.components)].exp(), theta[:, len(self.components) : -1].exp()
        kernel = theta.new_empty(len(theta), samples**2)
        for problem, of_it in self._of_each_problem(active):
            kernel[of_it] = weights[of_it][:, self.linear] @ self.products[problem]
        kernel = kernel.view(len(theta), samples, samples)
        terms = [
            self._smooth(i, distances[self.problems[active]], weights[:, i], lengths[:, j])
            for j, (i, distances) in enumerate(zip(self.smooth, self.distances, strict=True))
        ]
        for term, _ in terms:
            kernel += term
        return kernel, *zip(*terms, strict=True)

    def _of_each_problem(self, active):
        """Yield the problems of active hypotheses, and which of these are about it."""
        problems = self.problems[active]
        for problem in problems.unique():
            yield problem, torch.nonzero(problems == problem)[:, 0]

    def _factor(self, kernel, theta, active):
        """Return the factors of the covariances, noise included (k, n, n)."""
        nugget = NUGGET * theta[:, : len(self.components)].exp().sum(dim=1)
        noise = theta[:, -1:].exp() / self.trust[active] + nugget[:, None]
        return cholesky(kernel + torch.diag_embed(noise))

    def _smooth(self, i, distances, weight, length):
        """Return one component's kernel (k, n, n) and its derivative by the logarithm of its length.

        Computed in place of ``distances``: what takes time is to write such matrices.
        """
        form = self.components[i].form
        if form in ROUGH:
            distances = distances.sqrt_()
        exponential = form != "squared_exponential"
        scaled = distances.div_((length if exponential else length**2)[:, None, None])
        kernel = (-scaled if exponential else -0.5 * scaled).exp_().mul_(weight[:, None, None])
        return kernel, scaled.mul_(kernel)


def _dot(left, matrices):
    """Products of k rows and k matrices, (k,)."""
    return torch.bmm(left[:, None], matrices.flatten(1)[:, :, None])[:, 0, 0]
