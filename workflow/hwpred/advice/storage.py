"""A device as one file: a zip archive of JSON and arrays, without pickle, that says which version wrote it.

``facts.json`` holds ``format`` (the version of the layout), the device's facts, and shape, type and sha256 of each
array; ``arrays/<name>.npy`` the arrays. A device of a declared space brings the declaration, one
of networks in files what was counted of each. Of ``structured_gp`` the
file holds all that predicts, so that loading fits nothing and imports no torch, and predictions are those of before to
the last bit. Of other predictors it holds the rows, the key and the hyperparameters: the predictor is fitted again,
with the same seed, when it first predicts.
"""

import hashlib
import io
import json
import lzma
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from hwpred import __version__
from hwpred.advice.device import Device
from hwpred.advice.models import STRUCTURED, Model
from hwpred.advice.network_files import is_network_files
from hwpred.advice.spread import Spread
from hwpred.errors import InputError
from hwpred.predictors.structured.prediction import MixturePrediction
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.spaces.network_files import NetworkFiles
from hwpred.spaces.operator_counts import COLUMNS

FORMAT = 4
"""Another number wherever what a device holds, or what a predictor sees of an architecture, changes."""
MOST_BYTES = 150_000_000
"""Of all arrays; 15,625 rows of nasbench201 have 40 MB, and reading takes twice that."""
MOST_STEPS = 20_000
"""Of a hyperparameter that counts: to fit a predictor again takes as long as that says."""
MOST_FACTS = 20_000_000
"""Bytes of ``facts.json``."""
_FACTS, _ARRAY = "facts.json", re.compile(r"arrays/([A-Za-z0-9_/]+)\.npy")
_HELD_OUT = ("held_out/prediction", "held_out/std")
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The same device, the same bytes."""
_TORN = (
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
"""What reading an archive raises that is torn, or of a kind that Python does not read."""


def save(device, path):
    """Write a device into a file that appears whole or not at all.

    Parameters
    ----------
    device : Device
    path : str or Path
        Such as ``my_phone.hwpred``.

    Raises
    ------
    InputError
        If the device is larger than is read.
    """
    from hwpred.tables import whole_file

    facts, arrays = _stored(device)
    contents = {f"arrays/{name}.npy": _as_bytes(values) for name, values in arrays.items()}
    if (size := sum(map(len, contents.values()))) > MOST_BYTES:
        raise InputError(
            f"{path} would hold {size:,} bytes, more than the {MOST_BYTES:,} that are read; leave rows out"
        )
    _check_steps(device.model.hyperparameters)
    facts["sha256"] = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    with whole_file(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {_FACTS: json.dumps(facts, indent=1).encode(), **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)


def _stored(device):
    """Return what JSON holds of a device, and its arrays by name."""
    facts = {
        "device": {**device.facts, "space": str(device.space)},
        "predictor": {
            "key": device.model.key,
            "hyperparameters": device.model.hyperparameters,
            "dead_operations": device.model.dead_operations,
        },
        "spread": vars(device.spread),
        "history": device.history,
        "format": FORMAT,
        "hwpred": __version__,
    }
    arrays = {"rows": device._rows, "values": device._values}
    arrays |= {} if device._times is None else {"times": device._times}
    arrays |= dict(zip(_HELD_OUT, device.held_out, strict=True))
    if is_network_files(device.space):
        space = device.space
        facts["networks"] = {"names": space.names, "dimensions": space.dimensions, "reference": space.reference}
        facts["counts"] = list(COLUMNS)
        arrays |= {"networks/counts": space.counts, "networks/digests": space.digests}
    elif get_space(device.space).declared:
        facts["declaration"] = device.space.content
        if device.space.listed is not None:
            arrays["listed"] = device.space.listed
    if device.model.key == STRUCTURED:
        mixture, parts = device.model.predictor_.stored()
        facts["model"] = {"mean": device.model.mean_, "scale": device.model.scale_, "mixture": mixture}
        arrays |= {f"model/{name}": values for name, values in parts.items()}
    return facts, arrays


def load(path):
    """Read a device that ``Device.save`` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Device

    Raises
    ------
    InputError
        If the file is not there, torn, of something else, too large, or of a later version of hwpred.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            facts = _facts(archive, path)
            arrays = _arrays(archive, facts["sha256"])
        return _device(facts, arrays)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; write the path of a file that hwpred saved") from error
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except _TORN as error:
        raise InputError(f"{path} is torn, or no file that hwpred saved ({error}); save it again") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path} has contents that hwpred did not write ({reason}); save it again") from error


def _facts(archive, path):
    if _FACTS not in archive.namelist():
        raise InputError(f"{path} is an archive, but none that hwpred saved: it holds no {_FACTS}")
    facts = json.loads(_read(archive, _FACTS, MOST_FACTS))
    if facts["format"] != FORMAT:
        raise InputError(
            f"{path} has the format {facts['format']!r} of hwpred {facts['hwpred']}, and hwpred {__version__} reads "
            f"the format {FORMAT}; fit the device again, or install the version that wrote it"
        )
    if "networks" in facts and facts["counts"] != list(COLUMNS):
        raise InputError(
            f"{path} of hwpred {facts['hwpred']} counts operators otherwise than hwpred {__version__}; fit the device "
            "again, or install the version that wrote it"
        )
    return facts


def _arrays(archive, digests):
    """Read the arrays that the facts name, each checked before any memory is taken for it."""
    arrays, left = {}, MOST_BYTES
    for name, digest in digests.items():
        content = _read(archive, name, left)
        left -= len(content)
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"{name} has changed")
        arrays[_ARRAY.fullmatch(name).group(1)] = _from_bytes(name, content)
    return arrays


def _read(archive, name, most):
    # No more than the archive's directory says comes out of it.
    if archive.getinfo(name).file_size > most:
        raise InputError(f"{archive.filename}: {name} is larger than the {most:,} bytes that are read")
    return archive.read(name)


def _check_steps(hyperparameters):
    for name, value in hyperparameters.items():
        if isinstance(value, int) and value > MOST_STEPS:
            raise InputError(
                f"hyperparameter {name} is {value:,}, more than the {MOST_STEPS:,} steps with which a device is saved"
            )


def _as_bytes(values):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(values), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _from_bytes(name, content):
    buffer = io.BytesIO(content)
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise ValueError(f"{name} is of another version")
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(buffer)
    if dtype.kind not in "fiub" or math.prod(shape) * dtype.itemsize != len(content) - buffer.tell():
        raise ValueError(f"{name} holds other than numbers, or not as many as it says")
    # A copy in the order of before: sums of numbers in another order differ in the last bit.
    values = np.frombuffer(content, dtype, offset=buffer.tell())
    return values.reshape(shape, order="F" if by_columns else "C").copy(order="K")


def _device(facts, arrays):
    settings, space = facts["predictor"], _space(facts, arrays)
    _check_steps(settings["hyperparameters"])
    known = {**facts["device"], "space": space}
    model = Model(space, settings["key"], settings["hyperparameters"], settings["dead_operations"], known["metric"])
    device = Device(known, model, arrays["rows"], arrays["values"], arrays.get("times"))
    device.spread, device.history = Spread(**facts["spread"]), facts["history"]
    device.held_out = tuple(arrays[name] for name in _HELD_OUT)
    if "model" not in facts:
        device.model = _FittedWhenAsked(model, device.operations, device.value)
        return device
    model.mean_, model.scale_ = facts["model"]["mean"], facts["model"]["scale"]
    parts = {name.removeprefix("model/"): values for name, values in arrays.items() if name.startswith("model/")}
    model.predictor_ = MixturePrediction.restored(facts["model"]["mixture"], parts)
    return device


def _space(facts, arrays):
    """Return the key of the device's space, or the declared space that the file holds."""
    key = facts["device"]["space"]
    if "networks" in facts:
        return _networks(key, facts["networks"], arrays)
    if "declaration" not in facts:
        if key not in SPACE_KEYS:
            raise ValueError(f"its space is {key!r}")
        return key
    from hwpred.spaces.declaration import checked

    try:
        space = checked(facts["declaration"], "its declaration", arrays.get("listed"))
    except InputError as error:
        raise ValueError(str(error)) from error
    if space.key != key or not space.holds(space.enumerate()).all():
        raise ValueError(f"its space is {key!r}, and its declaration of another one")
    return space


def _networks(key, told, arrays):
    """Return the space of the networks that a file describes."""
    names, counts, digests = told["names"], arrays["networks/counts"], arrays["networks/digests"]
    rows, finite = arrays["rows"], np.isfinite(counts).all() and (counts >= 0).all()
    if not all(isinstance(name, str) for name in names) or len(names) != len(digests) or not finite:
        raise ValueError("its networks are not described by numbers")
    if not 0 < told["reference"] <= len(names) or rows.min() < 0 or rows.max() >= len(names):
        raise ValueError("it does not describe the networks that were measured")
    return NetworkFiles(names, counts, digests, told["dimensions"], reference=told["reference"], key=key)


class _FittedWhenAsked(Model):
    """A model that is fitted on its rows when it first predicts."""

    def __init__(self, model, operations, value):
        vars(self).update(vars(model))
        self._waiting = operations, value

    def __getattr__(self, name):
        if name not in ("predictor_", "mean_", "scale_"):
            raise AttributeError(name)
        fitted = self.fit(*self._waiting)
        for each in ("predictor_", "mean_", "scale_"):
            setattr(self, each, getattr(fitted, each))
        return vars(self)[name]
