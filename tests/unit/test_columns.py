"""The rule of tables for people: every column is declared, its unit ends its name, counts are whole."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hwpred.columns import COLUMNS, declared
from hwpred.findings.tables import read_csv
from hwpred.writing import as_declared, as_text, write_csv

ROOT = Path(__file__).parents[2]
COMMITTED = sorted((ROOT / "docs/results").glob("*.csv"))
SUFFIXES = {"%": ("_percent", "coverage_50", "coverage_80", "coverage_95", "coverage_95_untold"), "MB": ("_mb",)}
SUFFIXES |= {"s": ("seconds",), "ms": ("_ms",), "min": ("minutes",), "h": ("_hours",)}
TIMES = ("started", "time")
"""Points in time, not durations."""


@pytest.mark.parametrize("unit", SUFFIXES)
def test_a_unit_ends_the_name(unit):
    for name, column in COLUMNS.items():
        has_ending = name.split("_per_")[0].endswith(SUFFIXES[unit])
        assert has_ending == (column.unit == unit) or name in TIMES, name


@pytest.mark.parametrize("file", COMMITTED, ids=lambda file: file.stem)
def test_every_column_of_docs_is_declared(file):
    table = read_csv(file)
    assert [name for name in table if declared(name) is None] == []
    for name in table:
        values = table[name].dropna()
        if declared(name).kind == "count" and pd.api.types.is_numeric_dtype(values):
            assert (values % 1 == 0).all(), name
        if name.split("_")[0] == "coverage" or name == "within_10_percent":
            assert 1 < values.max() <= 100 or values.empty, name


def test_endings_are_of_numbers_only():
    assert declared("mae_std").unit == COLUMNS["mae"].unit
    assert declared("predictor_mean") is declared("new") is None


def test_a_csv_file_has_whole_counts_six_digits_and_empty_cells(tmp_path):
    table = pd.DataFrame({"seeds": [5.0, np.nan], "kendall_tau_std": [-0.0, 1 / 3], "way": ["a", None], "ok": True})
    write_csv(table, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "seeds,kendall_tau_std,way,ok\n5,0,a,True\n,0.333333,,True\n"


def test_numbers_among_objects_are_written_as_numbers(tmp_path):
    table = pd.DataFrame({"seeds": [2, np.nan], "seconds": [1 / 3, 2]}, dtype=object)
    write_csv(table, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "seeds,seconds\n2,0.333333\n,2\n"


def test_counts_that_are_not_whole_stay_as_they_are():
    assert as_declared(pd.DataFrame({"seeds": [1.5]}))["seeds"].tolist() == [1.5]


def test_rendered_cells_have_the_declared_decimals():
    table = pd.DataFrame({"kendall_tau": [0.12345, np.nan], "fit_seconds_mean": [0.00123456, 12.3456], "new": -1e-9})
    table = table.assign(hypervolume_percent=99.8765, seeds=5.0)
    text = as_text(table)
    assert text.iloc[0].tolist() == ["0.123", "0.00123", "0.000", "99.88", "5"]
    assert text.iloc[1].tolist()[:2] == ["-", "12.3"]
