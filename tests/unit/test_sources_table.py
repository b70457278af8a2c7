"""A user's own table: what it may look like, and which row or column is named when it is wrong."""

import pandas as pd
import pytest
import source_files as build

from hwpred.sources import table as source
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

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


def test_accuracy_is_optional(frame, table, tmp_path):
    path = write(frame.drop(columns="accuracy"), tmp_path, ".csv")
    assert len(load(path, table).value) == 3
    with pytest.raises(ValueError, match=r"own.csv lacks column 'accuracy'"):
        load(path, table, "accuracy")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(value=["50.5", "fast", "9"]), ", row 2, column 'value': 'fast' is no number"),
        (lambda frame: frame.assign(value=["50.5", "", "9"]), ", row 2, column 'value': '' is no number"),
        (lambda frame: frame.assign(value=["50.5", "nan", "9"]), ", row 2, column 'value': 'nan' is no number"),
        (lambda frame: frame.assign(value=[50.5, -1.0, 9.0]), "the first is -1.0 at architecture 2"),
        (lambda frame: frame.assign(value=[50.5, float("inf"), 9.0]), "the first is inf at architecture 2"),
        (
            lambda frame: frame.assign(watts=1),
            " has unknown column 'watts'; its columns are architecture (or p0 to p5)",
        ),
        (lambda frame: frame.assign(p0=1), " has unknown column 'p0'"),
        (lambda frame: frame.drop(columns="value"), " lacks column 'value'"),
        (lambda frame: frame.rename(columns={"architecture": "p0"}), " lacks column 'p1'"),
        (lambda frame: frame.assign(architecture=["64-1114-basic"] * 3), "occurs 3 times; keep one row"),
        (
            lambda frame: frame.assign(architecture=["64-1114-basic", "vgg", "x"]),
            ", row 2: 'vgg' is no architecture of",
        ),
        (lambda frame: frame.iloc[:0], ": no values"),
    ],
)
def test_mistakes(frame, table, tmp_path, suffix, change, words):
    path = write(change(frame), tmp_path, suffix)
    with pytest.raises(ValueError, match=f"own{suffix}") as caught:
        load(path, table)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(p1=["1", "normal", "1"]), ", row 2, column 'p1': 'normal' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "1.5", "1"]), ", row 2, column 'p1': '1.5' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "inf", "1"]), ", row 2, column 'p1': 'inf' is no whole number"),
        (lambda frame: frame.assign(p1=["1", "9", "1"]), ", row 2: (1, 9, "),
        (lambda frame: frame.assign(p0=["1", "0", "1"]), ", row 2: architecture "),
    ],
)
def test_mistakes_in_operations(frame, table, tmp_path, change, words):
    path = write(change(by_operations(frame, table)), tmp_path, ".csv")
    with pytest.raises(ValueError, match=r"own.csv") as caught:
        load(path, table)
    assert words in str(caught.value)


def test_architecture_that_the_sample_does_not_hold(tmp_path):
    space = get_space("fbnet")
    small = ArchitectureTable(space, [[0] * 22, [1] * 22])
    path = write(pd.DataFrame({"architecture": ["-".join("2" * 22)], "value": [1.0]}), tmp_path, ".csv")
    request = {**REQUEST, **FACTS, "kind": "target", "space": "fbnet", "file": str(path)}
    with pytest.raises(ValueError, match=r"own.csv, row 1: architecture .* is not among the 2 of fbnet"):
        source.load_target(request, {str(path): path}, small)


@pytest.mark.parametrize(
    ("suffix", "content", "words"),
    [
        (".csv", "", "cannot be read as a table"),
        (".csv", "architecture,value\na,1\nb,2,3,4\n", "cannot be read as a table"),
        (".csv", "architecture,value\na,1,2\nb,2,3\n", "its rows have more fields than its header"),
        (".csv", "architecture,value\n\udcff,1\n", "cannot be read as a table"),
        (".parquet", "no parquet", "cannot be read as a table"),
    ],
)
def test_files_that_are_no_table(table, tmp_path, suffix, content, words):
    path = tmp_path / f"own{suffix}"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=f"own{suffix}") as caught:
        load(path, table)
    assert words in str(caught.value)
