import os

import pandas as pd
import pytest

from hwpred.tables import COLUMNS, read_metadata, read_table, whole_file, write_table


@pytest.fixture
def accuracy():
    return pd.DataFrame({"architecture": [0, 1], "accuracy": [90.0, 91.5]})


def test_table_and_metadata_round_trip(tmp_path, accuracy):
    path = tmp_path / "deep" / "accuracy.parquet"
    write_table(accuracy, path, "accuracy", {"unit": "%"})
    assert read_table(path, "accuracy")["accuracy"].tolist() == [90.0, 91.5]
    assert read_table(path, "accuracy")["architecture"].dtype == COLUMNS["accuracy"]["architecture"]
    assert read_metadata(path) == {"unit": "%"}
    assert [file.name for file in path.parent.iterdir()] == ["accuracy.parquet"]


def test_missing_and_unknown_columns_name_file_and_column(tmp_path, accuracy):
    path = tmp_path / "a.parquet"
    with pytest.raises(ValueError, match=r"a\.parquet: the accuracy table lacks column 'accuracy', has unknown.* 'x'"):
        write_table(accuracy.rename(columns={"accuracy": "x"}), path, "accuracy")
    assert not path.exists()
    accuracy.assign(note="?").to_parquet(path)
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
