"""What was measured on: processor and versions, for the provenance beside the numbers."""

import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = {"onnxruntime": ("onnxruntime", "onnx"), "torch": ("torch",)}


def describe_machine(runtime, packages=()):
    """Return processor, operating system and the versions of Python, of a runtime's packages and of others.

    Parameters
    ----------
    runtime : str
        A key of ``PACKAGES``.
    packages : sequence of str
        Further packages.

    Returns
    -------
    dict
        ``processor``, ``system``, ``python``, and the version of each package.
    """
    return {
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: version(package) for package in (*PACKAGES[runtime], *packages)},
    }


def processor(cpuinfo=Path("/proc/cpuinfo")):
    """Return the processor's name; hypervisors shorten it, so family and model stand beside it where they are known."""
    if not cpuinfo.is_file():
        return platform.processor() or "unknown"
    lines = [line.split(":", 1) for line in cpuinfo.read_text().splitlines() if ":" in line]
    facts = {key.strip(): value.strip() for key, value in reversed(lines)}
    if "model name" not in facts:
        return platform.processor() or "unknown"
    numbers = [f"{key.removeprefix('cpu ')} {facts[key]}" for key in ("cpu family", "model") if key in facts]
    return f"{facts['model name']} ({', '.join(numbers)})" if numbers else facts["model name"]
