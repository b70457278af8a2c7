"""A user's own table: what it may look like, what is noted of its values, and which row is named when it is wrong.

Whole files, good and bad, are in ``test_inputs.py``.
"""

import json
import logging
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import source_files as build

from hwpred.errors import InputError
from hwpred.sources import formats, remarks
from hwpred.sources import table as source
from hwpred.spaces import SPACE_KEYS, get_space
from hwpred.spaces.base import ArchitectureTable
from hwpred.spaces.nasbench201 import EDGES

REQUEST = {"space": "transnas_macro", "task": "any", "device": "mine", "metric": "memory", "source": "table"}
FACTS = {"unit": "MB", "direction": "smaller", "batch_size": 4}


@pytest.fixture(scope="module")
def table():
    return build.first_architectures("transnas_macro", 1000)


@pytest.fixture
def frame(table):
    chosen = [5, 2, 900]
    texts = [table.space.to_text(table.operations[i]) for i in chosen]
    return pd.DataFrame({"architecture": texts, "value": [50.5, 20.0, 9.0], "accuracy": [60.0, 61.5, 62.0]})


def by_operations(frame, table):
    rows = [table.space.from_text(text) for text in frame["architecture"]]
    operations = pd.DataFrame(rows, columns=[f"p{i}" for i in range(table.space.positions)])
    return pd.concat([operations, frame.drop(columns="architecture")], axis=1)


def write(frame, folder, suffix):
    path = folder / f"own{suffix}"
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    return path


def load(path, table, kind="target"):
    request = {**REQUEST, **FACTS, "kind": kind, "file": str(path)}
    read = source.load_target if kind == "target" else source.load_accuracy
    return read(request, {str(path): path}, table)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("shape", [lambda frame, table: frame, by_operations])
def test_values_and_accuracies(frame, table, tmp_path, suffix, shape):
    path = write(shape(frame, table), tmp_path, suffix)
    found = load(path, table)
    assert found.architecture.tolist() == [2, 5, 900]
    assert found.value.tolist() == [20.0, 50.5, 9.0]
    assert (found.unit, found.direction, found.batch_size) == ("MB", "smaller", 4)
    accuracies = load(path, table, "accuracy")
    assert accuracies.value.tolist() == [61.5, 60.0, 62.0]
    assert (accuracies.unit, accuracies.direction, accuracies.batch_size) == ("%", "larger", None)


def test_accuracy_is_optional_and_so_is_the_value(frame, table, tmp_path):
    path = write(frame.drop(columns="accuracy"), tmp_path, ".csv")
    assert len(load(path, table).value) == 3
    with pytest.raises(InputError, match=r"own.csv lacks column 'accuracy': it has architecture, value; its columns"):
        load(path, table, "accuracy")
    path = write(frame.drop(columns="value"), tmp_path, ".csv")
    assert len(load(path, table, "accuracy").value) == 3
    with pytest.raises(InputError, match=r"own.csv lacks column 'value': it has architecture, accuracy; its columns"):
        load(path, table)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(value=["50.5", "fast", "9"]), "'fast' is no number; correct it, or leave the cell"),
        (lambda frame: frame.assign(value=["50.5", "9,000.5", "9"]), "'9,000.5' is no number"),
        (lambda frame: frame.assign(value=["50.5", "-1", "9"]), "'-1' is not positive"),
        (lambda frame: frame.assign(value=[50.5, 0, 9.0]), "is not positive"),
        (lambda frame: frame.assign(value=[50.5, float("inf"), 9.0]), "is no measurement, above 1e+30 or below 1e-30"),
        (lambda frame: frame.assign(value=["50.5", "-inf", "9"]), "'-inf' is no measurement"),
        (lambda frame: frame.assign(value=[50.5, 1e200, 9.0]), "is no measurement"),
    ],
)
def test_wrong_values(frame, table, tmp_path, suffix, change, words):
    path = write(change(frame), tmp_path, suffix)
    line = " (line 3)" if suffix == ".csv" else ""
    text = frame["architecture"][1]
    with pytest.raises(InputError) as caught:
        load(path, table)
    start = f"{path}, row 2{line}, column 'value', architecture {text!r}: "
    assert str(caught.value).startswith(start)
    assert words in str(caught.value)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns="value"), " lacks column 'value'"),
        (lambda frame: frame.rename(columns={"architecture": "p0"}), " lacks column 'p1': it has p0, value, accuracy;"),
        (lambda frame: frame.assign(p0=1), " lacks column 'p1'"),
        (lambda frame: frame.iloc[:0], " has no rows below its header"),
        (lambda frame: frame.assign(value=np.nan), ", column 'value': no values; give at least one"),
    ],
)
def test_wrong_columns(frame, table, tmp_path, suffix, change, words):
    path = write(change(frame), tmp_path, suffix)
    with pytest.raises(InputError) as caught:
        load(path, table)
    assert str(caught.value).startswith(f"{path}{words}")


def test_a_wrong_architecture_is_named_by_its_row(frame, table, tmp_path):
    path = write(frame.assign(architecture=["64-1114-basic", "vgg", "x"]), tmp_path, ".csv")
    with pytest.raises(InputError, match=r"own.csv, row 2 \(line 3\): 'vgg' is no architecture of transnas_macro; one"):
        load(path, table)
    path = write(frame.assign(architecture=[7, 8, 9]), tmp_path, ".csv")
    with pytest.raises(InputError, match=r"row 1 \(line 2\): '7' is no arch.*; numbers go into columns p0, p1, ... \("):
        load(path, table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(p1=["1", "normal", "1"]), ", column 'p1': 'normal' is no whole number; correct it"),
        (lambda frame: frame.assign(p1=["1", "1.5", "1"]), ", column 'p1': '1.5' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "inf", "1"]), ", column 'p1': 'inf' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "", "1"]), ", column 'p1': '' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "9", "1"]), ": (1, 9, "),
        (lambda frame: frame.assign(p0=["1", "0", "1"]), ": (0, "),
    ],
)
def test_mistakes_in_operations(frame, table, tmp_path, change, words):
    path = write(change(by_operations(frame, table)), tmp_path, ".csv")
    with pytest.raises(InputError) as caught:
        load(path, table)
    assert str(caught.value).startswith(f"{path}, row 2 (line 3){words}")


def test_text_and_operations_must_agree(frame, table, tmp_path):
    both = by_operations(frame, table).assign(architecture=frame["architecture"])
    assert load(write(both, tmp_path, ".csv"), table).architecture.tolist() == [2, 5, 900]
    swapped = both.assign(architecture=frame["architecture"][[1, 0, 2]].to_numpy())
    with pytest.raises(InputError, match=r"row 1 \(line 2\), architecture '.*': p0, p1, ... say '64-.*'; correct one"):
        load(write(swapped, tmp_path, ".csv"), table)


def test_architecture_that_the_sample_does_not_hold(tmp_path):
    space = get_space("fbnet")
    small = ArchitectureTable(space, [[0] * 22, [1] * 22])
    path = write(
        pd.DataFrame({"architecture": ["-".join("2" * 22), "-".join("0" * 22)], "value": [1.0, 2.0]}), tmp_path, ".csv"
    )
    request = {**REQUEST, **FACTS, "kind": "target", "space": "fbnet", "file": str(path)}
    assert source.check_file(request).architectures == 2  # the sample is known to the job only
    with pytest.raises(InputError, match=r"own.csv, row 1 \(line 2\): architecture .* is not among the 2 of fbnet"):
        source.load_target(request, {str(path): path}, small)


def test_missing_values_are_left_out_and_named(frame, table, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    path = write(frame.assign(value=["50.5", "NA", "9"], accuracy=["", "61.5", "n/a"], note="x"), tmp_path, ".csv")
    found = load(path, table)
    assert (found.architecture.tolist(), found.missing) == ([5, 900], 1)
    assert f"{path}: left out, since the value is missing: row 2 (line 3)" in caplog.text
    assert "columns that are not used: note" in caplog.text
    accuracies = load(path, table, "accuracy")
    assert (accuracies.architecture.tolist(), accuracies.value.tolist(), accuracies.missing) == ([2], [61.5], 2)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_measurement_that_is_not_there_needs_no_time(frame, table, tmp_path, suffix):
    missing = [50.5, None, 9.0]
    found = load(write(frame.assign(value=missing, started=[7.0, None, 8.5]), tmp_path, suffix), table)
    assert (found.value.tolist(), found.time.tolist()) == ([50.5, 9.0], [7.0, 8.5])
    with pytest.raises(InputError, match=r"row 3.*column 'started': .* is no number; give when the row was measured"):
        load(write(frame.assign(value=missing, started=[7.0, None, None]), tmp_path, suffix), table)


@pytest.mark.parametrize(
    ("accuracy", "words"),
    [
        (
            ["60", "950", "61"],
            r"row 2 \(line 3\), column 'accuracy', architecture '.*': '950' is not in %, from 0 to 100",
        ),
        (["60", "-1", "61"], "'-1' is not in %"),
        (["60", "good", "61"], "'good' is no number"),
        ([".6", "0.5", "1"], "column 'accuracy': no value is above 1, they look like fractions; give percent"),
    ],
)
def test_accuracies_are_percent(frame, table, tmp_path, accuracy, words):
    path = write(frame.assign(accuracy=accuracy), tmp_path, ".csv")
    with pytest.raises(InputError, match=words):
        load(path, table, "accuracy")
    assert len(load(path, table).value) == 3  # where accuracies are not used they stop nothing


def test_an_accuracy_of_zero_is_one(frame, table, tmp_path):
    path = write(frame.assign(accuracy=[0, 50, 60]), tmp_path, ".csv")
    assert load(path, table, "accuracy").value.tolist() == [50, 0, 60]


def test_repeated_measurements_are_the_median_with_their_noise(table, tmp_path):
    texts = [table.space.to_text(row) for row in table.operations[:40]]
    rng = np.random.default_rng(0)
    true = np.arange(10, 50)
    frames = [pd.DataFrame({"architecture": texts, "value": true * rng.normal(1, 0.02, 40)}) for _ in range(3)]
    path = write(pd.concat(frames), tmp_path, ".csv")
    found = load(path, table)
    expected = np.median([frame["value"] for frame in frames], axis=0)
    assert found.architecture.tolist() == list(range(40))
    assert found.value == pytest.approx(expected)
    repeats = found.notes["repeats"]
    assert (repeats["architectures"], repeats["measurements"]) == (40, 120)
    assert repeats["std"] == pytest.approx(0.02, rel=0.25)
    assert 0.8 < found.notes["noise_ceiling"] < 1
    json.dumps(found.notes)


def test_few_repeats_and_copies_tell_no_noise_ceiling(frame, table, tmp_path):
    found = load(write(pd.concat([frame, frame]), tmp_path, ".csv"), table)
    assert found.notes["repeats"] == {"architectures": 3, "measurements": 6, "std": 0}
    assert "noise_ceiling" not in found.notes
    copies = [np.array([value, value]) for value in range(1, 50)]
    assert "noise_ceiling" not in remarks.repeats(copies)
    assert "noise_ceiling" in remarks.repeats([part * [1, 1.1] for part in copies])


def warnings_of(frame, tmp_path, table, **changes):
    path = write(frame, tmp_path, ".csv")
    request = {**REQUEST, **FACTS, "kind": "target", "accuracy": "any", "file": str(path), **changes}
    return source.load_target(request, {str(path): path}, table).notes.get("warnings", [])


def test_another_unit_is_suspected(table, tmp_path):
    texts = [table.space.to_text(row) for row in table.operations[:60]]
    value = np.random.default_rng(0).uniform(3, 30, 60)
    frame = pd.DataFrame({"architecture": texts, "value": value})
    assert warnings_of(frame, tmp_path, table) == []
    (words,) = warnings_of(frame.assign(value=value * np.where(np.arange(60) < 6, 1e-3, 1)), tmp_path, table)
    assert words.startswith("6 of 60 values are about ")
    assert words.endswith("another unit? row 1 (line 2), row 2 (line 3), row 3 (line 4) and 3 more")
    assert len(warnings_of(frame.assign(value=value * np.where(np.arange(60) < 30, 1e3, 1)), tmp_path, table)) == 1
    assert len(warnings_of(frame.assign(value=value * np.where(np.arange(60) == 7, 1e3, 1)), tmp_path, table)) == 1
    # A runtime that drops the few cells without any path takes almost no time for them.
    assert warnings_of(frame.assign(value=value * np.where(np.arange(60) == 7, 1e-3, 1)), tmp_path, table) == []


def test_other_warnings(frame, table, tmp_path):
    assert warnings_of(frame, tmp_path, table) == []
    (words,) = warnings_of(frame, tmp_path, table, direction="larger")
    assert words == "direction says that larger values of memory are better; of memory, smaller ones are"
    assert warnings_of(frame, tmp_path, table, metric="fps", direction="larger") == []
    (words,) = warnings_of(frame.assign(value=[5, 5, 6]), tmp_path, table)
    assert words == "2 of 3 architectures have the value 5: ranks mean little"
    (words,) = warnings_of(frame.assign(value=[5, 5 + 1e-9, 5 + 2e-9]), tmp_path, table)
    assert words.startswith("all values are 5 but for a share of 2e-10")
    (words,) = warnings_of(pd.concat([frame, frame.assign(value=[99, 99, 9])]), tmp_path, table)
    assert words == "measurements of one architecture differ by more than a factor of 2: row 2 (line 3), row 5 (line 6)"


def test_an_accuracy_that_is_not_used_is_told(frame, table, tmp_path):
    path = write(frame, tmp_path, ".csv")
    request = {**REQUEST, **FACTS, "kind": "target", "file": str(path)}
    (words,) = source.check_file(request).warnings
    assert words.startswith("column 'accuracy' is not used, since the combination has no key 'accuracy'")
    assert source.check_file({**request, "accuracy": "any"}).warnings == ()
    assert "warnings" not in load(path, table).notes


def test_what_a_file_holds_is_told_before_any_job(frame, table, tmp_path):
    path = write(pd.concat([frame, frame.iloc[:1]]).assign(accuracy=["60", "", "61", "60"]), tmp_path, ".csv")
    request = {**REQUEST, **FACTS, "kind": "target", "accuracy": "any", "file": str(path)}
    assert source.check_file(request) == source.FileSummary(3, ())
    assert source.check_file({**request, "kind": "accuracy"}) == source.FileSummary(2, ())
    write(frame.assign(value=5), tmp_path, ".csv")
    with pytest.raises(InputError, match=r"own.csv: all 3 values are 5.0; a constant metric needs no predictor"):
        source.check_file(request)


@pytest.mark.parametrize(
    "text", ["," * 2_000_000, f"value,{'a' * 200_000}\n1,2\n", f"architecture,value\n{'a' * 2_000_000},1\n"]
)
def test_a_long_line_is_refused_in_a_sentence(table, tmp_path, text):
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=rf"{path}, line \d (has more than|cannot be read).*; correct it"):
        load(path, table)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_columns_that_nobody_asked_for_take_no_memory(frame, table, tmp_path, suffix):
    path = tmp_path / f"own{suffix}"
    pd.concat([frame.assign(note="n" * 10_000)] * 1000).to_csv(path, index=False)
    tracemalloc.start()
    try:
        assert len(load(path, table).architecture) == 3
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_too_large_files_are_refused_before_they_are_read(frame, table, tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "MOST_ROWS", 2)
    for suffix in (".csv", ".parquet"):
        with pytest.raises(InputError, match=r"own.* has 3 rows.*, more than the 2 that are read; leave some rows out"):
            load(write(frame, tmp_path, suffix), table)
    monkeypatch.setattr(formats, "MOST_BYTES", 20)
    frame.to_csv(tmp_path / "own.csv.gz", index=False)
    for suffix in (".csv", ".csv.gz", ".parquet"):
        monkeypatch.setattr(formats, "MOST_ROWS", 3)
        with pytest.raises(InputError, match=r"own.* has [\d,]+ bytes.*, more than the 20 that are read"):
            load(tmp_path / f"own{suffix}", table)


def test_a_parquet_file_whose_description_is_large_is_refused(frame, table, tmp_path):
    path = tmp_path / "own.parquet"
    written = pa.Table.from_pandas(frame)
    pq.write_table(written.replace_schema_metadata({b"pandas": b"[" * 20_000_000}), path)
    with pytest.raises(InputError, match=r"own.parquet has a description of [\d,]+ bytes at its end, more than"):
        load(path, table)


def quality_of(path, table, **more):
    request = {"kind": "accuracy", "space": "transnas_macro", "file": str(path), **more}
    assert source.files(request) == [str(path)]
    return source.load_accuracy(request, {str(path): path}, table)


def test_another_quality_has_a_column_of_its_name(frame, table, tmp_path):
    path = write(frame.rename(columns={"accuracy": "perplexity"}).assign(loss=[-1.0, 200.0, -3.0]), tmp_path, ".csv")
    found = quality_of(path, table, quality="perplexity")
    assert (found.quality, found.unit, found.direction) == ("perplexity", "perplexity", "smaller")
    assert found.value.tolist() == [61.5, 60.0, 62.0]
    found = quality_of(path, table, quality="loss", direction="smaller", unit="nats")
    assert (found.quality, found.unit, found.direction) == ("loss", "nats", "smaller")
    assert found.value.tolist() == [200.0, -1.0, -3.0]
    with pytest.raises(InputError, match="needs the key 'direction'; use one of smaller, larger"):
        quality_of(path, table, quality="loss")
    with pytest.raises(InputError, match="lacks column 'miou'"):
        quality_of(path, table, quality="mIoU", direction="larger")
    path = write(frame.rename(columns={"accuracy": "MIoU"}), tmp_path, ".csv")
    assert quality_of(path, table, quality="mIoU", direction="larger").unit == "mIoU"
    with pytest.raises(InputError, match=r"quality is 'architecture', and the column of that name in .* holds"):
        quality_of(path, table, quality="architecture", direction="larger")
    path = write(frame[["architecture", "value"]], tmp_path, ".csv")
    assert quality_of(path, table, quality="value", direction="larger").quality == "value"


def test_operations_are_numbered_as_the_space_numbers_them():
    for space in SPACE_KEYS:
        key = source.operation_key(space)
        operations = get_space(space).operations
        assert list(key) == [f"p{i}" for i in range(len(operations))]
        assert [tuple(names[number] for number in range(len(names))) for names in key.values()] == list(operations)


def test_the_manual_numbers_operations_and_edges_as_the_code_does():
    text = (Path(__file__).parents[2] / "config" / "README.md").read_text(encoding="utf-8")
    rows = {
        line.split("`")[1]: line
        for line in text.split("### Architectures as numbers")[1].split("\n## ")[0].splitlines()
        if "|" in line and "`" in line
    }
    assert set(rows) == set(SPACE_KEYS)
    assert "`p0`, the network" in rows.pop("zoo")
    for space, line in rows.items():
        key = source.operation_key(space)
        assert f"`p0` to `{list(key)[-1]}`" in line
        told = {", ".join(f"{number} `{name}`" for number, name in names.items()) for names in key.values()}
        assert all(numbers in line for numbers in told)
        numbers = line.rsplit("|", 2)[1].split(";")
        assert all(any(part.strip() in one for one in told) for part in numbers)
    assert ", ".join(f"{start}→{end}" for start, end in EDGES) in rows["nasbench201"]
