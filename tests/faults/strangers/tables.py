"""Measurements as Parquet."""

import io
import random
import struct

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from strangers.texts import ROW


def parquet_files():
    """Yield (name, bytes) of measurements in Parquet."""
    for rows in (10**6 + 1, 10**8):
        yield f"{rows} equal rows", _written(_constant(rows))
    yield "a million equal texts of a megabyte", _written(_constant(999_999, "x" * 2**20), use_dictionary=True)
    yield "a hundred thousand texts of two kilobytes", _written(_texts(100_000, 2000))
    yield "a text of 300 MB", _written(_texts(1, 300_000_000))
    for name, column in _STRANGE.items():
        yield name, _written({"architecture": pa.array([ROW] * len(column)), "value": column})
    yield "thirty thousand columns", _written({f"c{number}": pa.array([1.0]) for number in range(30_000)})
    yield "the same name twice", _twice()
    yield "no columns", _written({})
    yield "ten thousand groups of rows", _written(_texts(10_000, 10), row_group_size=1)
    yield "a type of Python's own in the schema", _extension()
    yield "metadata of pandas that are none", _with_metadata({b"pandas": b"{"})
    yield "metadata of 50 MB", _with_metadata({b"pandas": b"[" * 50_000_000})
    good = _written(_texts(50, 20))
    yield "encrypted", b"PARE" + good[4:-4] + b"PARE"
    for size in (0, 2**31 - 1, 2**32 - 1, len(good)):
        yield f"a footer of {size} bytes", good[:-8] + struct.pack("<I", size) + b"PAR1"
    yield "header and end only", b"PAR1PAR1"
    for place in range(5):
        yield f"cut off at {place}", good[: len(good) * place // 5]
    yield from _flipped(good)


def _flipped(content):
    """In the footer above all, which says what there is."""
    chance = random.Random(0)
    start = len(content) - 8 - struct.unpack("<I", content[-8:-4])[0]
    for number in range(40):
        changed = bytearray(content)
        for _ in range(1 + number % 3):
            changed[chance.randrange(start, len(changed))] ^= 1 << chance.randrange(8)
        yield f"flipped bits of the footer, {number}", bytes(changed)


def _constant(rows, text=ROW):
    places = pa.array(np.zeros(rows, np.int32))
    return {"architecture": pa.DictionaryArray.from_arrays(places, pa.array([text])), "value": pa.array(np.ones(rows))}


def _texts(rows, length):
    return {
        "architecture": pa.array([f"{row:06}".ljust(length, "x") for row in range(rows)]),
        "value": pa.array(np.ones(rows)),
    }


_STRANGE = {
    "lists": pa.array([[1.0] * 1000] * 10),
    "lists in lists": pa.array([[[[1.0]]]]),
    "structures": pa.array([{"a": {"b": 1.0}}]),
    "decimal numbers": pa.array([1]).cast(pa.decimal256(70)),
    "moments": pa.array([0], pa.timestamp("ns")),
    "bytes": pa.array([b"1.5"]),
    "nothing": pa.nulls(10),
    "flags": pa.array([True]),
    "half numbers": pa.array(np.array([np.inf, 1e-7], np.float16)),
    "whole numbers of 64 bits": pa.array([2**64 - 1], pa.uint64()),
    "texts": pa.array(["1.5"]),
    "a map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    "texts of texts": pa.array(["9" * 100_000]),
}


def _written(columns, **options):
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd", **options)
    return buffer.getvalue()


def _twice():
    buffer = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays([pa.array([ROW]), pa.array([1.0]), pa.array([2.0])], ["architecture", "value", "value"]),
        buffer,
    )
    return buffer.getvalue()


def _extension():
    """A column whose type old versions of Arrow unpickled."""
    field = pa.field(
        "value",
        pa.float64(),
        metadata={
            b"ARROW:extension:name": b"arrow.py_extension_type",
            b"ARROW:extension:metadata": b"cos\nsystem\n(S'touch marker'\ntR.",
        },
    )
    buffer = io.BytesIO()
    pq.write_table(
        pa.table([pa.array([ROW]), pa.array([1.0])], schema=pa.schema([pa.field("architecture", pa.string()), field])),
        buffer,
    )
    return buffer.getvalue()


def _with_metadata(metadata):
    buffer = io.BytesIO()
    frame = pd.DataFrame({"architecture": [ROW], "value": [1.0]})
    pq.write_table(pa.Table.from_pandas(frame).replace_schema_metadata(metadata), buffer)
    return buffer.getvalue()
