"""What a combination measures: from an architecture's index to a timing."""

from hwpred.measurement.command import time_command
from hwpred.measurement.runtimes import open_network
from hwpred.measurement.timing import time_call
from hwpred.networks import get_networks
from hwpred.seeding import generator

EAGER = "torch"


def measurer(combination, operations, settings, seed):
    """Return a function that times an architecture.

    Torch in eager mode runs every operation that is written down; a graph runs those that reach the output.

    Parameters
    ----------
    combination : dict
        ``space``, ``task``, and ``runtime`` or ``device_command``.
    operations : int8 array of shape (architectures, positions)
    settings : dict
        ``threads``, ``effort`` (an ``Effort``) and ``command_timeout`` (s).
    seed : int

    Returns
    -------
    callable
        Architecture -> ``Timing``; raises ``MeasurementError``.
    """
    networks = get_networks(combination["space"])
    runtime, command = combination.get("runtime"), combination.get("device_command")

    def measure(architecture):
        network = networks.build(operations[architecture], combination["task"], live=runtime != EAGER)
        weights = generator("weights", seed, int(architecture))
        if command:
            return time_command(command, network, weights, settings["command_timeout"])
        return time_call(open_network(network, runtime, settings["threads"], weights), settings["effort"])

    return measure
