"""The machine's drift, as reference networks show it."""

import numpy as np

SMOOTHING_SECONDS = 120.0
"""One timing of a reference is less certain than the drift is large; it changes over minutes."""


def reference_deviations(rows):
    """Return by how much each timing of a reference was slower than this reference usually is.

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
    usual = logarithm.groupby(references.architecture).transform("median")
    return references[["core", "started"]].assign(deviation=logarithm - usual)


def drift_at(deviations, core, started):
    """Return the drift at given times: a median of the deviations near in time.

    Parameters
    ----------
    deviations : DataFrame
        From ``reference_deviations``.
    core, started : arrays of shape (n,)

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
        drift[here] = _weighted_median(visits.deviation.to_numpy(), weights)
    return drift


def _weighted_median(values, weights):
    """Median of the values for each row of weights; a mean would smear a slow second over minutes."""
    order = np.argsort(values)
    below = weights[:, order].cumsum(axis=1)
    return values[order][np.argmax(below >= below[:, -1:] / 2, axis=1)]
