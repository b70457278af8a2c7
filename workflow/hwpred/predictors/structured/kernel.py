"""The kernel of the structured Gaussian processes: a sum over the blocks of the ``structured`` encoding.

Weak priors of the components' weights favour the few numbers that all networks share (costs, then counts) over the many
that are learnt one by one (the choice at each position); with more measurements the data decide.
"""

from dataclasses import replace

import numpy as np

from hwpred.predictors.structured.component import Component
from hwpred.predictors.structured.effects import awaited, coordinates, effects_of, waiting
from hwpred.structure.blocks import ALTERNATIVES, PARALLEL

WEIGHTS = {
    "size": {"linear": (0.05, 1.2)},
    "costs": {"linear": (0.1, 1.5), "squared_exponential": (0.005, 2.0)},
    "path_costs": {"linear": (0.1, 1.5)},
    "kind_costs": {"linear": (0.3, 2.0)},
    "log_costs": {"linear": (0.01, 2.0), "squared_exponential": (0.005, 2.0)},
    "amounts": {},
    "log_totals": {"linear": (0.03, 2.0), "matern": (0.005, 2.0)},
    "shares": {"linear": (0.01, 2.0), "matern": (0.02, 2.0)},
    "part_shares": {"linear": (0.003, 2.0)},
    "counts": {"linear": (0.05, 1.5), "squared_exponential": (0.005, 2.0)},
    "weighted_counts": {"linear": (0.02, 2.0), "squared_exponential": (0.005, 2.0)},
    "unlike_counts": {"linear": (0.003, 2.0)},
    "dead_counts": {"linear": (0.05, 1.5)},
    "presence": {"squared_exponential": (0.01, 2.0)},
    "choices": {"linear": (0.0003, 2.0), "exponential": (0.0003, 2.0)},
    "plain_choices": {"linear": (0.003, 2.0), "exponential": (0.03, 2.0)},
    "labels": {"effects": (0.003, 2.0)},
    "part_costs": {"linear": (0.02, 2.0)},
    "devices": {"linear": (0.5, 1.2), "squared_exponential": (0.005, 2.0)},
    "time": {"drift": (0.01, 2.0)},
}
"""The kernels of each kind of block, and the log-normal priors of their weights.

Medians, in variances of the metric, and standard deviations of the logarithms: about what the weights are on devices
that no result of docs/structured.md in the same space is about (docs/priors.py). Those of ``presence`` and
``plain_choices`` were set on latencies of NAS-Bench-Graph: of cora, physics and arxiv, but that of the exponential
kernel, as that of ``labels``, on photo, computers, citeseer, pubmed, cs and proteins. Those of ``log_totals`` and
``shares``, and their form, were set on two set-ups of timm's networks (amp-nchw-pt210-cu121-rtx3090,
fp32-nchw-pt221-cpu-i9_10940x-dynamo), which no result about the other five was looked at for; and that of
``part_shares`` on sixty small ONNX networks on a processor. That of ``kind_costs`` was set on HW-GPT-Bench's models of
scale s: latencies on h100 and cpu_mlgpu, energies too. "matern" is the kernel of Matern with parameter 1/2: networks
that share an oddity are alike, and others soon are not. "drift" is the same of the time of measuring; its priors
were set on drifts made up for the purpose (tests/unit/test_time_component.py). Those of ``path_costs`` and
``dead_counts`` were set on devices made up for the purpose, which run branches at the same time or keep a part of what
is dead, and so that they cost little on 2080ti_1, silver_4114 and epyc_onnx.
"""
BEHIND, BEHIND_WIDTH = 0.005, 2.2
"""Factor of the median, and standard deviation, of the weights of alternative views that a device does not run."""
UNSEEN = (1e-4, 0.1)
"""The same where a view has prices of its own: what another one counts tells nothing more."""
UNUSED = (1e-4, 1.0)
"""The same of the longest path, where branches run one after the other."""
FIRM_SIZE = (0.02, 0.5)
"""The prior of the weight of ``size`` where, without it, a cost would fall with the size of networks."""
LENGTHS = {
    "squared_exponential": (1.2, 0.7),
    "effects": (1.2, 0.7),
    "exponential": (1.5, 0.7),
    "matern": (1.2, 0.7),
    "drift": (1.0, 1.0),
}
"""Priors of the length scales, likewise; in units of the typical distance of two training points, or of ``MEMORY``."""
MEMORY = 10
"""Measurements in a row in which a device is expected to change: what does within one cannot be told from noise."""
LEAST_EFFECT = 0.1
"""Of an operation's presence, relative to that with the largest effect."""
SMALLEST_SPREAD = 0.3
"""Floor of a column's standard deviation: a count that hardly varies among few training points is no finer scale."""


def make_components(x, leading, y=None):
    """Return the components of the kernel: scales set, weights at their priors' medians.

    Where the metric is known, an operation's presence is the finer a scale the larger its effect is: it is one of few
    that interactions are about.

    Parameters
    ----------
    x : Structured
        The training points.
    leading : tuple of str
        The alternative views that are expected to matter.
    y : float array of shape (n,) or None
        Their metric.

    Returns
    -------
    list of Component
    """
    return with_leading(scaled_components(x, y), x, leading)


def scaled_components(x, y=None):
    """Return what ``make_components`` does, whatever leads: only priors depend on it.

    Parameters
    ----------
    x : Structured
        The training points.
    y : float array of shape (n,) or None
        Their metric.

    Returns
    -------
    list of Component
    """
    components = []
    for block, rows in x.blocks.items():
        kind = block.split("/")[1]
        for form, prior in WEIGHTS[kind].items():
            centre = rows.mean(axis=0)
            spread = np.ones(rows.shape[1])
            if kind == "presence" and y is not None:
                spread = 1 / _effects(rows - centre, y)
            elif kind not in ("presence", "choices", "plain_choices", "labels"):
                spread = rows.std(axis=0).clip(min=SMALLEST_SPREAD)
            if form == "drift":
                spread, scale = np.ones(1), MEMORY**2
            elif form == "effects":
                labels, metric = rows.astype(np.intp), np.zeros(len(rows)) if y is None else y
                centre = waiting(labels, metric)
                spread = effects_of(awaited(labels, centre), metric)
                scale = 2 * coordinates(awaited(labels, centre), spread).var(axis=0).sum()
            elif form == "linear":
                scale = ((rows - centre) ** 2).sum(axis=1).mean()
            else:
                scale = 2 * (rows / spread).var(axis=0).sum()
            components.append(Component(block, form, True, prior, centre, spread, float(max(scale, 1e-9))))
    return components


def with_leading(components, x, leading):
    """Return copies of components with the priors of a device that runs certain views.

    Parameters
    ----------
    components : list of Component
        As of ``scaled_components``.
    x : Structured
        The training points.
    leading : tuple of str
        The views.

    Returns
    -------
    list of Component
    """
    priced = any(f"{view}/amounts" in x.blocks for view in leading)
    return [_with_prior(component, leading, priced) for component in components]


def _with_prior(component, leading, priced):
    view, (median, width) = component.block.split("/")[0], component.weight_prior
    leads = view in leading or view not in ALTERNATIVES
    if not leads:
        factor, width = UNSEEN if priced else UNUSED if view == PARALLEL else (BEHIND, BEHIND_WIDTH)
        median *= factor
    return replace(component, leads=leads, weight_prior=(median, width), weight=median)


def firm(components):
    """Return copies of components under which a metric changes with the size about as it is expected to."""
    return [_firm(component) for component in components]


def _firm(component):
    kind = component.block.split("/")[1]
    if kind == "size" and component.leads:
        return replace(component, weight_prior=FIRM_SIZE, weight=FIRM_SIZE[0])
    return replace(component, apart=kind == "costs" and component.form == "linear")


def _effects(rows, y):
    """Return the size of each column's effect in a ridge regression, relative to the largest."""
    effects = np.abs(np.linalg.solve(rows.T @ rows + np.eye(rows.shape[1]), rows.T @ (y - y.mean())))
    return (effects / max(effects.max(), 1e-12)).clip(min=LEAST_EFFECT)
