"""Files from outside are read, but nothing in them is run."""

import builtins
import os
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from source_files import write_pickle, write_torch

from hwpred.sources.restricted_pickle import read_pickle, read_torch

CONTENT = {
    "floats": [1.5, 2.0],
    "mixed": (1, "text", b"bytes", None, True, 2 + 1j, {"a"}, frozenset({"b"}), bytearray(b"c")),
    "ordered": OrderedDict(a=1),
    "scalars": [np.float64(1.5), np.float32(2.5), np.int64(3)],
}


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def hostile(marker):
    """Ways to make a reader touch the marker file, by name."""
    return {
        "os.system": Call(os.system, f"touch {marker}"),
        "eval": Call(eval, f"open({str(marker)!r}, 'w')"),
        "exec": Call(exec, f"open({str(marker)!r}, 'w')"),
        "open": Call(open, str(marker), "w"),
        "path": Call(Path.touch, Path(marker)),
        "getattr": Call(getattr, Path(marker), "touch"),
        "import": Call(builtins.__import__, "os"),
        "nested": [{"deep": (Call(os.system, f"touch {marker}"),)}],
        "setstate": Call(OrderedDict, [(Call(os.system, f"touch {marker}"), 1)]),
    }


# Written by hand: a dotted name that reaches through an admitted one, and a call of a string.
DOTTED = {
    "dotted": b"\x80\x04\x8c\x05numpy\x94\x8c\x11ndarray.__class__\x94\x93\x94.",
    "globals": b"\x80\x04\x8c\x0bcollections\x94\x8c\x18OrderedDict.__subclasses__\x94\x93\x94)R.",
    "ndarray": b"\x80\x02cnumpy\nndarray\n(K\x01\x85X\x01\x00\x00\x00OtR.",
    "object": b"\x80\x02cnumpy\ndtype\nX\x01\x00\x00\x00O\x85R.",
    "codec": b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00rot13\x86R.",
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_of_plain_content(tmp_path, protocol):
    path = tmp_path / "content.pickle"
    array = np.arange(6.0).reshape(2, 3)
    path.write_bytes(pickle.dumps({**CONTENT, "array": array}, protocol))
    content = read_pickle(path)
    np.testing.assert_array_equal(content.pop("array"), array)
    assert content == CONTENT


def test_pickle_of_numpy_before_version_2(tmp_path):
    path = tmp_path / "old.pickle"
    written = pickle.dumps([np.float64(1.5), np.array([1.0, 2.0])], 2)
    path.write_bytes(written.replace(b"numpy._core", b"numpy.core"))
    scalar, array = read_pickle(path)
    assert scalar == 1.5
    np.testing.assert_array_equal(array, [1.0, 2.0])


def test_torch_file_of_plain_content(tmp_path):
    path = write_torch(tmp_path / "content.pth", {"data": CONTENT["floats"], "scalars": CONTENT["scalars"]})
    assert read_torch(path) == {"data": CONTENT["floats"], "scalars": CONTENT["scalars"]}


@pytest.mark.parametrize("name", hostile(""))
def test_hostile_pickle_does_not_run(tmp_path, name):
    marker = tmp_path / "marker"
    path = write_pickle(tmp_path / "hostile.pickle", hostile(marker)[name])
    with pytest.raises(ValueError, match=r"hostile.pickle was not read: it asks for \w+"):
        read_pickle(path)
    assert not marker.exists()


def test_hostile_pickle_would_run(tmp_path):
    """The test above proves something only if an ordinary reader falls for the file."""
    marker = tmp_path / "marker"
    pickle.loads(pickle.dumps(hostile(marker)["nested"]))
    assert marker.exists()


@pytest.mark.parametrize("name", DOTTED)
def test_names_behind_admitted_names_are_refused(tmp_path, name):
    path = tmp_path / "hostile.pickle"
    path.write_bytes(DOTTED[name])
    with pytest.raises(ValueError, match=r"hostile.pickle was not read"):
        read_pickle(path)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", hostile(""))
def test_hostile_torch_file_does_not_run(tmp_path, name, zipped):
    marker = tmp_path / "marker"
    path = tmp_path / "hostile.pth"
    torch.save({"data": [1.0], "more": hostile(marker)[name]}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(ValueError, match=r"hostile.pth was not read"):
        read_torch(path)
    assert not marker.exists()


def test_torch_file_names_what_it_asks_for(tmp_path):
    path = write_torch(tmp_path / "hostile.pth", hostile(tmp_path / "marker")["os.system"])
    with pytest.raises(ValueError, match=r"it asks for (posix|nt)\.system") as caught:
        read_torch(path)
    assert "weights_only" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("read", [read_pickle, read_torch])
@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 half a zip", pickle.dumps([1.5] * 99)[:-9]])
def test_broken_file(tmp_path, read, content):
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="broken was not read"):
        read(path)


def test_missing_torch_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_torch(tmp_path / "missing.pth")
