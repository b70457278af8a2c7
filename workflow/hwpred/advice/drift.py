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
