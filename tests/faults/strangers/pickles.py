"""Pickles, and the same content in torch files."""

import io
import pickle
import zipfile
from itertools import product

from test_restricted_pickle import BOMBS, DOTTED, hostile

NAMES = ("S8", "U2", "V8", "O", "M8[s]", "f8")
SIZES = (-(2**31), -1, 0, 2**20, 2**31 - 1)
FLAGS = (0, 8, 32, 63)


def pickles(marker):
    """Yield (name, bytes) of pickles; one that is run makes the file ``marker``."""
    for (name, call), protocol in product(hostile(marker).items(), range(pickle.HIGHEST_PROTOCOL + 1)):
        yield f"{name}, protocol {protocol}", pickle.dumps(call, protocol)
    yield from DOTTED.items()
    yield from BOMBS.items()
    for name, size, flags in product(NAMES, SIZES, FLAGS):
        yield f"type {name} of {size} bytes, flags {flags}", _forged(name, size, flags)
    yield from _bombs()
    good = pickle.dumps({"value": [1.5] * 300, "texts": ["a", "b"]})
    for number in range(10):
        yield f"cut off at {number}", good[: len(good) * number // 10]


def torch_files(marker):
    """Yield (name, bytes) of torch files."""
    import torch

    for (name, call), zipped in product(hostile(marker).items(), (True, False)):
        yield f"{name}, {'zip' if zipped else 'of before 1.6'}", _saved({"data": call}, zipped)
    for name, size, flags in product(NAMES, SIZES[::2], FLAGS[::2]):
        yield f"type {name} of {size} bytes, flags {flags}", _with_pickle(_forged(name, size, flags))
    for name, content in {**DOTTED, **BOMBS, **dict(_bombs())}.items():
        yield name, _with_pickle(content)
    good = _saved({"data": torch.arange(100.0)})
    for words, old, new in _FORGED_TENSORS:
        yield words, _changed(good, "data.pkl", lambda text, old=old, new=new: _replaced(text, old, new))
    yield "compressed bomb", _zipped({"archive/data.pkl": b"\x80\x02]q\x00.", "archive/data/0": bytes(2**30)}, True)
    yield "path out of the folder", _zipped({"../../outside": b"x", "archive/data.pkl": b"\x80\x02]q\x00."})
    yield (
        "code of TorchScript",
        _changed(good, "data.pkl", bytes, more={"archive/code/a.py": b"import os", "archive/constants.pkl": b"N."}),
    )
    for number in range(5):
        yield f"cut off at {number}", good[: len(good) * number // 5]


def _forged(name, itemsize, flags):
    """A number of a numpy type that the pickle changes after it was built."""
    state = (3, "|", None, None, None, itemsize, 1, flags)
    build = pickle.dumps(state, 2)[2:-1]
    dtype = b"cnumpy\ndtype\nX" + len(name).to_bytes(4, "little") + name.encode() + b"K\x00K\x01\x87R" + build + b"b"
    return b"\x80\x02cnumpy.core.multiarray\nscalar\n" + dtype + b"C\x08aaaaaaaa\x86R."


def _bombs():
    doubled = b"\x94" + b"".join(b"h%bh%b" % ((bytes([number]),) * 2) + b"\x86\x94" for number in range(60))
    yield "shared tuples in a set", b"\x80\x04(K\x01\x85" + doubled + b"\x91."
    yield "shared tuples in a frozenset", b"\x80\x04(K\x01\x85" + doubled + b"\x91\x93."
    yield "shared tuples in a list", b"\x80\x04K\x01\x85" + doubled + b"."
    for name, code, size in (("bytes", b"\x8e", 2**40), ("text", b"\x8d", 2**40), ("byte array", b"\x96", 2**31)):
        yield f"{name} of {size} bytes that are not there", b"\x80\x05" + code + size.to_bytes(8, "little") + b"."
    yield "number of 2^31 bytes", b"\x80\x04\x8b" + (2**31 - 1).to_bytes(4, "little") + b"."
    yield "frame of 2^62 bytes", b"\x80\x04\x95" + (2**62).to_bytes(8, "little") + b"N."
    for name, code in (("lists", b"]"), ("dictionaries", b"}")):
        build = {b"]": b"a", b"}": b"s"}[code]
        start = code if code == b"]" else code + b"K\x00"
        yield f"{name} in {name}", b"\x80\x04" + start * 500_000 + b"N" + build * 500_000 + b"."
    yield "keys of one hash", pickle.dumps({number * (2**61 - 1): 0 for number in range(20_000)})
    yield "decimal number of a million digits", b"I" + b"9" * 1_000_000 + b"\n."
    yield "an extension that nobody registered", b"\x80\x02\x82\x01."
    yield "a persistent id", b"\x80\x02X\x01\x00\x00\x00aQ."
    yield "no end", b"\x80\x04" + b"N" * 1_000_000
    shape = pickle.dumps((2**40,), 2)[2:-1]
    yield (
        "array of a shape without its values",
        (
            b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01"
            + shape
            + b"cnumpy\ndtype\nX\x02\x00\x00\x00f8K\x00K\x01\x87R\x89C\x08aaaaaaaatb."
        ),
    )
    for name in ("read", "_shape", "shape", "strides", "data", "dtype"):
        key = pickle.dumps({name: (2**40,)}, 2)[2:-1]
        yield f"attribute {name} of an array", pickle.dumps(_array(), 2)[:-1] + key + b"b."


def _array():
    import numpy as np

    return np.arange(3.0)


_FORGED_TENSORS = (
    ("tensor of other sizes", b"Kd\x85", b"J\xff\xff\xff\x7f\x85"),
    ("tensor that begins behind its storage", b"K\x00Kd\x85", b"J\xff\xff\xff\x7fKd\x85"),
    ("tensor of stride 0", b"Kd\x85q", b"J\xff\xff\xff\x7f\x85q"),
    ("tensor of a negative stride", b"K\x01\x85", b"J\xff\xff\xff\xff\x85"),
    ("storage of another size", b"KdtqQ", b"J\xff\xff\xff\x7ftqQ"),
)


def _replaced(text, old, new):
    """Return a pickle with something else in the last place where the old text stands, if it does."""
    before, found, after = text.rpartition(old)
    return before + new + after if found else text[:-1] + b"0N."


def _saved(content, zipped=True):
    import torch

    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def _with_pickle(content):
    return _changed(_saved([1.5]), "data.pkl", lambda _: content)


def _changed(content, name, change, more=None):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts = {part: change(inner) if part.endswith(name) else inner for part, inner in parts.items()}
    return _zipped({**parts, **(more or {})})


def _zipped(parts, compressed=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
