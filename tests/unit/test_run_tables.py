"""Every table of a run stands in docs/tables.md as the rules write it."""

import re
from pathlib import Path

import pandas as pd
import pytest

from hwpred.answer.measurements_page import facts_table
from hwpred.answer.spending import ADVICE_COLUMNS
from hwpred.columns import declared
from hwpred.drawing import calibration, explanation
from hwpred.drawing.registry import FAMILIES
from hwpred.figures import paper, search, summary_tables
from hwpred.findings.rendering import render
from hwpred.findings.tables import read_csv
from hwpred.run_tables import PEOPLES_TABLES, STAGE_TABLES
from hwpred.selection import summary
from hwpred.study import files
from hwpred.study.selecting import STAGES
from hwpred.tables import COLUMNS, SCHEMAS, write_table

ROOT = Path(__file__).parents[2]
BY_PATH = {table.path: table for table in PEOPLES_TABLES}
PATHS = {**files.__dict__, "OFFERS": files.BUDGET}


def columns_of(name):
    return list(BY_PATH[f"tables/{name}.csv"].columns)


def test_every_rule_that_is_named_exists():
    rules = {*(f"plot_{family}" for family in FAMILIES), *STAGES}
    for file in (ROOT / "workflow/rules").glob("*.smk"):
        rules |= set(re.findall(r"^ *rule (\w+):", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert {table.rule for table in (*PEOPLES_TABLES, *STAGE_TABLES.values())} <= rules


def test_every_table_of_the_registry_of_figures_is_listed():
    drawn = {
        f"tables/{family.table(name)}".replace("{", "<").replace("}", ">"): f"plot_{key}"
        for key, family in FAMILIES.items()
        for name in family.tables
        if name.endswith(".csv")
    }
    assert drawn == {path: table.rule for path, table in BY_PATH.items() if table.rule.startswith("plot_")}


def test_every_kind_of_table_between_the_stages_is_listed():
    assert set(STAGE_TABLES) == set(SCHEMAS)
    for kind in ("fits", "predictions", "space_predictions", "evaluation", "explanation", "offers", "comparison"):
        pattern = PATHS["EXPLANATION" if kind == "explanation" else kind.upper()].removeprefix(f"{files.RUN}/")
        pattern = pattern.replace("{block}", "{seeds}").replace("{", "<").replace("}", ">")
        assert STAGE_TABLES[kind].path == pattern


@pytest.mark.parametrize("table", [*PEOPLES_TABLES, *STAGE_TABLES.values()], ids=lambda table: table.path)
def test_every_column_is_declared(table):
    assert [name for name in table.columns if declared(name) is None] == []
    assert len(set(table.columns)) == len(table.columns)


def test_columns_are_those_that_the_code_writes():
    assert columns_of("linear_and_xgboost") == summary_tables.TAU_COLUMNS
    assert columns_of("lookup")[4:] == summary_tables.LOOKUP_COLUMNS
    assert columns_of("simulation") == list(summary.COLUMNS)
    assert columns_of("search") == search.SEARCH_COLUMNS
    assert columns_of("compare_with_paper") == paper.COLUMNS
    assert columns_of("advice_<combination>")[:-2] == ADVICE_COLUMNS


def test_tables_of_explanations_have_these_columns(tmp_path):
    parts = {("coverage", level): 0.9 for level in ("0.5", "0.8", "0.95")}
    parts |= {("spread", "residuals"): 1.0, ("share", "size"): 0.75, ("cost", "0/none"): 2.0}
    rows = [
        {"train_size": size, "seed": seed, "kind": kind, "part": part, "value": value}
        for size in (10, 20)
        for seed in (0, 1)
        for (kind, part), value in parts.items()
    ]
    file = tmp_path / "c.parquet"
    write_table(pd.DataFrame(rows), file, "explanation", {"combination": "c", "unit": "ms"})
    table = explanation.draw([file])["explanation.csv"]
    assert list(table) == columns_of("explanation_<combination>")
    assert table.set_index(["kind", "train_size"]).loc[("share", 10), "value_mean"] == pytest.approx(75)
    assert list(calibration.draw([file])["calibration.csv"]) == columns_of("calibration")


def test_the_table_of_measurements_has_these_columns():
    visits = pd.DataFrame(
        {"value": [2.0], "spread": [0.05], "count": [7]},
        index=pd.MultiIndex.from_tuples([("first", 3)], names=["passing", "architecture"]),
    )
    facts = {"failed": 0, "repeated": 0, "noise_ceiling": None, "noise_ceiling_pairs": 0}
    facts |= {"noise_ceiling_uncorrected": None, "drift": None, "date": "2026-11-26"}
    table = facts_table({"c": visits}, {"c": facts}).reset_index()
    assert list(table) == columns_of("measurements")
    assert table.loc[0, "slowest_visit_percent"] == pytest.approx(5)


def test_the_page_has_every_table_of_a_run_with_its_columns():
    parts = dict(part.split("`\n", 1) for part in render("tables", ROOT).split("\n### `")[1:])
    for kind, table in STAGE_TABLES.items():
        assert set(COLUMNS[kind]) <= set(re.findall(r"`(\w+)`", parts[table.path]))
    for path, table in BY_PATH.items():
        assert set(table.columns) <= set(re.findall(r"`(\w+)`", parts[path]))


def test_the_page_names_every_table_and_column_of_docs():
    page = render("tables", ROOT)
    for file in (ROOT / "docs/results").glob("*.csv"):
        assert f"results/{file.name})" in page
        names = [re.sub("_(mean|std|low|high)$", "", name) for name in read_csv(file)]
        lacking = {name for name in names if f"| `{name}` |" not in page}
        assert {name for name in lacking if not name.startswith("hypervolume_all_")} == set()
