"""What other devices do with an architecture, learnt from all that they measured, without noise and drift.

Chosen on devices of fbnet in config/studies/priors.yaml, each with nine devices of several kinds and with devices of
other kinds only. Tried there without a gain worth the code: medians of the hyperparameters' priors from the weights
that the other devices have; what each device's choices cost at each position, or how these costs covary, as further
terms of the kernel; a hypothesis for each other device, by which the new one is like it (a gain with five measurements,
where a device of the kind is known, a loss where none is, at twice the time).
"""

import numpy as np

from hwpred.predictors.gaussian.kernel_prediction import row_blocks
from hwpred.predictors.structured.component import distinct, sum_of_kernels
from hwpred.predictors.structured.kernel import make_components
from hwpred.structure.blocks import ALTERNATIVES, TIME

ROWS = 1000
"""Architectures, drawn once, whose measurements a device's function is learnt from: more hardly change it."""
NOISES = np.geomspace(1e-4, 10, 21)
"""Variances of noise that are tried, in variances of a device's function."""


def learnt_functions(x, others):
    """Return what other devices are learnt to do: the part of their measurements that the structure explains.

    A device that drifts while it measures, or disturbs single measurements, tells a new one little by the measurements
    themselves, and much by what all of them say about the architectures. Each device's function is the posterior mean
    of a Gaussian process with the structured kernel, all its weights at the medians of their priors. The ratio of noise
    to function maximises the marginal likelihood (Rasmussen and Williams 2006, 5.4.1).

    Parameters
    ----------
    x : Structured
        The n architectures.
    others : float array of shape (n, devices)
        Their metric on the other devices.

    Returns
    -------
    float array of shape (n, devices)
        Of mean 0 and standard deviation 1, or all 0 for a device whose measurements are noise.
    """
    rows = np.sort(np.random.default_rng(0).permutation(len(x))[:ROWS])
    points, y = x[rows], others[rows] - others[rows].mean(axis=0)
    components = make_components(points, [view for view in x.views if view in ALTERNATIVES])
    # When the new device was measured says nothing of the others.
    components = [component for component in components if component.block != TIME]
    weights = _weights(sum_of_kernels(components, points, points), y)
    functions = np.concatenate([_functions(components, block, points, weights) for block in row_blocks(x)])
    functions -= functions.mean(axis=0)
    spread = functions.std(axis=0)
    return functions / np.where(spread > 1e-9, spread, np.inf)


def shared_and_own(functions):
    """Return the mean of devices' functions, of standard deviation 1, and in what each differs from it.

    Parameters
    ----------
    functions : float array of shape (n, devices)

    Returns
    -------
    shared : float array of shape (n,)
    own : float array of shape (n, devices)
        Uncorrelated with ``shared``.
    """
    shared = functions.mean(axis=1)
    shared = (shared - shared.mean()) / (shared.std() or 1.0)
    return shared, functions - np.outer(shared, shared @ functions / len(functions))


def _weights(kernel, y):
    """Return the weights of the training points, (n, devices), each device with the noise that is most likely."""
    values, vectors = np.linalg.eigh(kernel)
    values, projected = values.clip(min=0)[:, None], vectors.T @ y
    evidence = []
    for noise in NOISES:
        scale = (projected**2 / (values + noise)).mean(axis=0).clip(min=1e-300)
        evidence.append(-0.5 * (len(y) * np.log(scale) + np.log(values + noise).sum()))
    noise = NOISES[np.argmax(evidence, axis=0)]
    return vectors @ (projected / (values + noise))


def _functions(components, x, points, weights):
    """Return the functions of all devices at ``x``, (n, devices)."""
    functions = np.zeros((len(x), weights.shape[1]))
    for component in components:
        rows, row_of = distinct(x.blocks[component.block])
        functions += (component.kernel(rows, points.blocks[component.block]) @ weights)[row_of]
    return functions
