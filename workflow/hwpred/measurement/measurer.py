"""What a combination measures: from an architecture's index to a timing."""

import tempfile
from pathlib import Path

from hwpred.measurement.command import time_command
from hwpred.measurement.timing import time_call


def measurer(networks, combination, settings):
    """Return a function that times an architecture.

    Parameters
    ----------
    networks : Layers, Files or Factory
        From ``opener``.
    combination : dict
        ``runtime`` or ``device_command``.
    settings : dict
        ``threads``, ``effort`` (an ``Effort``) and ``command_timeout`` (s).

    Returns
    -------
    callable
        Architecture -> ``Timing``; raises ``MeasurementError``.
    """
    runtime, command = combination.get("runtime"), combination.get("device_command")

    def with_command(architecture):
        with tempfile.TemporaryDirectory() as folder:
            file = networks.write(architecture, Path(folder) / "network.onnx")
            return time_command(command, file, settings["command_timeout"])

    def here(architecture):
        return time_call(networks.open(architecture, runtime, settings["threads"]), settings["effort"])

    return with_command if command else here
