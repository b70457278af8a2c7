"""Where values come from: the card of a device, and of a run."""

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import hwpred

LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "torch", "xgboost", "lightgbm", "snakemake")
"""Packages whose versions numbers may depend on."""


def card_of(metadata):
    """Tell of a table of measurements where its values come from.

    Parameters
    ----------
    metadata : dict
        Of targets, or of accuracies.

    Returns
    -------
    list of [str, str]
        Pairs of a word and what is known; what nobody noted is left out.
    """
    notes = metadata.get("notes", {})
    protocol = notes.get("protocol")
    told = {
        "Values": metadata.get("source"),
        "Architectures": f"{metadata['architectures']:,}" + _missing(metadata),
        "Images at a time": metadata.get("batch_size"),
        "Machine": "; ".join(map(_machine, notes.get("device", []))),
        "How they were measured": _protocol(protocol),
        "Seconds a measurement": notes.get("seconds_per_architecture"),
        "Drift of the machine": _drift(notes.get("drift")),
        "Noise ceiling": _ceiling(notes.get("noise_ceiling")),
        "Measured on": notes.get("date"),
        "Command": notes.get("command"),
        "Warnings": "; ".join(map(str, notes.get("warnings", []))),
        "Licence": metadata.get("licence"),
        "Cite": metadata.get("citation"),
        **{f"SHA-256 of {Path(file).name}": digest for file, digest in metadata.get("files", {}).items()},
    }
    return [[word, str(known)] for word, known in told.items() if known not in (None, "")]


def _missing(metadata):
    return f" ({metadata['missing']:,} without a value)" if metadata.get("missing") else ""


def _machine(device):
    """Say what a machine was: first what it is called, then its versions and threads."""
    words = [str(device[key]) for key in ("processor", "system") if device.get(key)]
    threads = device.get("threads")
    words += [f"{threads} {'thread' if threads == 1 else 'threads'}"] if threads else []
    return ", ".join(words + [f"{key} {value}" for key, value in sorted(device.items()) if key not in _TOLD])


_TOLD = ("processor", "system", "threads")


def _protocol(protocol):
    if not isinstance(protocol, dict):
        return protocol
    if "visits" not in protocol:
        return ", ".join(f"{key} {value}" for key, value in protocol.items())
    return (
        f"{protocol.get('runtime') or 'a command'}: {protocol['visits']} visits to each architecture, of which the "
        f"fastest counts; on each, {protocol['warm_up']} runs to warm up and {protocol['least']} to {protocol['most']} "
        "timed runs, of which the median counts"
    )


def _drift(drift):
    if not drift:
        return None
    return (
        f"{drift['fastest_percent']:+.1f} to {drift['slowest_percent']:+.1f} %, corrected by "
        f"{drift['reference_timings']:,} timings of references"
    )


def _ceiling(tau):
    if tau is None:
        return None
    return "none: the metric is computed" if tau == 1 else f"measuring twice agrees with tau {tau:.3f}"


def run_card(run, seed):
    """Tell of a run when and with what its page was written.

    Parameters
    ----------
    run : str
        Name of the run.
    seed : int
        Its ``run_seed``.

    Returns
    -------
    dict
        ``run``, ``seed``, ``date``, ``hwpred``, ``commit`` (None outside a checkout), ``python``, ``libraries``.
    """
    return {
        "run": run,
        "seed": seed,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "hwpred": hwpred.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _commit():
    """Return the commit of the checkout, "+" behind it if files differ from it."""
    folder = Path(hwpred.__file__).parent
    described = subprocess.run(
        ["git", "-C", str(folder), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"],
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None


def _version(name):
    try:
        return version(name)
    except ModuleNotFoundError:
        return None
