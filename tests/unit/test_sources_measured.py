"""Tables that the project measured: what is read of them and of their description, and every mistake in either."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import source_files as build

from hwpred.errors import InputError
from hwpred.measurement.catalogue import definitions
from hwpred.sources import measured as source
from hwpred.sources.loading import load_measurements, read_receipts
from hwpred.tables import write_table

LATENCY = {"kind": "target", "space": "transnas_macro", "task": "jigsaw", "device": "cpu", "metric": "latency"}
MEMORY = {**LATENCY, "metric": "memory"}
ACCURACY = {"kind": "accuracy", "space": "transnas_macro", "task": "digits"}
FACTS = {"unit": "ms", "direction": "smaller", "licence": "CC0-1.0", "date": "2026-11-24", "command": "snakemake"}
TIMED = {"batch_size": 1, "noise_ceiling": 0.97, "drift": 0.01, "device": {"processor": "x"}, "protocol": {"least": 5}}


@pytest.fixture(scope="module")
def table():
    return build.first_architectures("transnas_macro", 1000)


def timed(**changes):
    columns = {"architecture": [900, 2], "value": [1.5, 2.5], "spread": [0.01, 0.02], "count": [5, 7]}
    return pd.DataFrame({**columns, **changes})


def write(folder, request, frame, facts):
    """Write both files; return the request with its folder."""
    request = {**request, "source": "measured", "folder": str(folder)}
    table_path, facts_path = source.files(request)
    write_table(frame, table_path, "measured")
    with open(facts_path, "w") as file:
        json.dump(facts, file)
    return request


def load(request, table):
    return load_measurements(request, read_receipts(source.files(request), "measured"), table)


def test_files_lie_in_the_folder_and_are_called_as_the_combination():
    named = [source.files({**request, "folder": "data/own"}) for request in (LATENCY, ACCURACY)]
    stems = ("data/own/transnas_macro-jigsaw-cpu-latency", "data/own/transnas_macro-digits-accuracy")
    assert named == [[f"{stem}.parquet", f"{stem}.json"] for stem in stems]


def test_when_each_was_measured(table, tmp_path):
    request = write(tmp_path, LATENCY, timed(started=[1.7e9 + 0.5, 1.7e9]), {**FACTS, **TIMED})
    assert load(request, table)[0].time.tolist() == [1.7e9, 1.7e9 + 0.5]
    assert load(write(tmp_path, LATENCY, timed(), {**FACTS, **TIMED}), table)[0].time is None


def test_values_and_their_description(table, tmp_path):
    facts = {**FACTS, **TIMED, "remark": "warm"}
    request = write(tmp_path, LATENCY, timed(), facts)
    found, metadata = load(request, table)
    assert found.architecture.tolist() == [2, 900]
    assert found.value.tolist() == [2.5, 1.5]
    assert {key: metadata[key] for key in ("unit", "direction", "batch_size", "licence")} == {
        "unit": "ms",
        "direction": "smaller",
        "batch_size": 1,
        "licence": "CC0-1.0",
    }
    assert list(metadata["files"]) == source.files(request)
    noted = {"date", "command", "noise_ceiling", "drift", "device", "protocol", "remark"}
    assert metadata["notes"] == {key: value for key, value in facts.items() if key in noted}


def test_what_is_computed_has_no_noise(table, tmp_path):
    request = write(tmp_path, MEMORY, timed(spread=0, count=1), FACTS)
    assert load(request, table)[1]["notes"]["noise_ceiling"] == 1
    request = write(tmp_path, MEMORY, timed(), FACTS)
    assert "noise_ceiling" not in load(request, table)[1]["notes"]


def test_what_was_measured_once_has_no_noise_ceiling(table, tmp_path):
    facts = {**FACTS, **TIMED, "noise_ceiling": None, "drift": None}
    request = write(tmp_path, LATENCY, timed(spread=0, count=1), facts)
    assert load(request, table)[1]["notes"]["noise_ceiling"] is None


def test_accuracies(table, tmp_path):
    facts = {**FACTS, "unit": "%", "direction": "larger"}
    found, metadata = load(write(tmp_path, ACCURACY, timed(spread=0), facts), table)
    assert found.value.tolist() == [2.5, 1.5]
    assert (metadata["unit"], metadata["direction"]) == ("%", "larger")
    assert "noise_ceiling" not in metadata["notes"]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_file_is_named_with_what_to_correct(table, tmp_path, missing):
    request = write(tmp_path, LATENCY, timed(), {**FACTS, **TIMED})
    path = source.files(request)[missing]
    (tmp_path / path).unlink()
    with pytest.raises(InputError, match=f"{path} does not exist; correct the key folder of its definition"):
        load(request, table)


@pytest.mark.parametrize("key", [*FACTS, *TIMED])
def test_a_missing_key_is_named(table, tmp_path, key):
    facts = {name: value for name, value in {**FACTS, **TIMED}.items() if name != key}
    with pytest.raises(ValueError, match=f"-jigsaw-cpu-latency.json lacks the key '{key}'; it needs unit, direction"):
        load(write(tmp_path, LATENCY, timed(), facts), table)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": ""}, "key 'unit' is ''; it must be text"),
        ({"direction": "up"}, "key 'direction' is 'up'; it must be 'smaller' or 'larger'"),
        ({"licence": None}, "key 'licence' is None; it must be text"),
        ({"batch_size": 1.5}, "key 'batch_size' is 1.5; it must be a whole number from 1"),
        ({"noise_ceiling": 97}, "key 'noise_ceiling' is 97; it must be a number from -1 to 1"),
        ({"noise_ceiling": "high"}, "key 'noise_ceiling' is 'high'; it must be a number"),
        ({"noise_ceiling": float("nan")}, "key 'noise_ceiling' is nan; it must be a number"),
    ],
)
def test_wrong_values_of_keys_are_named(table, tmp_path, changes, words):
    with pytest.raises(ValueError, match=f"jigsaw-cpu-latency.json: {words}"):
        load(write(tmp_path, LATENCY, timed(), {**FACTS, **TIMED, **changes}), table)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "latency.json cannot be read as JSON .*; correct the file"),
        ("\udcff", "latency.json cannot be read as JSON"),
        ("[]", "no JSON object"),
    ],
)
def test_descriptions_that_are_none(table, tmp_path, content, words):
    request = write(tmp_path, LATENCY, timed(), {})
    (tmp_path / source.files(request)[1]).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=words):
        load(request, table)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (timed(architecture=[900, 1000]), "unknown architecture 1000; transnas_macro has 0 to 999"),
        (timed(architecture=[2, 2]), "architecture 2 occurs 2 times"),
        (timed(value=[1.5, -1]), "the first is -1.0 at architecture 2"),
        (timed().iloc[:0], "no values"),
    ],
)
def test_mistakes_in_a_table(table, tmp_path, frame, words):
    request = write(tmp_path, LATENCY, frame, {**FACTS, **TIMED})
    with pytest.raises(ValueError, match=f"transnas_macro-jigsaw-cpu-latency.parquet: .*{words}"):
        load(request, table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.assign(watts=1), "has unknown column 'watts'; its columns are architecture, value"),
        (lambda frame: frame.drop(columns="spread"), "lacks column 'spread'"),
        (
            lambda frame: frame.astype("float64"),
            "column 'architecture' of the measured table is of type double, not int32",
        ),
    ],
)
def test_other_columns(table, tmp_path, change, words):
    request = write(tmp_path, LATENCY, timed(), {**FACTS, **TIMED})
    path = source.files(request)[0]
    changed = pa.Table.from_pandas(change(pd.read_parquet(path)))
    pq.write_table(changed.replace_schema_metadata(pq.read_schema(path).metadata), path)
    with pytest.raises(ValueError, match=f"latency.parquet: .*{words}"):
        load(request, table)


def test_a_torn_table_is_named(table, tmp_path):
    request = write(tmp_path, LATENCY, timed(), {**FACTS, **TIMED})
    (tmp_path / source.files(request)[0]).write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"latency.parquet cannot be read as the measured table"):
        load(request, table)


def test_a_catalogue_tells_what_runtimes_do_with_dead_operations(tmp_path):
    cell = {"space": "nasbench201", "task": "cifar10", "metric": "latency"}
    entries = [
        {**cell, "device": "laptop", "runtime": "onnxruntime"},
        {**cell, "device": "laptop_torch", "runtime": "torch"},
        {**cell, "device": "phone", "device_command": "measure"},
        {**cell, "device": "graph", "metric": "memory"},
        {**cell, "space": "transnas_macro", "task": "jigsaw", "device": "laptop", "runtime": "onnxruntime"},
    ]
    written = definitions(entries, "here")
    assert [entry.get("dead_operations") for entry in written] == ["dropped", "run", None, "dropped", None]
