"""Hardware metric predictors for neural architecture search: the library behind the workflow.

Nothing here knows Snakemake, a path of the repository or a global configuration, and importing
the package costs nothing: heavy libraries are imported by the modules that need them.

One device is what most people have: ``hwpred.fit`` learns from its measurements, ``hwpred.load`` reads what
``Device.save`` wrote, ``hwpred.plan`` says what to measure first, ``hwpred.advise`` which predictor to trust how far,
``hwpred.export`` writes a network as an ONNX file (docs/device.md), and ``hwpred.time_networks`` times such files.
"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "fit": "hwpred.advice.device",
    "Device": "hwpred.advice.device",
    "load": "hwpred.advice.storage",
    "plan": "hwpred.advice.planning",
    "advise": "hwpred.advice.validation",
    "report": "hwpred.answer.device_page",
    "export": "hwpred.networks.export",
    "time_networks": "hwpred.measurement.networks",
    "InputError": "hwpred.errors",
}
"""Public names, imported when they are asked for -> their modules."""
# ``help`` shows what stands here.
__all__ = list(_PUBLIC)


def __getattr__(name):
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__():
    return sorted([*globals(), *_PUBLIC])
