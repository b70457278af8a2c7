"""Files of which somebody, or a disk, has changed some bytes: they are read as they were, or refused in one sentence.

``make fuzz`` does the same for longer.
"""

import hashlib
import json
import os
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hwpred
from hwpred.documents import parse, read_yaml
from hwpred.errors import InputError
from hwpred.sources.fetch import read_receipt
from hwpred.sources.restricted_pickle import read_pickle
from hwpred.sources.table import check_file
from hwpred.spaces import get_space
from hwpred.study.config import Study
from hwpred.tables import read_metadata, read_table, write_table

TIMES = float(os.environ.get("HWPRED_FUZZ", "1"))
"""How many times as many files as `make test` tries, which tries the same ones each time."""
SPACE = get_space("nasbench201")
SHOWN = {"source": "table", "kind": "target", "space": "nasbench201", "task": "t", "device": "d", "metric": "latency"}
REQUEST = {**SHOWN, "unit": "ms", "direction": "smaller"}


def tries(number):
    """Return the settings of a test that tries so many files in `make test`."""
    known = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(
        deadline=None, max_examples=int(number * TIMES), suppress_health_check=known, derandomize=TIMES == 1
    )


@st.composite
def changes(draw):
    """Return a function that changes bytes: some of them, or a piece left out, doubled, or cut off."""
    places = draw(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4))
    kind = draw(st.sampled_from(["bits", "bits", "left out", "doubled", "cut off"]))
    length = draw(st.integers(1, 64))

    def change(content):
        content, start = bytearray(content), int(places[0][0] * len(content))
        if kind == "bits":
            for place, mask in places:
                content[int(place * len(content))] ^= mask
        elif kind == "left out":
            del content[start : start + length]
        elif kind == "doubled":
            content[start:start] = content[start : start + length]
        else:
            del content[start:]
        return bytes(content)

    return change


def refused_or(read, path):
    """Return what a file is read as; None if it is refused by a sentence that names it."""
    try:
        return read(path)
    except (InputError, ValueError) as error:
        words = str(error)
    assert path.name in words
    assert "\n" not in words
    return None


class Contents(dict):
    """Contents of files, which a failing test need not print."""

    def __repr__(self):
        return f"contents of {', '.join(self)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strange")


@pytest.fixture(scope="module")
def good(folder):
    """One good file of each kind: name -> content."""
    rng = np.random.default_rng(0)
    operations = SPACE.enumerate()[rng.permutation(SPACE.architectures)[:40]]
    texts = [SPACE.to_text(row) for row in operations]
    value = 3 + (operations == 3) @ np.arange(1, 7) + 0.1 * rng.random(40)
    frame = pd.DataFrame({"architecture": texts, "value": value})
    targets = pd.DataFrame({"architecture": np.arange(40), "value": value, "target": value, "time": value})
    write_table(targets, folder / "targets.parquet", "targets", {"combination": "c", "unit": "ms"})
    frame.to_csv(folder / "mine.csv", index=False)
    frame.to_parquet(folder / "mine.parquet")
    (folder / "content.pickle").write_bytes(pickle.dumps({"value": value, "texts": texts}))
    told = {"metric": "latency", "unit": "ms", "direction": "smaller", "predictor": "ridge_reg"}
    hwpred.fit(frame, "nasbench201", **told).save(folder / "mine.hwpred")
    (folder / "study.yaml").write_text("run: mine\nseeds: 3\ntrain_sizes: {nasbench201: [5, 20]}\n")
    return Contents({path.name: path.read_bytes() for path in folder.iterdir()})


def changed(folder, good, name, change):
    path = folder / name
    path.write_bytes(change(good[name]))
    return path


@given(change=changes())
@tries(200)
def test_a_table_is_read_as_it_was_or_refused(folder, good, change):
    path = changed(folder, good, "targets.parquet", change)
    found = refused_or(lambda file: (read_table(file, "targets", {"combination": "c"}), read_metadata(file)), path)
    path.write_bytes(good[path.name])
    if found is not None:
        pd.testing.assert_frame_equal(found[0], read_table(path, "targets"), check_exact=True)
        assert found[1]["combination"] == "c"


@given(change=changes())
@tries(60)
@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_measurements_are_read_or_refused(folder, good, name, change):
    path = changed(folder, good, name, change)
    found = refused_or(lambda file: check_file({**REQUEST, "file": str(file)}), path)
    assert found is None or found.architectures <= 41


@given(change=changes())
@tries(12)
def test_a_pickle_is_read_or_refused(folder, good, change):
    found = refused_or(read_pickle, changed(folder, good, "content.pickle", change))
    assert found is None or isinstance(found, (dict, list, tuple, str, bytes, int, float, np.ndarray, np.generic))


@given(change=changes())
@tries(60)
def test_a_saved_device_is_as_it_was_or_refused(folder, good, change):
    path = changed(folder, good, "mine.hwpred", change)
    device = refused_or(hwpred.load, path)
    if device is not None:
        path.write_bytes(good[path.name])
        cells = SPACE.enumerate()[:50]
        pd.testing.assert_frame_equal(device.predict(cells), hwpred.load(path).predict(cells), check_exact=True)


@given(change=changes())
@tries(100)
def test_a_study_is_read_or_refused(folder, good, change):
    path = changed(folder, good, "study.yaml", change)

    def read(file):
        content = read_yaml(file)
        return content if content is None else parse(Study, content, str(file))

    refused_or(read, path)


@given(change=changes())
@tries(60)
def test_a_receipt_is_that_of_its_file_or_refused(folder, good, change):
    file = folder / "targets.parquet"
    file.write_bytes(good[file.name])
    told = {"source": "s", "file": file.name, "path": str(file), "url": None, "licence": None, "citation": None}
    path = folder / "s" / f"{file.name}.json"
    path.parent.mkdir(exist_ok=True)
    sha256 = hashlib.sha256(good[file.name]).hexdigest()
    path.write_bytes(change(json.dumps({**told, "sha256": sha256, "size": len(good[file.name])}).encode()))
    try:
        receipt = read_receipt(path)
    except InputError as error:
        receipt = str(error)
    if isinstance(receipt, str):
        assert "\n" not in receipt
    else:
        assert (receipt["sha256"], receipt["path"]) == (sha256, str(file))
