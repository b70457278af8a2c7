"""What a request may ask for: checks that need no data, so that a mistake stops a run before its first job.

Source modules import this when they are named, so it imports nothing heavy.
"""

import errno
import os
import stat

from hwpred.errors import InputError

SMALLER, LARGER = "smaller", "larger"
DIRECTIONS = {
    "latency": SMALLER,
    "energy": SMALLER,
    "memory": SMALLER,
    "throughput": LARGER,
    "arithmetic_intensity": LARGER,
    "accuracy": LARGER,
    "perplexity": SMALLER,
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
    InputError
        If a value is not among them; the message names the key, the value and the allowed ones.
    """
    for key, values in allowed.items():
        if request.get(key) is None:
            raise InputError(f"source {source} needs the key {key!r}; use one of {', '.join(values)}")
        if request[key] not in values:
            raise InputError(f"source {source} has no {key} {request.get(key)!r}; use one of {', '.join(values)}")


def check_is_file(path, name, key):
    """Check that a local file can be read, and is a file.

    Parameters
    ----------
    path : str or Path
    name : str
        What the message calls it.
    key : str
        Key of the definition that names it.

    Raises
    ------
    InputError
        If it is not there, or is a folder, a pipe or a device.
    """
    advice = f"correct the key {key} of its definition"
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISREG(mode):
            with open(path, "rb"):
                return
    except FileNotFoundError as error:
        raise InputError(f"{name} does not exist; {advice}") from error
    except OSError as error:
        reason = (
            "is a link that leads to itself" if error.errno == errno.ELOOP else f"cannot be read ({error.strerror})"
        )
        raise InputError(f"{name} {reason}; {advice}") from error
    kinds = {stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a named pipe", stat.S_ISCHR: "a device"}
    kind = next((words for is_it, words in kinds.items() if is_it(mode)), "something else")
    raise InputError(f"{name} is {kind}, not a file; {advice}")
