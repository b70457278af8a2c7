"""The tables of a finished run are those of docs/tables.md."""

import pandas as pd

from hwpred.columns import declared
from hwpred.run_tables import PEOPLES_TABLES

VARYING = ("tables/evaluation.csv",)
"""Tables with a column a measure, of which a run may lack some."""


def test_every_table_for_people_has_the_columns_that_are_declared(finished_project):
    folder = finished_project.study / "results" / "smoke"
    combinations = [file.stem for file in (folder / "evaluation").glob("*.parquet")]
    listed = {
        table.path.replace("<combination>", name): table.columns for table in PEOPLES_TABLES for name in combinations
    }
    written = {file.relative_to(folder).as_posix(): file for file in (folder / "tables").glob("*.csv")}
    assert set(written) <= set(listed)
    assert len(written) >= 12
    for path, file in written.items():
        table = pd.read_csv(file)
        columns = [name for name in listed[path] if name in table or path not in VARYING]
        assert sorted(table) == sorted(columns) if path in VARYING else list(table) == columns
        for name in table:
            numeric = pd.api.types.is_numeric_dtype(table[name]) or table[name].isna().all()
            assert numeric or declared(name).kind in ("text", "flag"), (path, name)
            if declared(name).kind == "count":
                assert (table[name].dropna() % 1 == 0).all(), (path, name)
