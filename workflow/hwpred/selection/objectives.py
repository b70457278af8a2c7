"""Pareto fronts and hypervolume of any number of objectives, such as accuracy, latency and energy (library moocore)."""

import moocore
import numpy as np


def front_of(objectives, larger_is_better):
    """Tell which architectures no other one dominates.

    Parameters
    ----------
    objectives : array of shape (n, objectives)
    larger_is_better : sequence of bool
        Of each objective.

    Returns
    -------
    bool array of shape (n,)
        Equal members of the front are all on it.
    """
    return moocore.is_nondominated(_checked(objectives), maximise=list(larger_is_better), keep_weakly=True)


def hypervolume_of(objectives, reference, larger_is_better):
    """Return the volume that architectures dominate.

    Parameters
    ----------
    objectives : array of shape (n, objectives)
        Those beyond the reference point add nothing.
    reference : sequence of float
        The reference point, worse than what counts in every objective.
    larger_is_better : sequence of bool
        Of each objective.
    """
    return float(moocore.hypervolume(_checked(objectives), ref=reference, maximise=list(larger_is_better)))


def _checked(objectives):
    objectives = np.asarray(objectives, dtype=float)
    if objectives.ndim != 2 or not np.isfinite(objectives).all():
        raise ValueError(f"objectives must be finite numbers of shape (n, objectives), not {objectives.shape}")
    return objectives
