"""Reading pickles and torch files from outside without running what is in them.

A pickle may call any function that it can name. These readers admit plain containers, numbers and
numeric numpy arrays only; whatever else a file names is refused before it is imported. A pickle is read by a process
of its own besides, since a few bytes may ask for gigabytes or hours, or crash Python: there, only the sentence is lost
that says what was wrong.
"""

import io
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections import OrderedDict

import numpy as np

_RECONSTRUCT = np.empty(0).__reduce__()[0]
_SCALAR = np.float64(0).__reduce__()[0]
_FROM_BUFFER = np.empty(1).__reduce_ex__(5)[0]
_NUMERIC_KINDS = "biufcSU"
_LARGEST_ITEM = 4096
"""Bytes of one number or text of an array."""
_BUILTINS = ("__builtin__", "builtins")  # before and after protocol 3
_NUMPY_CORES = ("numpy.core", "numpy._core")  # before and after numpy 2
_SIMPLE = (bool, int, float, complex, str, bytes, bytearray, type(None))
_LEAST_MEMORY, _MEMORY_A_BYTE = 300 << 20, 40
"""Bytes that reading a pickle may take, and how many more a byte of the file: a small number takes 32 in Python."""
_SECONDS, _SECONDS_A_MEGABYTE = 15, 2
"""The same for its time, processor and clock: a published file of 3 MB takes one."""


def _numeric_dtype(name, align=False, copy=False):
    """Build a numeric or text type; an object type would let a file place raw pointers in an array."""
    dtype = np.dtype(name)
    if dtype.kind not in _NUMERIC_KINDS or dtype.itemsize > _LARGEST_ITEM:
        raise ValueError(f"numpy type {name!r} is not numeric")
    return np.dtype(name, align=bool(align), copy=bool(copy))


def _array(_kind, _shape, _typecode):
    """Build the empty array that the pickle then fills."""
    return _RECONSTRUCT(np.ndarray, (0,), b"b")


def _scalar(dtype, data=None):
    """Build a number of a type that is what it says: a pickle may have changed it after it was built."""
    if not isinstance(dtype, np.dtype) or data is None:
        raise ValueError("a numpy number has no type or no value")
    return _SCALAR(_checked(dtype), data)


def _latin1(text, encoding):
    """Turn text back into bytes, as pickles of protocol 2 write them."""
    if encoding != "latin1":
        raise ValueError(f"encoding {encoding!r} instead of 'latin1'")
    return text.encode("latin1")


def _checked(dtype):
    """Return a type; ValueError if it is not the one of its name, or its items are too large."""
    right = _numeric_dtype(dtype.str)
    if any(getattr(dtype, name) != getattr(right, name) for name in ("itemsize", "flags", "alignment", "num")):
        raise ValueError(f"numpy type {dtype.str!r} is not what it says")
    return dtype


_ADMITTED = {
    ("collections", "OrderedDict"): OrderedDict,
    **{(module, kind.__name__): kind for module in _BUILTINS for kind in (set, frozenset, bytearray, complex)},
    ("_codecs", "encode"): _latin1,
    ("numpy", "dtype"): _numeric_dtype,
    ("numpy", "ndarray"): None,  # an argument that _array ignores; must not be called itself
    **{(f"{core}.multiarray", "_reconstruct"): _array for core in _NUMPY_CORES},
    **{(f"{core}.multiarray", "scalar"): _scalar for core in _NUMPY_CORES},
    **{(f"{core}.numeric", "_frombuffer"): _FROM_BUFFER for core in _NUMPY_CORES},
}


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ADMITTED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _ADMITTED[module, name]


def read_pickle(path, member=None):
    """Read a pickle of plain containers, numbers and numeric numpy arrays.

    Parameters
    ----------
    path : str or Path
    member : str, optional
        Which file of a zip archive it is, such as of a Python wheel.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If the file asks for anything else (the message names it), is no pickle, or takes more time or memory than a
        file of its size can mean.
    OSError
        If there is no such file.
    """
    megabytes = os.stat(path).st_size / 2**20
    seconds = _SECONDS + _SECONDS_A_MEGABYTE * megabytes
    command = [sys.executable, "-m", __name__, str(path), *([member] if member else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise ValueError(_refused(path, f"it takes longer than {seconds:.0f} s")) from error
    if done.returncode:
        raise ValueError(_refused(path, f"it crashes its reader ({_last_line(done.stderr) or done.returncode})"))
    is_content, answer = _RestrictedUnpickler(io.BytesIO(done.stdout)).load()
    if not is_content:
        raise ValueError(_refused(path, answer))
    return answer


def _last_line(output):
    return output.decode(errors="replace").strip().rpartition("\n")[2]


def _read_here(path, member=None):
    """Return whether the file was read, and its content or else what is wrong with it."""
    _limit_memory(_LEAST_MEMORY + _MEMORY_A_BYTE * os.stat(path).st_size)
    with open(path, "rb") as file:
        try:
            if member is None:
                return True, _plain(_RestrictedUnpickler(file).load(), {})
            with zipfile.ZipFile(file) as archive, archive.open(member) as inner:
                return True, _plain(_RestrictedUnpickler(inner).load(), {})
        except MemoryError:
            return False, "it takes more memory than a file of its size can mean"
        except Exception as error:  # a broken or hostile stream raises nearly anything
            return False, str(error) or type(error).__name__


def _limit_memory(more):
    """Let this process take so many bytes more than it has; only Linux tells how many these are."""
    import resource
    from pathlib import Path

    sizes = Path("/proc/self/statm")
    if sizes.exists():
        now = int(sizes.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (now + int(more),) * 2)


def _plain(value, seen):
    """Return a copy of plain content.

    ``seen`` has the copies of what was met before, so that content which is shared stays so.

    Raises
    ------
    ValueError
        If there is anything else in it.
    """
    if type(value) in _SIMPLE:
        return value
    if id(value) in seen:
        return seen[id(value)][1]
    if isinstance(value, dict):
        copy = type(value)((_plain(key, seen), _plain(inner, seen)) for key, inner in value.items())
    elif type(value) in (list, tuple, set, frozenset):
        copy = type(value)(_plain(inner, seen) for inner in value)
    elif isinstance(value, np.generic | np.ndarray):
        _checked(value.dtype)
        copy = value.copy()
    else:
        raise ValueError(f"it holds a {type(value).__name__}")
    seen[id(value)] = value, copy
    return copy


def read_torch(path):
    """Read a torch file of plain containers, numbers and tensors (``weights_only=True``, on the CPU).

    Numeric numpy scalars are admitted besides: benchmarks store means of timings.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If the file asks for anything else (the message names it), is compressed, or is no torch file.
    OSError
        If there is no such file.
    """
    import torch

    scalars = [(_numeric_dtype, "numpy.dtype"), (_latin1, "_codecs.encode")]
    scalars += [(_scalar, f"{core}.multiarray.scalar") for core in _NUMPY_CORES]
    scalars += [type(np.dtype(name)) for name in ("f4", "f8", "i4", "i8", "?")]
    if _is_compressed(path):
        raise ValueError(_refused(path, "it is a compressed archive, which torch never writes"))
    try:
        with torch.serialization.safe_globals(scalars):
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # as above
        # torch's own message advises to switch the protection off, so it stays in the log's traceback
        found = re.search(r"GLOBAL ([\w.]+)", str(error))
        reason = f"it asks for {found.group(1)}" if found else "it is no torch file of this kind"
        raise ValueError(_refused(path, reason)) from error


def _is_compressed(path):
    """Whether a file is an archive whose parts are larger than they lie there: a few bytes may be gigabytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(part.compress_type != zipfile.ZIP_STORED for part in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        return False  # of an earlier torch, or none: torch says so


def _refused(path, reason):
    return (
        f"{path} was not read: {' '.join(reason.split())}, and only plain containers, numbers and numeric arrays are "
        "admitted; get the file from its origin again"
    )


if __name__ == "__main__":
    pickle.dump(_read_here(*sys.argv[1:]), sys.stdout.buffer, protocol=5)
