"""What is said of a device's drift: how far it went while the device was measured, and what to do."""

TOLD_PERCENT = 1.0
"""Drift that is worth a warning."""
FEW = 100
"""Measurements below which a drift may be missed (``docs/drift.md``)."""
REFERENCES = (
    "predictions are of it at rest, and better if the same few references are timed again and again in between, as "
    "hwpred time and snakemake measure do (docs/measuring.md)"
)


def has_drifted(device):
    """Return whether a ``Device`` is known to have drifted by more than ``TOLD_PERCENT``."""
    return (device.drift_percent or 0.0) > TOLD_PERCENT


def doubt_of_times(known, further):
    """Say why drift cannot be told of rows that are added to others, in one sentence.

    Parameters
    ----------
    known, further : float array of shape (rows,) or None
        When the rows before and the added ones were measured.

    Returns
    -------
    str or None
    """
    if known is None and further is None:
        return None
    if known is None or further is None:
        rows = "rows before" if known is None else "added rows"
        return (
            f"The {rows} do not say when they were measured, so that no drift is told apart; give them a column "
            "started or order, too."
        )
    if further.min() > known.max() or known.min() > further.max():
        return None
    return (
        f"The times of the added rows, {further.min():.15g} to {further.max():.15g}, lie among those of the rows "
        f"before, {known.min():.15g} to {known.max():.15g}; if these are places in an order, count on in that file."
    )


def drift_sentence(device):
    """Say in one sentence whether a ``Device`` drifted while it was measured.

    Parameters
    ----------
    device : hwpred.advice.device.Device
        Fitted.

    Returns
    -------
    str
    """
    percent, rows = device.drift_percent, len(device.value)
    if percent is not None and has_drifted(device):
        return f"The device drifted by {percent:.1f} % (standard deviation) while it was measured; {REFERENCES}."
    if percent is not None:
        few = f"; with {rows} measurements it may be missed" if rows < FEW else ""
        return (
            f"The device drifted by {percent:.1f} % (standard deviation) while it was measured, which is little{few}."
        )
    if device.time is not None:
        return f"Whether the device drifted is not known: structured_gp tells, and {device.predictor} does not."
    return (
        "Whether the device drifted is not known: a column started (in seconds) or order would say when each row was "
        "measured."
    )
