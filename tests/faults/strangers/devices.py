"""Devices that ``hwpred`` saved, and declared spaces in them."""

import hashlib
import io
import json
import random
import zipfile

import numpy as np
import pandas as pd

import hwpred
from hwpred.spaces import get_space


def saved_devices(folder):
    """Yield (name, bytes) of saved devices."""
    for predictor in ("ridge_reg", "structured_gp", "xgb"):
        yield from _of(predictor, _parts(_saved(predictor, folder)))


def _of(predictor, parts):
    facts = json.loads(parts["facts.json"])
    yield f"{predictor}: as it was", _zipped(parts)
    for words, change in _CHANGES.items():
        yield (
            f"{predictor}: {words}",
            _zipped({**parts, "facts.json": json.dumps(change(json.loads(json.dumps(facts)))).encode()}),
        )
    for words, array in _ARRAYS.items():
        yield f"{predictor}: {words}", _with_array(parts, facts, "rows", array)
    if predictor != "ridge_reg":
        return
    yield "facts that unfold to a gigabyte", _zipped({**parts, "facts.json": b"[" + b" " * 2**30 + b"]"})
    yield "array that unfolds to two gigabytes", _with_array(parts, facts, "rows", bytes(2**31))
    yield "lists in lists", _zipped({**parts, "facts.json": b"[" * 1_000_000})
    yield "number of a million digits", _zipped({**parts, "facts.json": b'{"format": ' + b"9" * 1_000_000 + b"}"})
    yield "path out of the folder", _zipped({**parts, "../../outside": b"x"})
    yield "the same part twice", _zipped(parts, again={"facts.json": b"{}"})
    yield "another way to compress", _zipped(parts, zipfile.ZIP_LZMA)
    yield "parts that lie one within the other", _overlapping(parts)
    good, chance = _zipped(parts), random.Random(0)
    for number in range(15):
        changed = bytearray(good)
        for _ in range(1 + number % 3):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        yield f"flipped bits, {number}", bytes(changed)
    for number in range(5):
        yield f"cut off at {number}", good[: len(good) * number // 5]


def _set(*path, value):
    """Return what sets one fact."""

    def change(facts):
        place = facts
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        return facts

    return change


_SPACE = {"space": "mine", "positions": {f"p{number}": {"numbers": "1..100"} for number in range(400)}}
_CHANGES = {
    "a predictor that does not exist": _set("predictor", "key", value="os.system"),
    "a predictor above its folder": _set("predictor", "key", value="../../evil"),
    "a billion rounds": _set("predictor", "hyperparameters", value={"rounds": 10**9}),
    "a billion trees": _set("predictor", "hyperparameters", value={"trees": 10**9}),
    "a thread that does not end": _set("predictor", "hyperparameters", value={"n_estimators": 10**9}),
    "text in the place of a number": _set("spread", value={"a": "b"}),
    "a space that does not exist": _set("device", "space", value="../../evil"),
    "a space of networks in files": _set("device", "space", value="onnx"),
    "a history of a million entries": _set("history", value=[{}] * 1_000_000),
    "a metric of a megabyte": _set("device", "metric", value="m" * 2**20),
    "a unit that a browser runs": _set("device", "unit", value="<script>alert(1)</script>"),
    "dead operations of another kind": _set("predictor", "dead_operations", value={"a": 1}),
    "no mapping": lambda facts: [facts],
    "a declaration of 100^400 architectures": lambda facts: {
        **_set("device", "space", value="mine")(facts),
        "declaration": _SPACE,
    },
    "a declaration that asks for a large power": lambda facts: {
        **_set("device", "space", value="mine")(facts),
        "declaration": {"space": "mine", "positions": {"a": {"numbers": "1..9"}}, "cost": "a ** 9 ** 9 ** 9 ** 9"},
    },
    "a declaration of a large range": lambda facts: {
        **_set("device", "space", value="mine")(facts),
        "declaration": {"space": "mine", "positions": {"a": {"numbers": "1..9999999999"}}},
    },
}


def _npy(header, content=b""):
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + content


_ARRAYS = {
    "an array of objects": _npy(
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", b"cos\nsystem\n(S'touch marker'\ntR."
    ),
    "an array of 2^60 numbers": _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,)}"),
    "an array of a negative shape": _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", bytes(8)),
    "an array of many axes": _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1," * 60 + ")}", bytes(8)),
    "a header that is computed": _npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10**9**9,)}"),
    "a header of brackets": _npy("(" * 60_000),
    "a type of many fields": _npy(
        "{'descr': [" + "('a', '<f8')," * 100 + "], 'fortran_order': False, 'shape': (1,)}", bytes(800)
    ),
}


def _saved(predictor, folder):
    space, chance = get_space("nasbench201"), np.random.default_rng(0)
    operations = space.enumerate()[chance.permutation(space.architectures)[:40]]
    value = 3 + (operations == 3) @ np.arange(1, 7) + 0.1 * chance.random(40)
    frame = pd.DataFrame({"architecture": [space.to_text(row) for row in operations], "value": value})
    path = folder / "mine.hwpred"
    told = {"metric": "latency", "unit": "ms", "direction": "smaller"}
    hwpred.fit(frame, "nasbench201", predictor=predictor, **told).save(path)
    return path.read_bytes()


def _parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_array(parts, facts, name, content):
    key = f"arrays/{name}.npy"
    told = {**facts, "sha256": {**facts["sha256"], key: hashlib.sha256(content).hexdigest()}}
    return _zipped({**parts, key: content, "facts.json": json.dumps(told).encode()})


def _zipped(parts, how=zipfile.ZIP_DEFLATED, again=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in [*parts.items(), *(again or {}).items()]:
            archive.writestr(name, content)
    return buffer.getvalue()


def _overlapping(parts):
    """All names of the directory lead to one part."""
    content = bytearray(_zipped(parts))
    place, first = 0, None
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        first = first or bytes(content[place + 42 : place + 46])
        content[place + 42 : place + 46] = first
        place += 46
    return bytes(content)
