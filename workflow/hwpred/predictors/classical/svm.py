"""Support vector regression (scikit-learn), with kernel matrices shared by the candidates of a search.

Encodings hold small integers, so the inner products of a small training set are one exact matrix
product, which libsvm would compute row by row and anew for every candidate. A linear kernel needs no matrix, once there
are several samples a feature (``hwpred.predictors.classical.primal``).
"""

import warnings
from time import process_time
from typing import ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import SVR

from hwpred.predictors.base import Predictor
from hwpred.predictors.classical.primal import fit_linear
from hwpred.predictors.constraints import POSITIVE, Number, OneOf
from hwpred.predictors.search_space import Choice

KERNELS = ("linear", "poly", "rbf", "sigmoid")
LARGEST_KERNEL_MATRIX = 1000
"""Above it libsvm's own rows, computed as it needs them, are faster than a matrix that leaves the processor's cache."""
SAMPLES_A_FEATURE = 4
"""With more of them, a linear kernel is solved for its weights: below, libsvm is faster."""
EPSILON = 0.1
TOLERANCE = 1e-2
"""Where the solver stops (scikit-learn: 1e-3). Half of the iterations, and no tau that differs by more than .001."""


class SupportVectorRegression(Predictor):
    """Epsilon-insensitive regression with a kernel, ``EPSILON``.

    The kernels are scikit-learn's: linear, poly (degree 3, no constant), rbf and sigmoid, with ``gamma``
    1 / (features x variance of ``x``). ``iterations_per_sample`` ends the solver early (None: never). The
    search uses it: linear kernels need up to 700 iterations a sample to converge on FBNet, and 20 tell
    already how well they rank (tau within .02, within .002 from 2,000 samples on). Linear kernels that are solved for
    their weights need no limit.

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    C : float
        Penalty of errors.
    iterations_per_sample : int or None
        At most, of the solver; None for no limit.
    """

    search_settings: ClassVar = {"iterations_per_sample": 20}
    constraints: ClassVar = {
        "kernel": OneOf(KERNELS),
        "C": POSITIVE,
        "iterations_per_sample": Number(least=1, whole=True, or_none=True),
    }

    def __init__(self, kernel="rbf", C=1.0, iterations_per_sample=None):
        self.kernel = kernel
        self.C = C
        self.iterations_per_sample = iterations_per_sample

    @classmethod
    def search_space(cls):
        """Kernels and penalties of the protocol, section 5."""
        return {
            "kernel": Choice(KERNELS),
            "C": Choice(tuple(round(0.5 + 0.1 * i, 1) for i in range(11))),
        }

    def _fit(self, x, y, rng):
        x = x.astype(np.float32)
        self._solve(x, y, _matrix_for_libsvm(x, self.kernel))

    @classmethod
    def fit_many(cls, problems):
        """Fit one after another; candidates of a search share the kernel matrices of their training sets."""
        models, known = [], {}
        for problem in problems:
            start = process_time()
            model = cls(**problem.hyperparameters)
            key = (id(problem.x), model.kernel)
            if key not in known:
                x = problem.x.astype(np.float32)
                known[key] = x, _matrix_for_libsvm(x, model.kernel)
            x, matrix = known[key]
            model._solve(x, problem.y, matrix)
            models.append(model)
            model.fit_seconds_ = process_time() - start
        return models

    def _solve(self, x, y, matrix):
        self.gamma_ = _gamma(x)
        if _has_weights(x, self.kernel):
            coefficients, self.intercept_ = fit_linear(x.astype(np.float64), y, self.C, EPSILON, TOLERANCE)
            support = np.flatnonzero(coefficients)
            self.support_vectors_, self.dual_coef_ = x[support], coefficients[support]
            return
        iterations = -1 if self.iterations_per_sample is None else self.iterations_per_sample * len(y)
        # A cache (MB) that holds all rows of the largest training set here.
        settings = {"C": self.C, "epsilon": EPSILON, "tol": TOLERANCE, "max_iter": iterations, "cache_size": 1000}
        kernel = {"kernel": "precomputed"} if matrix is not None else {"kernel": self.kernel, "gamma": self.gamma_}
        model = SVR(**kernel, **settings)
        model.random_state = 0  # nothing is drawn, but otherwise a seed from NumPy's own generator, a program's
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # asked for by iterations_per_sample
            model.fit(x.astype(np.float64) if matrix is None else matrix, y)
        self.support_vectors_ = x[model.support_]
        self.dual_coef_ = model.dual_coef_[0]
        self.intercept_ = float(model.intercept_[0])

    def predict(self, x):
        """Return predictions of shape (n,)."""
        kernel = _kernel_matrix(x.astype(np.float32), self.support_vectors_, self.kernel, self.gamma_)
        return kernel @ self.dual_coef_ + self.intercept_


def _has_weights(x, kernel):
    return kernel == "linear" and len(x) > SAMPLES_A_FEATURE * x.shape[1]


def _matrix_for_libsvm(x, kernel):
    """Return the kernel matrix of a training set, or None where none is needed."""
    if len(x) > LARGEST_KERNEL_MATRIX or _has_weights(x, kernel):
        return None
    return _kernel_matrix(x, x, kernel, _gamma(x))


def _gamma(x):
    variance = x.var(dtype=np.float64)
    return 1 / (x.shape[1] * variance) if variance > 0 else 1.0


def _kernel_matrix(left, right, kernel, gamma):
    """Kernel of all pairs of rows; float32 holds the inner products of small integers exactly."""
    matrix = (left @ right.T).astype(np.float64)
    # In place: to write another such matrix takes longer than to compute it.
    if kernel == "rbf":
        squares = [(rows.astype(np.float64) ** 2).sum(axis=1) for rows in (left, right)]
        matrix *= -2
        matrix += squares[0][:, None]
        matrix += squares[1]
        matrix *= -gamma
        np.exp(matrix, out=matrix)
    elif kernel == "poly":
        matrix *= gamma
        matrix *= matrix * matrix
    elif kernel == "sigmoid":
        matrix *= gamma
        np.tanh(matrix, out=matrix)
    return matrix
