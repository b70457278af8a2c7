"""What can happen to a file on a disk: it is torn, loses a part, or is another one."""

import os
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def _rewritten(change):
    """Return what writes a Parquet table again with a change, and its metadata as they were."""

    def damage(path):
        table = pq.read_table(path)
        pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), path)

    return damage


def _without_a_column(table):
    return table.drop_columns(table.column_names[-1:])


def _other_values(table):
    numbers = [number for number, field in enumerate(table.schema) if _is_number(field.type)]
    place = [number for number in numbers if len(table[number].unique()) > 1][-1]
    return table.set_column(place, table.schema.field(place), [table[place].combine_chunks().take(_turned(table))])


def _is_number(kind):
    return pa.types.is_floating(kind) or pa.types.is_integer(kind)


def _turned(table):
    return pa.array(np.roll(np.arange(len(table)), 1))


def truncated(path):
    """Leave the first half."""
    os.truncate(path, path.stat().st_size // 2)


def tail_cut(path):
    """Leave out the last eight bytes."""
    os.truncate(path, max(path.stat().st_size - 8, 0))


def empty(path):
    """Leave nothing."""
    os.truncate(path, 0)


def zeros(path):
    """Write zeros in the place of all bytes, as a file system may do after a power cut."""
    path.write_bytes(bytes(path.stat().st_size))


def byte_in_the_middle(path):
    """Change one byte."""
    flip(path, 8 * (path.stat().st_size // 2), 0xFF)


def byte_with_its_time_kept(path):
    """Change one byte, and keep the time of the file, so that nothing looks newer."""
    times = path.stat()
    byte_in_the_middle(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def flip(path, bit, mask=None):
    """Flip one bit of a file, counted from its first one; or those of a mask in its byte."""
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8 if mask is None else mask
    path.write_bytes(content)


def replaced_by(other):
    """Return what copies another file to the place of one."""
    return lambda path: shutil.copyfile(other, path)


def without_metadata(path):
    """Write a table again, without what stands beside its rows."""
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)


OF_ANY_FILE = {
    "truncated": truncated,
    "tail cut": tail_cut,
    "empty": empty,
    "zeros": zeros,
    "byte in the middle": byte_in_the_middle,
    "byte in the middle, time kept": byte_with_its_time_kept,
}
OF_TABLES = {
    **OF_ANY_FILE,
    "column gone": _rewritten(_without_a_column),
    "half of the rows": _rewritten(lambda table: table.slice(0, len(table) // 2)),
    "no rows": _rewritten(lambda table: table.slice(0, 0)),
    "values in other rows": _rewritten(_other_values),
    "no metadata": without_metadata,
}
"""What happens -> a function that does it to the file of a path."""
