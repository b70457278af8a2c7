"""The machine's drift, as reference networks show it."""

import numpy as np

FAST_SHARE = 0.2
"""Which quantile of the references' times tells the drift. Other work only ever adds time, mostly to some runs: a
median would take it for drift, and would correct architectures of which another visit was not disturbed."""
SMOOTHING_SECONDS = 120.0
"""One timing of a reference is less certain than the drift is large; it changes over minutes."""


def reference_deviations(rows):
    """Return by how much each timing of a reference was slower than this reference is when nothing disturbs it.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``measure_chunk`` of all chunks.

    Returns
    -------
    DataFrame
        ``core``, ``started`` (seconds since the epoch), ``deviation`` (natural logarithm of the ratio).
    """
    references = rows[(rows.role == "reference") & rows["median"].notna()]
    logarithm = np.log(references["median"].astype(float))
    undisturbed = logarithm.groupby(references.architecture).transform("quantile", FAST_SHARE)
    return references[["core", "started"]].assign(deviation=logarithm - undisturbed)


def drift_at(deviations, core, started):
    """Return the drift at given times: a low quantile of the deviations near in time.

    Parameters
    ----------
    deviations : DataFrame
        From ``reference_deviations``.
    core, started : arrays of shape (n,)
        On which core, and when (seconds since the epoch), each was timed.

    Returns
    -------
    array of shape (n,)
        Natural logarithm of the factor by which the machine was slower; 0 where no reference was timed.
    """
    drift = np.zeros(len(started))
    for one_core, group in deviations.groupby("core"):
        here = np.asarray(core) == one_core
        # References are timed one after the other: one point a visit, the middle one, as small networks may lag much.
        visits = group.groupby(np.round(group.started / 10)).median()
        distance = (np.asarray(started)[here, None] - visits.started.to_numpy()) / SMOOTHING_SECONDS
        # Against the nearest visit, so that the weights of a distant time do not vanish all together.
        exponent = -0.5 * (distance**2 - (distance**2).min(axis=1, keepdims=True))
        weights = np.exp(exponent)
        drift[here] = _weighted_quantile(visits.deviation.to_numpy(), weights)
    return drift


def _weighted_quantile(values, weights):
    """Low quantile of the values for each row of weights; a mean would smear a slow second over minutes."""
    order = np.argsort(values)
    below = weights[:, order].cumsum(axis=1)
    return values[order][np.argmax(below >= FAST_SHARE * below[:, -1:], axis=1)]
