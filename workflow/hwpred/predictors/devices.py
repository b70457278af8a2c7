"""Where torch computes."""

import logging

import torch

logger = logging.getLogger(__name__)

DEVICES = ("auto", "cpu", "cuda")


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
    torch.set_default_device(device)
    logger.info("torch computes on %s", device)
    return device
