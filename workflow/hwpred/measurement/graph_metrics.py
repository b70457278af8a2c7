"""Metrics of the executed graph, which are computed."""

from datetime import UTC, datetime

from hwpred.networks.profiles import get_profile

METRICS = {
    "arithmetic_intensity": ("arithmetic_intensity", 1.0, "FLOP/byte", "larger"),
    "memory": ("peak_memory", 1 / 1024, "KiB", "smaller"),
}
"""Metric -> column of the space's analytic model, factor, unit, direction."""


def compute_metric(operations, combination):
    """Compute a metric of every architecture of a space.

    Parameters
    ----------
    operations : int array of shape (architectures, positions)
    combination : dict
        ``space``, ``task`` and ``metric``, one of ``METRICS``.

    Returns
    -------
    DataFrame, dict
        As ``hwpred.measurement.output.write_measured`` takes them.
    """
    column, factor, unit, direction = METRICS[combination["metric"]]
    profile = get_profile(combination["space"])(operations, combination["task"], live=True)
    frame = profile[[column]].mul(factor).set_axis(["value"], axis=1)
    facts = {
        "unit": unit,
        "direction": direction,
        "date": datetime.now(UTC).date().isoformat(),
        "protocol": f"column {column} of the analytic model of the executed graph",
    }
    return frame.assign(architecture=range(len(frame)), spread=0, count=1), facts
