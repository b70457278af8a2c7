"""Files from outside are read, but nothing in them is run."""

import builtins
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from source_files import write_pickle, write_torch

from hwpred.sources import restricted_pickle
from hwpred.sources.restricted_pickle import _latin1, read_pickle, read_torch

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


def forged_type(name, itemsize, flags):
    """A pickle whose numpy type is changed after it was built, in a number of that type."""
    state = (3, "|", None, None, None, itemsize, 1, flags)
    build = pickle.dumps(state, 2)[2:-1]
    dtype = b"cnumpy\ndtype\nX" + len(name).to_bytes(4, "little") + name.encode() + b"K\x00K\x01\x87R" + build + b"b"
    return b"\x80\x02cnumpy.core.multiarray\nscalar\n" + dtype + b"C\x08aaaaaaaa\x86R."


def _doubled(depth):
    """Each tuple holds the one before twice, so that a hash of the last takes 2 ** depth steps."""
    return b"\x94" + b"".join(b"h%bh%b" % ((bytes([number]),) * 2) + b"\x86\x94" for number in range(depth))


BOMBS = {
    "a persistent id": b"\x80\x02X\x01\x00\x00\x00aQ.",
    "text type of another size": forged_type("S8", -(2**31), 0),
    "text type of other flags": forged_type("S8", 8, 32),
    "unicode type of another size": forged_type("U2", -(2**31), 8),
    "number of two gigabytes": (
        b"\x80\x02cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\x0b\x00\x00\x00S2147483647K\x00K\x01\x87R\x85R."
    ),
    "memo of two gigabytes": b"\x80\x04Nr\x00\x00\x00\x10.",
    "tuples in tuples in a set": b"\x80\x04(" + b")" + b"\x85" * 1_000_000 + b"\x91.",
    "a reader's own function changed": b"\x80\x02c_codecs\nencode\n}X\x0c\x00\x00\x00__defaults__K\x01\x85sb.",
    "list that holds itself": b"\x80\x02]q\x00h\x00a.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_few_bytes_neither_crash_python_nor_fill_the_memory(tmp_path, name):
    path = tmp_path / "bomb.pickle"
    path.write_bytes(BOMBS[name])
    with pytest.raises(ValueError, match=r"bomb.pickle was not read: .*; get the file from its origin again"):
        read_pickle(path)
    assert _latin1.__defaults__ is None


def test_a_few_bytes_do_not_take_hours(tmp_path, monkeypatch):
    monkeypatch.setattr(restricted_pickle, "_SECONDS", 2)
    path = tmp_path / "bomb.pickle"
    path.write_bytes(b"\x80\x04(K\x01\x85" + _doubled(60) + b"\x91.")
    with pytest.raises(ValueError, match=r"bomb.pickle was not read: it takes longer than 2 s"):
        read_pickle(path)


@pytest.mark.parametrize("read", [lambda path: read_pickle(path, "content.pickle"), read_torch])
def test_an_archive_that_unfolds_to_gigabytes_is_refused(tmp_path, read):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.pickle", "w") as inner:
        inner.write(b"\x80\x04\x8e" + (1 << 30).to_bytes(8, "little"))
        for _ in range(1024):
            inner.write(bytes(1 << 20))
        inner.write(b".")
    assert path.stat().st_size < 2 << 20
    with pytest.raises(ValueError, match=r"bomb.zip was not read: it (takes more memory|is a compressed archive)"):
        read(path)


def test_a_torch_file_holds_no_number_without_a_value(tmp_path):
    path = tmp_path / "bomb.pth"
    torch.save({"data": np.float64(1.5)}, path)
    content = path.read_bytes()
    assert read_torch(path) == {"data": 1.5}
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    [name] = [part for part in parts if part.endswith("data.pkl")]
    parts[name] = b"\x80\x02cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\x05\x00\x00\x00S9999K\x00K\x01\x87R\x85R."
    with zipfile.ZipFile(path, "w") as archive:
        for part, inner in parts.items():
            archive.writestr(part, inner)
    assert path.read_bytes() != content
    with pytest.raises(ValueError, match=r"bomb.pth was not read"):
        read_torch(path)
