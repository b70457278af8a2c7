"""Reading pickles and torch files from outside without running what is in them.

A pickle may call any function that it can name. These readers admit plain containers, numbers and
numeric numpy arrays only; whatever else a file names is refused before it is imported.
"""

import pickle
import re
import zipfile
from collections import OrderedDict

import numpy as np

_RECONSTRUCT = np.empty(0).__reduce__()[0]
_SCALAR = np.float64(0).__reduce__()[0]
_FROM_BUFFER = np.empty(1).__reduce_ex__(5)[0]
_NUMERIC_KINDS = "biufcSU"
_BUILTINS = ("__builtin__", "builtins")  # before and after protocol 3
_NUMPY_CORES = ("numpy.core", "numpy._core")  # before and after numpy 2


def _numeric_dtype(name, align=False, copy=False):
    """Build a numeric or text type; an object type would let a file place raw pointers in an array."""
    dtype = np.dtype(name)
    if dtype.kind not in _NUMERIC_KINDS:
        raise ValueError(f"numpy type {name!r} is not numeric")
    return np.dtype(name, align=bool(align), copy=bool(copy))


def _array(_kind, _shape, _typecode):
    """Build the empty array that the pickle then fills."""
    return _RECONSTRUCT(np.ndarray, (0,), b"b")


def _latin1(text, encoding):
    """Turn text back into bytes, as pickles of protocol 2 write them."""
    if encoding != "latin1":
        raise ValueError(f"encoding {encoding!r} instead of 'latin1'")
    return text.encode("latin1")


_ADMITTED = {
    ("collections", "OrderedDict"): OrderedDict,
    **{(module, kind.__name__): kind for module in _BUILTINS for kind in (set, frozenset, bytearray, complex)},
    ("_codecs", "encode"): _latin1,
    ("numpy", "dtype"): _numeric_dtype,
    ("numpy", "ndarray"): None,  # an argument that _array ignores; must not be called itself
    **{(f"{core}.multiarray", "_reconstruct"): _array for core in _NUMPY_CORES},
    **{(f"{core}.multiarray", "scalar"): _SCALAR for core in _NUMPY_CORES},
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
        If the file asks for anything else (the message names it) or is no pickle.
    """
    with open(path, "rb") as file:
        try:
            if member is None:
                return _RestrictedUnpickler(file).load()
            with zipfile.ZipFile(file) as archive, archive.open(member) as inner:
                return _RestrictedUnpickler(inner).load()
        except Exception as error:  # a broken or hostile stream raises nearly anything
            raise _refusal(path, str(error) or type(error).__name__) from error


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
        If the file asks for anything else (the message names it) or is no torch file.
    """
    import torch

    scalars = [(_numeric_dtype, "numpy.dtype"), (_latin1, "_codecs.encode")]
    scalars += [(_SCALAR, f"{core}.multiarray.scalar") for core in _NUMPY_CORES]
    scalars += [type(np.dtype(name)) for name in ("f4", "f8", "i4", "i8", "?")]
    try:
        with torch.serialization.safe_globals(scalars):
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # as above
        # torch's own message advises to switch the protection off, so it stays in the log's traceback
        found = re.search(r"GLOBAL ([\w.]+)", str(error))
        raise _refusal(
            path, f"it asks for {found.group(1)}" if found else "it is no torch file of this kind"
        ) from error


def _refusal(path, reason):
    return ValueError(
        f"{path} was not read: {reason}, and only plain containers, numbers and numeric arrays are admitted; "
        "get the file from its origin again"
    )
