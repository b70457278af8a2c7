"""What ``structured_gp`` found out about a device: where the variance lies, what operations cost, how sure it is."""

import logging

import numpy as np
import pandas as pd

from hwpred.predictors.base import Problem
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.spaces import get_space
from hwpred.structure import structured
from hwpred.training.splits import split_of

logger = logging.getLogger(__name__)

LEVELS = (0.5, 0.8, 0.95)
"""Of the central intervals whose coverage is counted."""
BACKGROUNDS = 100
"""Architectures in which operations are exchanged to see what they cost."""


def explain(data, deviation, settings, mean=None):
    """Fit ``structured_gp`` once more for each size and seed, and ask it.

    Parameters
    ----------
    data : Data
    deviation : float
        Standard deviation of the metric, in its unit: costs of operations are told in it. Where the target is the
        logarithm of the metric, that of the logarithm.
    settings : dict
        ``run_seed``, ``seeds`` (number), ``train_sizes``, ``test_size``, ``design``, ``hyperparameters``.
    mean : float, optional
        Of the logarithm, where that is the target.

    Returns
    -------
    DataFrame
        Columns as ``hwpred.tables.COLUMNS`` has them. ``kind`` and ``part`` of a row:

        - ``coverage``, a level: share of the test set within the central interval of that level.
        - ``spread``, ``residuals``: standard deviation over the test set of errors in stated standard deviations.
        - ``share``, a component of the kernel: its part in the variance of the prediction over the test set.
        - ``cost``, ``position/operation``: what the operation adds there to the predicted metric, against the mean over
          all operations that can stand there, in the metric's unit. Of networks in files ``network/class``: what all
          operators of a class cost. Of others that have no operations in common there are none.
    """
    x = StructuredGaussianProcess.encode_for(data, settings["hyperparameters"])
    frames = []
    for seed in range(settings["seeds"]):
        split = split_of(data, settings["test_size"], settings["run_seed"], seed, settings["design"])
        for size in settings["train_sizes"]:
            train = split.train(size)
            problem = Problem(x[train], data.target[train], None, settings["hyperparameters"])
            (model,) = StructuredGaussianProcess.fit_many([problem])
            parts = {
                **calibration(model, x[split.test], data.target[split.test]),
                "share": shares(model, x[split.test]),
                "cost": _costs(model, data, data.operations[split.test[:BACKGROUNDS]], deviation, mean),
            }
            frames += [
                pd.DataFrame(
                    {"train_size": size, "seed": seed, "kind": kind, "part": list(part), "value": part.values()}
                )
                for kind, part in parts.items()
            ]
        logger.info("seed %d done", seed)
    return pd.concat(frames, ignore_index=True)[["train_size", "seed", "kind", "part", "value"]]


def calibration(model, x, y):
    """Return how often intervals hold, and how errors are spread in stated standard deviations.

    Parameters
    ----------
    model : StructuredGaussianProcess
        Fitted.
    x : Structured
        Of architectures that it did not learn from.
    y : float array of shape (n,)
        Their target, standardised.

    Returns
    -------
    dict
        ``coverage`` and ``spread``, with the parts that ``explain`` tells of.
    """
    prediction, std = model.predict_with_calibrated_std(x)
    errors = (y - prediction) / std
    covered = {f"{level:g}": float((np.abs(errors) <= model.tails_.half(level)).mean()) for level in LEVELS}
    return {"coverage": covered, "spread": {"residuals": float(errors.std())}}


def shares(model, x):
    """Return the part that each component of the kernel has in the variance of the prediction.

    Parameters
    ----------
    model : StructuredGaussianProcess
        Fitted.
    x : Structured

    Returns
    -------
    dict
        Component -> its covariance with the prediction, in variances of the prediction; they add up to 1.
    """
    parts = model.contributions(x)
    whole = sum(parts.values())
    return {name: float(np.cov(part, whole)[0, 1] / whole.var(ddof=1)) for name, part in parts.items()}


def _costs(model, data, operations, deviation, mean):
    space = get_space(data.space)
    if space.binary:
        return operation_costs(model, data.space, operations, deviation)
    return class_costs(model, data, operations, deviation, mean) if hasattr(space, "cost_shares") else {}


def class_costs(model, data, operations, deviation, mean):
    """Return what all operators of a class cost in a network on average.

    Parameters
    ----------
    model : StructuredGaussianProcess
        Fitted on the standardised logarithm of the metric.
    data : Data
    operations : int array of shape (networks, 1)
    deviation, mean : float
        Of the logarithm of the metric.

    Returns
    -------
    dict
        ``network/class`` -> cost in the metric's unit; of classes that one of the networks has.
    """

    def predict(space, rows):
        return np.exp(mean + deviation * model.predict(structured(space, rows)))

    value, shares = get_space(data.space).cost_shares(operations, predict, data.direction)
    return {f"network/{kind}": float((value * share).mean()) for kind, share in shares.items() if share.any()}


def operation_costs(model, space, operations, deviation):
    """Return what each operation adds to the predicted metric at each position.

    Operations that no architecture has at a position have no cost there. All others are compared in the same
    architectures: those in which each of them can stand.

    Parameters
    ----------
    model : StructuredGaussianProcess
        Fitted.
    space : str
    operations : int array of shape (architectures, positions)
        In which each position takes each operation in turn.
    deviation : float
        As of ``explain``.

    Returns
    -------
    dict
        ``position/operation`` -> mean change of the prediction, in the metric's unit.
    """
    costs = {}
    for position, names in enumerate(get_space(space).operations):
        exchanged = np.repeat(operations[None], len(names), axis=0)
        exchanged[:, :, position] = np.arange(len(names))[:, None]
        held = np.stack([get_space(space).holds(changed) for changed in exchanged])
        possible = np.flatnonzero(held.any(axis=1))
        everywhere = held[possible].all(axis=0)
        if not everywhere.any():
            continue
        predictions = [
            model.predict(structured(space, exchanged[o, everywhere], structure=model.structure)).mean()
            for o in possible
        ]
        for operation, prediction in zip(possible, predictions, strict=True):
            costs[f"{position}/{names[operation]}"] = float(deviation * (prediction - np.mean(predictions)))
    return costs
