"""The search for the hyperparameters of many hypotheses at once."""

import numpy as np
import torch

from hwpred.predictors.gaussian.base import cholesky, log_diagonal, minimise
from hwpred.predictors.gaussian.kernel_prediction import NUGGET
from hwpred.predictors.structured.hypotheses import NOISE, NOISE_WIDTH, student_noise
from hwpred.predictors.structured.kernel import LENGTHS, scaled_components
from hwpred.predictors.structured.pairs import PairKernels


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
        # Hypotheses about a problem differ in their priors only.
        of_problem = dict(zip(problems, components, strict=True))
        self.kernels = [PairKernels(of_problem[i], x) for i, x in enumerate(xs)]
        rows, columns = np.tril_indices(len(xs[0]))
        self.lower = torch.as_tensor(rows * len(xs[0]) + columns)
        self.times = torch.as_tensor(np.where(rows == columns, 1.0, 2.0))
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
        covariance = self._covariances(theta[None], torch.tensor([hypothesis]))[0].cpu().numpy()
        covariance[np.diag_indices(len(y))] += NUGGET * float(theta[: len(self.components)].exp().sum())

        def factorise(noise):
            return cholesky(torch.as_tensor(covariance + np.diag(noise))[None])[0].cpu().numpy()

        return student_noise(factorise, y, np.exp(float(theta[-1])), NUGGET)[1]

    def __call__(self, theta, active):
        """Return the values (k,) and gradients (k, d) of the k active hypotheses at theta (k, d)."""
        y, samples = self.y[active], self.y.shape[1]
        factor = self._factor(theta, active)
        solved = torch.cholesky_solve(y[:, :, None], factor)
        # It is symmetric and stands column by column; by rows, ``flatten`` copies nothing.
        inner = torch.cholesky_inverse(factor).neg_().baddbmm_(solved, solved.mT).mT
        deviation = (theta - self.prior_mean[active]) / self.prior_width[active]
        value = 0.5 * (y * solved[:, :, 0]).sum(dim=1) + log_diagonal(factor) + 0.5 * (deviation**2).sum(dim=1)
        slopes = torch.empty_like(theta)
        by_pair = inner.flatten(1).gather(1, self.lower.expand(len(active), -1)).mul_(self.times)
        for problem, of_it in self._of_each_problem(active):
            weights, lengths = self._hyperparameters(theta[of_it])
            found = self.kernels[problem].slopes(by_pair[of_it], weights, lengths)
            slopes[of_it, :-1] = torch.cat(found, dim=1)
        slopes[:, -1] = theta[:, -1].exp() * (inner.diagonal(dim1=1, dim2=2) / self.trust[active]).sum(dim=1)
        gradient = deviation / self.prior_width[active] - 0.5 * slopes
        return value / samples, gradient / samples

    def _hyperparameters(self, theta):
        """Return weights and lengths."""
        return theta[:, : len(self.components)].exp(), theta[:, len(self.components) : -1].exp()

    def _covariances(self, theta, active):
        """Return the covariances without noise, in their lower triangles (k, n, n)."""
        samples = self.y.shape[1]
        covariances = theta.new_zeros(len(theta), samples**2)
        for problem, of_it in self._of_each_problem(active):
            by_pair = self.kernels[problem].sum(*self._hyperparameters(theta[of_it]))
            covariances[of_it].scatter_(1, self.lower.expand(len(by_pair), -1), by_pair)
        return covariances.view(-1, samples, samples)

    def _of_each_problem(self, active):
        """Yield the problems of active hypotheses, and which of these are about it: they stand side by side."""
        problems, counts = self.problems[active].unique_consecutive(return_counts=True)
        start = 0
        for problem, count in zip(problems.tolist(), counts.tolist(), strict=True):
            yield problem, slice(start, start + count)
            start += count

    def _factor(self, theta, active):
        """Return the factors of the covariances, noise included (k, n, n)."""
        nugget = NUGGET * theta[:, : len(self.components)].exp().sum(dim=1)
        noise = theta[:, -1:].exp() / self.trust[active] + nugget[:, None]
        covariances = self._covariances(theta, active)
        covariances.diagonal(dim1=1, dim2=2).add_(noise)
        return cholesky(covariances)
