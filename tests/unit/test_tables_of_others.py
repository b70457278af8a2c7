"""The table of another chunk, combination or space, copied into the place of one, is refused by who reads it."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

from hwpred.errors import InputError
from hwpred.measurement.class_accuracies import collect_accuracies
from hwpred.measurement.collect import read_chunks
from hwpred.measurement.output import with_texts, write_measured
from hwpred.selection.reading import read_selectable
from hwpred.spaces import get_space
from hwpred.tables import of_name, write_table


@pytest.fixture
def chunk(tmp_path):
    """Write one chunk of timings; it says where it is of."""

    def write(name, number):
        path = tmp_path / name / f"first-{number}.parquet"
        row = {"architecture": 0, "role": "architecture", "started": 1.0, "median": 1.5, "spread": 0.1, "count": 3}
        told = {"combination": name, "chunk": path.stem, "sessions": [0.0]}
        write_table(pd.DataFrame([{**row, "error": "", "core": 0}]), path, "timings", told)
        return path

    return write


@pytest.mark.parametrize(("other", "word"), [(("a", 1), "chunk"), (("b", 0), "combination")])
def test_timings_of_others(chunk, other, word):
    path = chunk("a", 0)
    assert len(read_chunks([path])) == 1
    shutil.copy(chunk(*other), path)
    with pytest.raises(InputError, match=rf"{re.escape(str(path))}: its {word} is .*; delete it and run again"):
        read_chunks([path])


def write_architectures(path, space):
    space = get_space(space)
    operations = space.enumerate()[:3]
    frame = pd.DataFrame(operations, columns=[f"p{number}" for number in range(space.positions)])
    frame.insert(0, "architecture", np.arange(3))
    frame.insert(1, "operations", [space.to_text(row) for row in operations])
    write_table(frame, path, "architectures", {"space": space.key})


@pytest.fixture
def measured(tmp_path):
    def write(name):
        frame = pd.DataFrame({"architecture": [0, 2], "value": [1.0, 2.0], "spread": 0.0, "count": 1})
        write_measured(frame, {}, None, tmp_path / f"{name}.parquet", tmp_path / f"{name}.json")
        return tmp_path / f"{name}.parquet"

    return write


def test_measured_values_of_others(measured, tmp_path):
    path, architectures = measured("nasbench201-a-here-latency"), tmp_path / "architectures.parquet"
    write_architectures(architectures, "nasbench201")
    assert len(with_texts(path, architectures, "value")) == 2
    write_architectures(architectures, "transnas_macro")
    with pytest.raises(InputError, match=r"architectures.parquet: its space is 'transnas_macro', not 'nasbench201'"):
        with_texts(path, architectures, "value")
    write_architectures(architectures, "nasbench201")
    shutil.copy(measured("nasbench201-b-here-latency"), path)
    with pytest.raises(InputError, match=rf"{re.escape(str(path))}: its name is 'nasbench201-b-here-latency'"):
        with_texts(path, architectures, "value")


def test_trainings_of_others(tmp_path):
    for number in range(2):
        path = tmp_path / f"{number}.parquet"
        frame = pd.DataFrame({"architecture": [0], "seed": [0], "accuracy": [50.0]})
        write_table(frame, path, "trainings", {"date": "2026-11-01", "machine": {}, **of_name(path)})
    shutil.copy(path, tmp_path / "0.parquet")
    with pytest.raises(InputError, match=r"0.parquet: its name is '1', not '0'"):
        collect_accuracies(None, [tmp_path / "0.parquet"])


def test_targets_of_others_are_named_although_the_accuracies_do_not_fit_them(tmp_path):
    files = [tmp_path / f"{name}.parquet" for name in ("a", "b", "accuracy")]
    told = {"direction": "smaller"}
    for path, space in zip(files, ("nasbench201", "transnas_macro"), strict=False):
        frame = pd.DataFrame({"architecture": [0, 1], "value": [1.0, 2.0], "target": [-1.0, 1.0]})
        write_table(frame, path, "targets", {**told, "combination": path.stem, "space": space})
    write_table(
        pd.DataFrame({"architecture": [0, 1], "accuracy": [1.0, 2.0]}), files[2], "accuracy", {"space": "nasbench201"}
    )
    shutil.copy(files[1], files[0])
    with pytest.raises(InputError, match=r"a.parquet: its combination is 'b', not 'a'"):
        read_selectable("architectures.parquet", files[0], files[2])
