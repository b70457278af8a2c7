"""What a request may ask for: checks that need no data, so that a mistake stops a run before its first job.

Source modules import this when they are named, so it imports nothing heavy.
"""

SMALLER, LARGER = "smaller", "larger"
DIRECTIONS = {
    "latency": SMALLER,
    "energy": SMALLER,
    "memory": SMALLER,
    "throughput": LARGER,
    "arithmetic_intensity": LARGER,
    "accuracy": LARGER,
}
"""Which direction of a metric is better; ``table`` states its own."""


def combination_id(combination):
    """Return the name of a combination: space, task, device and metric, joined by hyphens."""
    return "-".join(str(combination[key]) for key in ("space", "task", "device", "metric"))


def check_request(source, request, **allowed):
    """Check that the request asks for something that the source has.

    Parameters
    ----------
    source : str
        Key of the source, for the message.
    request : dict
    **allowed
        For each key of the request that matters, the values that the source has.

    Raises
    ------
    ValueError
        If a value is not among them; the message names the key, the value and the allowed ones.
    """
    for key, values in allowed.items():
        if request.get(key) not in values:
            raise ValueError(f"source {source} has no {key} {request.get(key)!r}; use one of {', '.join(values)}")
