"""Tables are what their schema says, when they are written and when they are read; anything else is one sentence."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hwpred import __version__, tables
from hwpred.errors import InputError
from hwpred.tables import (
    SCHEMAS,
    of_combination,
    of_predictor,
    read_metadata,
    read_table,
    read_tables,
    say_what_made_them,
    whole_file,
    write_table,
)

KINDS = list(SCHEMAS)


def frame_of(kind, rows=1000, seed=0):
    """Rows of that kind, of values that do not compress away; ``architectures`` with two positions."""
    rng = np.random.default_rng(seed)
    columns = {}
    for field in SCHEMAS[kind]:
        if pa.types.is_large_string(field.type):
            columns[field.name] = [f"text {number}" for number in rng.integers(0, 10**9, rows)]
        elif pa.types.is_boolean(field.type):
            columns[field.name] = rng.integers(0, 2, rows).astype(bool)
        elif pa.types.is_integer(field.type):
            columns[field.name] = rng.integers(0, 10**6, rows)
        else:
            columns[field.name] = rng.normal(size=rows)
    frame = pd.DataFrame(columns)
    return frame.assign(p0=rng.integers(0, 5, rows), p1=1) if kind == "architectures" else frame


def rewritten(frame, path, kind):
    """Write a frame as another program would, with the metadata of a table of that kind."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({b"hwpred": json.dumps({"kind": kind})}), path)


@pytest.fixture
def accuracy():
    return pd.DataFrame({"architecture": [0, 1], "accuracy": [90.0, 91.5]})


def test_table_and_metadata_round_trip(tmp_path, accuracy):
    path = tmp_path / "deep" / "accuracy.parquet"
    write_table(accuracy, path, "accuracy", {"unit": "%"})
    assert read_table(path, "accuracy")["accuracy"].tolist() == [90.0, 91.5]
    assert read_table(path, "accuracy")["architecture"].dtype == "int32"
    assert read_metadata(path) == {"unit": "%", "kind": "accuracy", "hwpred": __version__}
    assert [file.name for file in path.parent.iterdir()] == ["accuracy.parquet"]


def test_missing_and_unknown_columns_name_file_and_column(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    with pytest.raises(ValueError, match=r"a\.parquet: the accuracy table lacks column 'accuracy', has unknown.* 'x'"):
        write_table(accuracy.rename(columns={"accuracy": "x"}), path, "accuracy")
    assert not path.exists()
    rewritten(accuracy.assign(note="?"), path, "accuracy")
    with pytest.raises(ValueError, match=r"a\.parquet: .* unknown column 'note'; its columns are architecture"):
        read_table(path, "accuracy")


def test_torn_file_is_not_accepted(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    write_table(accuracy, path, "accuracy")
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(ValueError, match=r"a\.parquet cannot be read as the accuracy table .* delete it and run again"):
        read_table(path, "accuracy")


def test_failed_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("old")

    def fail():
        with whole_file(path) as unfinished:
            unfinished.write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_metadata_of_the_architectures_table_allows_one_column_a_position(tmp_path):
    frame = pd.DataFrame({"architecture": [0], "operations": ["0-1"], "p0": [0], "p1": [1]})
    write_table(frame, tmp_path / "a.parquet", "architectures")
    assert list(read_table(tmp_path / "a.parquet", "architectures")) == list(frame)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_as_it_was_written(tmp_path, kind):
    frame = frame_of(kind, 10)
    write_table(frame, tmp_path / "t.parquet", kind, {"combination": "a"})
    read = read_tables([tmp_path / "t.parquet"] * 2, kind)
    assert read["combination"].tolist() == ["a"] * 20
    found = read.drop(columns="combination").iloc[:10]
    pd.testing.assert_frame_equal(found, frame.astype(found.dtypes.to_dict()))
    write_table(frame.iloc[:0], tmp_path / "t.parquet", kind)
    assert len(read_table(tmp_path / "t.parquet", kind)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_torn_tables_are_one_sentence(tmp_path, kind):
    path = tmp_path / "t.parquet"
    write_table(frame_of(kind), path, kind)
    content = path.read_bytes()
    for torn in (b"", content[:4], content[: len(content) // 2], content[:-1], b"\0" * len(content)):
        path.write_bytes(torn)
        for read in (read_table, read_metadata):
            with pytest.raises(InputError, match=rf"t\.parquet cannot be read as the {kind} table"):
                read(path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_of_a_page_changes_no_value_unnoticed(tmp_path, kind):
    path, rng = tmp_path / "t.parquet", np.random.default_rng(1)
    write_table(frame_of(kind), path, kind)
    whole, content = read_table(path, kind), path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    messages = []
    for position in rng.integers(4, footer, 30):
        flipped = bytearray(content)
        flipped[position] ^= 1 << rng.integers(8)
        path.write_bytes(flipped)
        try:  # a flip in the head of a page, where nothing is read, may change no value
            pd.testing.assert_frame_equal(read_table(path, kind), whole)
        except InputError as error:
            messages.append(str(error))
    assert len(messages) >= 25
    assert all(f"t.parquet cannot be read as the {kind} table" in message for message in messages)


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_another_kind_is_named_as_such(tmp_path, kind):
    path, other = tmp_path / "t.parquet", KINDS[KINDS.index(kind) - 1]
    write_table(frame_of(other, 5), path, other)
    for read in (read_table, read_metadata):
        with pytest.raises(InputError, match=rf"t\.parquet: its kind is '{other}', not '{kind}'; "):
            read(path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_metadata_is_not_accepted(tmp_path, kind):
    path = tmp_path / "t.parquet"
    write_table(frame_of(kind, 5), path, kind)
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    for read in (read_table, read_metadata):
        with pytest.raises(InputError, match=rf"t\.parquet lacks the metadata of the {kind} table"):
            read(path, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_its_type_and_its_values(tmp_path, kind):
    path, frame = tmp_path / "t.parquet", frame_of(kind, 5)
    write_table(frame, path, kind)
    read = read_table(path, kind)
    for field in SCHEMAS[kind]:
        is_text = pa.types.is_large_string(field.type)
        wrong = read.assign(**{field.name: [1, 2, 3, 4, 5] if is_text else list("12345")})
        rewritten(wrong, path, kind)
        with pytest.raises(InputError, match=rf"t\.parquet: column '{field.name}' of the {kind} table is of type"):
            read_table(path, kind)
        with pytest.raises(
            InputError, match=rf"t\.parquet: column '{field.name}' of the {kind} table is no {field.type}"
        ):
            write_table(wrong, path, kind)
        lacking = frame.assign(**{field.name: frame[field.name].astype(object).where(frame.index != 3, None)})
        if field.nullable:
            write_table(lacking, path, kind)
            assert read_table(path, kind)[field.name].isna().tolist() == [False] * 3 + [True, False]
        else:
            with pytest.raises(InputError, match=rf"'{field.name}' of the {kind} table lacks 1 of 5 .* row 4"):
                write_table(lacking, path, kind)


def test_numbers_without_their_fraction_are_not_written(tmp_path, accuracy):
    with pytest.raises(InputError, match="column 'architecture' of the accuracy table is no int32"):
        write_table(accuracy.assign(architecture=[0, 1.5]), tmp_path / "a.parquet", "accuracy")


def test_missing_values_that_must_be_there_are_noticed_when_read(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    rewritten(
        accuracy.assign(architecture=accuracy["architecture"].astype("int32"), accuracy=[np.nan, 1]), path, "accuracy"
    )
    with pytest.raises(InputError, match=r"a\.parquet: column 'accuracy' .* lacks 1 of 2 values, the first in row 1"):
        read_table(path, "accuracy")


def test_a_table_that_belongs_to_something_else_is_named(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    write_table(accuracy, path, "accuracy", {"space": "fbnet", "task": "images"})
    assert len(read_table(path, "accuracy", expect={"space": "fbnet"})) == 2
    for expect, words in (
        ({"space": "mnasnet"}, "its space is 'fbnet', not 'mnasnet'"),
        ({"run": 1}, "its run is None"),
    ):
        for read in (read_table, read_metadata):
            with pytest.raises(InputError, match=rf"a\.parquet: {words}.*; delete it and run again"):
                read(path, "accuracy", expect=expect)


def test_a_table_of_a_version_that_did_not_note_the_kind_is_read(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    write_table(accuracy, path, "accuracy")
    pq.write_table(pq.read_table(path).replace_schema_metadata({b"hwpred": b"{}"}), path)
    assert len(read_table(path, "accuracy")) == 2


def test_a_table_in_the_place_of_another_is_refused(tmp_path):
    frame = frame_of("fits", 3)
    file, other = (tmp_path / name / "rf" / "0-1.parquet" for name in ("space-task-pixel6.1-latency", "other"))
    write_table(frame, file, "fits", {"combination": "space-task-pixel6.1-latency", "predictor": "rf"})
    assert len(read_tables([file], "fits", of_predictor)) == 3
    other.parent.mkdir(parents=True)
    file.rename(other)
    with pytest.raises(InputError, match=r"its combination is 'space-task-pixel6.1-latency', not 'other'; delete it"):
        read_tables([other], "fits", of_predictor)
    beside = other.parents[1] / "xgb" / "0-1.parquet"
    write_table(frame, beside, "fits", {"combination": "other", "predictor": "rf"})
    with pytest.raises(InputError, match=r"its predictor is 'rf', not 'xgb'"):
        read_tables([beside], "fits", of_predictor)
    write_table(frame_of("evaluation", 3), tmp_path / "pixel6.1.parquet", "evaluation", {"combination": "x"})
    with pytest.raises(InputError, match=r"its combination is 'x', not 'pixel6.1'"):
        read_tables([tmp_path / "pixel6.1.parquet"], "evaluation", of_combination)


ASKED = {"run_seed": 1, "train_sizes": [4, 9], "test_size": 5, "seeds": 2}


@pytest.mark.parametrize("kind", tables.COLUMNS)
@pytest.mark.parametrize("key", ASKED)
def test_a_table_that_the_study_does_not_ask_for_is_refused(tmp_path, monkeypatch, kind, key):
    file, told = tmp_path / "x.parquet", {"combination": "x", "seeds": "of another meaning"}
    monkeypatch.setattr(tables, "_ASKED", {"x": ASKED, "y": {**ASKED, key: 7}})
    write_table(frame_of(kind, 3), file, kind, told)
    monkeypatch.setattr(tables, "_ASKED", {})
    read_table(file, kind)
    tables.say_what_is_asked({"x": {**ASKED, key: [7]}})
    is_asked = "train_size" in tables.COLUMNS[kind] and (key != "seeds" or kind in ("evaluation", "explanation"))
    if not is_asked:
        assert len(read_table(file, kind)) == 3
        return
    words = re.escape(f"{file}: its {key} is {ASKED[key]!r}, not [7]; delete it and run again")
    for read in (lambda: read_table(file, kind), lambda: read_metadata(file)):
        with pytest.raises(InputError, match=words):
            read()


def test_a_table_of_a_version_that_did_not_note_what_was_asked_is_read(tmp_path, monkeypatch):
    write_table(frame_of("fits", 3), tmp_path / "fits.parquet", "fits", {"combination": "x"})
    monkeypatch.setattr(tables, "_ASKED", {"x": ASKED})
    assert len(read_table(tmp_path / "fits.parquet", "fits")) == 3


def test_a_table_says_what_made_it_and_not_where(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_MADE_BY", {})
    path, frame = tmp_path / "t.parquet", frame_of("fits", 2)

    def made_by(inherited=None, **params):
        say_what_made_them(params.items())
        write_table(frame, path, "fits", inherited)
        return read_metadata(path)["made_by"]

    made = made_by(code="abc", seeds=[0, 1], request={"space": "fbnet", "file": "a.csv"})
    assert made["code"] == "abc"
    assert made_by(code="abc", request={"file": "/elsewhere/a.csv", "space": "fbnet"}, seeds=(0, 1)) == made
    assert made_by(code="abd", seeds=[0, 1], request={"space": "fbnet"})["settings"] == made["settings"]
    assert made_by({"made_by": made}, code="abc", seeds=[0, 2], request={"space": "fbnet"}) != made
    tables._MADE_BY.clear()
    write_table(frame, path, "fits", {"made_by": made})
    assert "made_by" not in read_metadata(path)


def test_every_script_starts_its_log_and_says_what_made_its_tables():
    scripts = list((Path(__file__).parents[2] / "workflow" / "scripts").glob("*.py"))
    assert len(scripts) > 20
    start = "\nstart_job(job.log[0], job.params)\n"
    assert [script.name for script in scripts if script.read_text().count(start) != 1] == []


@pytest.mark.parametrize("key", ["metadata_digest", "rows_digest"])
def test_a_table_whose_digest_goes_by_another_name_is_refused(tmp_path, key):
    """One flipped bit in the name would make it a table of an earlier version, which noted none."""
    path = tmp_path / "accuracy.parquet"
    write_table(pd.DataFrame({"architecture": [0], "accuracy": [1.0]}), path, "accuracy", {"space": "a"})
    table = pq.read_table(path)
    text = table.schema.metadata[b"hwpred"].replace(key.encode(), b"f" + key[1:].encode())
    pq.write_table(table.replace_schema_metadata({b"hwpred": text}), path)
    with pytest.raises(InputError, match=r"accuracy.parquet cannot be read .*its metadata (lack|are not)"):
        read_metadata(path)
