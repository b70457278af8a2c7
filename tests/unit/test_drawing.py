"""The registry of figures: every figure and table of a study is drawn by one family, whose caption and module exist."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from hwpred.drawing.making import draw
from hwpred.drawing.registry import CATEGORIES, FAMILIES, TABLES
from hwpred.figures import style
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
PLAN = Studies(ROOT)["open_three_seeds"]
WILDCARDS = SimpleNamespace(combination=next(iter(PLAN.selectable)), space="nasbench201")


def test_figures_of_a_study_are_those_of_the_registry():
    kinds = [f"{kind}{family.suffix}" for family in FAMILIES.values() for kind in family.figures]
    tables = [family.table(name) for family in FAMILIES.values() for name in family.tables]
    assert len(set(kinds + tables)) == len(kinds + tables)
    assert set(PLAN.tables) <= set(tables)
    assert set(PLAN.figures) | set(PLAN.selection_figures) | set(PLAN.explanation_figures) <= set(PLAN.all_figures)
    assert len(set(PLAN.all_figures)) == len(PLAN.all_figures)
    drawn = {kind for family in FAMILIES.values() for kind in family.figures if family.names(kind, PLAN)}
    assert drawn == {kind for family in FAMILIES.values() for kind in family.figures}


def test_a_run_draws_six_kinds_in_the_order_that_a_reader_follows():
    kinds = {kind: figure for family in FAMILIES.values() for kind, figure in family.figures.items()}
    default = [kind for kind, figure in kinds.items() if figure.default]
    assert default == ["space_curves", "scatter", "cost_front", "predicted_selection", "verification", "limits"]
    followed = [kinds[kind].category for kind in default]
    assert followed == sorted(followed)
    assert list(CATEGORIES) == sorted(CATEGORIES)
    assert {figure.category for figure in kinds.values()} | {TABLES} == set(CATEGORIES)


def test_the_registry_imports_nothing_that_draws():
    code = "import sys, hwpred.study.plan; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("kind", [kind for family in FAMILIES.values() for kind in family.figures])
def test_every_figure_says_what_it_answers_and_what_one_would_see(kind):
    (figure,) = (family.figures[kind] for family in FAMILIES.values() if kind in family.figures)
    assert figure.answers.endswith(".")
    assert figure.alternative.endswith(".")
    assert len(figure.alternative) <= 300


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
    figure = style.new_figure(2, "A question?", "An answer.")
    made = {"a": figure, "b.csv": pd.DataFrame({"x": [1], "z": ["y"]}), "b.tex": "% caption\n"}
    monkeypatch.setattr("hwpred.drawing.lookup.draw", lambda files: made)
    outputs = {
        "a": [tmp_path / "a.png", tmp_path / "a.pdf"],
        "b.csv": [tmp_path / "b.csv", tmp_path / "b.html"],
        "b.tex": [tmp_path / "t"],
    }
    draw("lookup", {"files": []}, {}, outputs, {"a": "Nothing.", "b.csv": "what <x> is"})
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "b.csv").read_text() == "x,z\n1,y\n"
    page = (tmp_path / "b.html").read_text()
    assert '<h1 id="title">What &lt;x&gt; is</h1>' in page
    assert '<th scope="row" class="n">1</th><td>y</td></tr>' in page
    assert (tmp_path / "t").read_text() == "% caption\n"
    with pytest.raises(ValueError, match=r"lookup draws .* its entry in the registry says \['a'\]"):
        draw("lookup", {"files": []}, {}, {"a": []}, {})
