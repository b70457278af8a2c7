"""A person's data file, whatever format it is in, as columns of cells that know their row and line.

Text is separated by commas, semicolons or tabs, which the header tells; it is UTF-8, UTF-16 with its mark or, where it
is no UTF-8, Latin-1; it may be compressed by gzip. Blank lines, lines that begin with #, and rows of empty cells are
skipped. A Parquet file holds numbers and text. A file that is none of these, or too large, is refused before it is read
as a whole.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np

from hwpred.errors import InputError
from hwpred.sources.requests import check_is_file

MOST_ROWS = 1_000_000
MOST_BYTES = 200_000_000
"""Uncompressed. Sixty measurements of each of 15,625 architectures are fewer; a million rows take 320 MB to read."""
_MOST_CHARACTERS, _LONGEST_LINE = 10_000, 1_000_000
_PIECE, _LONGEST_FOOTER = 1 << 20, 10_000_000
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_OFFICE = {b"PK\x03\x04": "a zip archive, as spreadsheets are", b"\xd0\xcf\x11\xe0": "an old Excel workbook"}
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass
class DataFile:
    """What a file holds in the columns that were asked for.

    Attributes
    ----------
    name : str
        For messages.
    columns : dict
        Name -> cells: a list of str, or a float array where the file itself holds numbers (NaN where they are missing).
    lines : list of int or None
        Line of each row, counted from 1; None in a Parquet file.
    ignored : list of str
        Other columns, but for the row numbers that pandas writes.
    remarks : list of str
        What a reader of the values should know about how the file was read.
    """

    name: str
    columns: dict
    lines: list | None
    ignored: list = field(default_factory=list)
    remarks: list = field(default_factory=list)

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def row(self, index):
        """Name a row as its owner finds it: row 1 is the first below the header."""
        return f"row {index + 1}" + (f" (line {self.lines[index]})" if self.lines else "")

    def rows(self, indices):
        """Name several rows, the first three if there are more."""
        shown = [self.row(index) for index in indices[:3]]
        more = f" and {len(indices) - 3} more" if len(indices) > 3 else ""
        return ", ".join(shown) + more


def read_data_file(path, name, is_known, columns):
    """Read the known columns of a file.

    Parameters
    ----------
    path : str or Path
    name : str
        What messages call the file.
    is_known : callable
        Says of a column's name, in lower case and without blanks around it, whether it is wanted.
    columns : str
        The columns that there may be, in words.

    Returns
    -------
    DataFile

    Raises
    ------
    InputError
        If the file is not there, no file, too large, torn, in another format, or has no header.
    """
    check_is_file(path, name, "file")
    path = Path(path)
    with path.open("rb") as file:
        head = file.read(4)
    if path.suffix.lower() == ".parquet" or head == _PARQUET:
        return _read_parquet(path, name, is_known, head)
    reading = _Reading(path, name, is_compressed=head[:2] == _GZIP)
    encoding, remarks = _encoding_of(reading, head)
    with reading.opened() as content, io.TextIOWrapper(content, encoding) as text:
        data = _read_text(text, name, is_known, columns)
    data.remarks += remarks
    return data


def _check_size(name, what, found, most):
    if found > most:
        raise InputError(f"{name} has {found:,} {what}, more than the {most:,} that are read; leave some rows out")


@dataclass
class _Reading:
    """How a file of text is read."""

    path: Path
    name: str
    is_compressed: bool

    @contextmanager
    def opened(self):
        """Yield the bytes, as a file."""
        try:
            with gzip.open(self.path) if self.is_compressed else self.path.open("rb") as file:
                yield file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{self.name} is compressed by gzip and torn ({error}); write it again") from error

    def pieces(self):
        """Yield the bytes, piece by piece."""
        found = 0
        with self.opened() as file:
            while piece := file.read(_PIECE):
                found += len(piece)
                _check_size(self.name, "bytes or more", found, MOST_BYTES)
                yield piece


def _encoding_of(reading, head):
    """Return the encoding of a file that holds nothing but text, and remarks about it."""
    for mark, words in _OFFICE.items():
        if head.startswith(mark):
            raise InputError(f"{reading.name} is {words}, and no text; save the sheet as CSV")
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        _check_text(reading, encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise InputError(f"{reading.name} begins as UTF-16 but is none ({error}); save it as UTF-8") from error
        _check_text(reading, "latin-1")
        return "latin-1", ["the file is no UTF-8 and was read as Latin-1"]
    return encoding, []


def _check_text(reading, encoding):
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for piece in chain(reading.pieces(), [b""]):
        text = decoder.decode(piece, final=not piece)
        if found := _CONTROL.search(text):
            line += text.count("\n", 0, found.start())
            raise InputError(
                f"{reading.name} is no text: line {line} holds the character {found.group()!r}; save it as CSV in UTF-8"
            )
        line += text.count("\n")


class _Lines:
    """Lines of a text but comments; ``number`` counts all of them."""

    def __init__(self, text, name):
        self.number, self._text, self._name = 0, text, name

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            self.number += 1
            line = self._text.readline(_LONGEST_LINE + 1)
            if not line:
                raise StopIteration
            if len(line) > _LONGEST_LINE:
                raise InputError(
                    f"{self._name}, line {self.number} has more than {_LONGEST_LINE:,} characters; correct it"
                )
            if not line.lstrip().startswith("#"):
                return line


def _read_text(text, name, is_known, columns):
    lines = _Lines(text, name)
    header = next((line for line in lines if line.strip()), None)
    if header is None:
        raise InputError(f"{name} is empty; its first line must name the columns: {columns}")
    try:
        separator = _separator(header, is_known)
    except csv.Error as error:
        raise InputError(f"{name}, line {lines.number} cannot be read ({error}); correct it") from error
    if separator is None:
        raise InputError(
            f"{name}, line {lines.number}: {header.strip()[:120]!r} is no header; the first line must name the "
            f"columns, separated by commas, semicolons or tabs: {columns}"
        )
    names = [_normal(cell) for cell in _cells(header, separator)]
    chosen = _choose(names, name, is_known)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    found, numbers = _rows(reader, lines, names, name, chosen)
    return DataFile(name, found, numbers, _ignored(names, is_known))


def _rows(reader, lines, names, name, chosen):
    """Return the cells of the chosen columns, and the line of each row; equal texts are one object."""
    found, known = {column: [] for column in chosen}, {}
    numbers, separator = [], reader.dialect.delimiter
    try:
        for row in reader:
            if not any(map(str.strip, row)):
                continue
            if len(row) < len(names) or any(map(str.strip, row[len(names) :])):
                hint = "; numbers with decimal commas need semicolons between the columns" if separator == "," else ""
                raise InputError(
                    f"{name}, row {len(numbers) + 1} (line {lines.number}) has {len(row)} cells separated by "
                    f"{_SEPARATORS[separator]}, the header has {len(names)}; correct the row{hint}"
                )
            numbers.append(lines.number)
            _check_size(name, "rows or more", len(numbers), MOST_ROWS)
            for column, place in chosen.items():
                cell = row[place].strip()
                found[column].append(known.setdefault(cell, cell))
    except csv.Error as error:
        raise InputError(f"{name}, line {lines.number} cannot be read ({error}); correct it") from error
    return found, numbers


def _separator(header, is_known):
    """Return the separator that makes most known names of the header, None if none makes any."""
    counts = {key: sum(is_known(_normal(cell)) for cell in _cells(header, key)) for key in _SEPARATORS}
    best = max(counts, key=counts.get)
    return best if counts[best] else None


def _cells(line, separator):
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True))


def _normal(column):
    return str(column).strip().lower()


def _choose(names, name, is_known):
    """Return the place of each known column; InputError if one stands twice."""
    known = [column for column in names if is_known(column)]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{name}: column {twice!r} stands twice; keep one")
    return {column: names.index(column) for column in known}


def _ignored(names, is_known):
    index = re.compile(r"|index|unnamed: \d+|__index_level_\d+__")
    return [column for column in names if not is_known(column) and not index.fullmatch(column)]


def _read_parquet(path, name, is_known, head):
    import pyarrow as pa
    import pyarrow.parquet as pq

    if head != _PARQUET:
        raise InputError(
            f"{name} is no Parquet file, or torn: it begins with {head!r}; write it again, or name it .csv"
        )
    _check_footer(path, name)
    try:
        schema, metadata = pq.read_schema(path), pq.read_metadata(path)
        names = [_normal(column) for column in schema.names]
        chosen = _choose(names, name, is_known)
        _check_size(name, "rows", metadata.num_rows, MOST_ROWS)
        sizes = (metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        _check_size(name, "bytes", sum(sizes), MOST_BYTES)
        fields = [schema.field(place) for place in chosen.values()]
        text = [field.name for field in fields if _kind_of(field, name) == "text"]
        table = pq.ParquetFile(path, read_dictionary=text, page_checksum_verification=True).read(
            [field.name for field in fields]
        )
        table.validate(full=True)
        if fields and table.num_rows != metadata.num_rows:
            raise ValueError(f"it holds {table.num_rows} rows and says {metadata.num_rows}")
        cells = [_cells_of(table[field.name], name) for field in fields]
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{name} is a torn Parquet file ({' '.join(str(error).split())}); write it again") from error
    found = dict(zip(chosen, cells, strict=True))
    return DataFile(name, found or {"": np.empty(metadata.num_rows)}, None, _ignored(names, is_known))


def _check_footer(path, name):
    """Check how large a Parquet file says that its description is, which is read as a whole."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 8, 0))
        size, mark = int.from_bytes(file.read(4), "little"), file.read(4)
    if mark == _PARQUET and size > _LONGEST_FOOTER:
        raise InputError(
            f"{name} has a description of {size:,} bytes at its end, more than the {_LONGEST_FOOTER:,} that are read, "
            "or is torn; write it again"
        )


def _kind_of(field, name):
    import pyarrow.types as types

    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    if types.is_string(kind) or types.is_large_string(kind):
        return "text"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_null(kind):
        return "number"
    raise InputError(f"{name}: column {field.name!r} is of type {field.type}; convert it to numbers or text")


def _cells_of(column, name):
    """Cells of a column of numbers or text; equal texts are one object, so that many rows stay small."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return column.cast(pa.float64(), safe=False).to_numpy().astype(float)
    cells = []
    for chunk in column.chunks:
        if len(chunk.dictionary) and (pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0) > _MOST_CHARACTERS:
            raise InputError(f"{name} holds texts of more than {_MOST_CHARACTERS:,} characters; correct the file")
        words = chunk.dictionary.to_pylist()
        cells += ["" if place is None else (words[place] or "").strip() for place in chunk.indices.to_pylist()]
    return cells
