"""The registry of figures: every figure and table of a study is drawn by one family, whose caption and module exist."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from hwpred.drawing.making import draw
from hwpred.drawing.registry import FAMILIES
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
PLAN = Studies(ROOT)["open_three_seeds"]
WILDCARDS = SimpleNamespace(combination=next(iter(PLAN.selectable)), space="nasbench201")


def test_every_figure_and_table_of_a_study_is_drawn_by_one_family():
    kinds = [f"{kind}{family.suffix}" for family in FAMILIES.values() for kind in family.figures]
    tables = [family.table(name) for family in FAMILIES.values() for name in family.tables]
    patterns = [re.sub(r"\{\w+\}", ".+", name) for name in kinds]
    for figure in [*PLAN.figures, *PLAN.selection_figures, *PLAN.explanation_figures]:
        # "curves_x" is no match of "space_curves_{space}", which is whole; "space_curves_x" of that alone.
        assert [name for name in patterns if re.fullmatch(name, figure)], f"no family draws {figure}"
    assert set(PLAN.tables) <= set(tables)
    assert len(set(kinds + tables)) == len(kinds + tables)


@pytest.mark.parametrize("key", FAMILIES)
def test_a_module_takes_what_its_entry_gives(key):
    family = FAMILIES[key]
    inputs = family.inputs(PLAN, WILDCARDS)
    assert all(isinstance(files, list) for files in inputs.values())
    inspect.signature(import_module(f"hwpred.drawing.{key}").draw).bind(**inputs, **family.settings(PLAN, WILDCARDS))


def test_what_the_report_shows_has_a_caption():
    shown = [kind for family in FAMILIES.values() for kind in family.figures]
    shown += [Path(name).stem for family in FAMILIES.values() for name, label in family.tables.items() if label]
    captions = {file.stem for file in (ROOT / "workflow/report").glob("*.rst")}
    assert set(shown) <= captions
    assert captions - set(shown) == {"answer", "measurements", "workflow"}


def test_figures_tables_and_texts_are_written_to_their_files(tmp_path, monkeypatch):
    figure = plt.figure()
    made = {"a": figure, "b.csv": pd.DataFrame({"x": [1]}), "b.tex": "% caption\n"}
    monkeypatch.setattr("hwpred.drawing.lookup.draw", lambda files: made)
    outputs = {"a": [tmp_path / "a.png", tmp_path / "a.pdf"], "b.csv": [tmp_path / "b.csv"], "b.tex": [tmp_path / "t"]}
    draw("lookup", {"files": []}, {}, outputs)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "b.csv").read_text() == "x\n1\n"
    assert (tmp_path / "t").read_text() == "% caption\n"
    with pytest.raises(ValueError, match=r"lookup draws .* its entry in the registry says \['a'\]"):
        draw("lookup", {"files": []}, {}, {"a": []})
