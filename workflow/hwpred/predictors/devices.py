"""Where torch computes."""

import logging

import torch

logger = logging.getLogger(__name__)

DEVICES = ("auto", "cpu", "cuda")
BYTES_OF_A_NUMBER = 10_000
"""Memory of a GPU for each number in a layer's output over a whole stack: all buffers of several stacks."""
LEAST_NUMBERS = 2**17
"""In a layer's output over a whole stack, whatever the memory."""
PROBLEMS_ON_GPU = 1000
"""Given in one call: all sizes of fifty seeds, say, whose trainings then run side by side."""


def on_gpu():
    """Return whether torch computes on a GPU."""
    return torch.get_default_device().type == "cuda"


class ManyOnGpu:
    """What predictors share that train as many problems at once on a GPU as there are."""

    @classmethod
    def at_once(cls):
        """Return how many problems to give in one call: on a GPU many, since they are trained together."""
        return PROBLEMS_ON_GPU if on_gpu() else cls.problems_at_once


def stack_numbers():
    """Return how many numbers a layer's output may have over a whole stack, so that a GPU can hold several stacks."""
    memory = torch.cuda.get_device_properties().total_memory if torch.cuda.is_available() else 0
    return max(LEAST_NUMBERS, memory // BYTES_OF_A_NUMBER)


def use_device(name):
    """Let torch compute on that device from now on; ``"auto"`` is CUDA where there is one.

    Returns
    -------
    str
        ``"cpu"`` or ``"cuda"``.

    Raises
    ------
    ValueError
        If the name is unknown, or this machine has no such device.
    """
    if name not in DEVICES:
        raise ValueError(f"unknown device {name!r}; use one of {', '.join(DEVICES)}")
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise ValueError("device 'cuda' is not available on this machine; use auto or cpu")
    device = "cuda" if available and name != "cpu" else "cpu"
    # With a default device, torch sends each of its functions through Python, where it stays even for the processor.
    torch.set_default_device(None if device == "cpu" else device)
    logger.info("torch computes on %s", device)
    return device
