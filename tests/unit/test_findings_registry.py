"""The registry of findings: every table, figure and page of docs/ is made by an entry that fits its function."""

import inspect
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest

from hwpred.documents import read_mapping
from hwpred.errors import InputError
from hwpred.findings.making import make
from hwpred.findings.registry import (
    FIGURE,
    FINDINGS,
    PAGES,
    facts_of,
    files_of,
    inputs_of,
    settings_of,
    tables_of,
    template_of,
)
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
PLANS = Studies(ROOT)


def test_every_table_and_figure_of_docs_is_made_by_one_entry():
    made = [file for key in FINDINGS for file in files_of(key)]
    assert len(made) == len(set(made))
    files = [
        *(ROOT / "docs/results").rglob("*.*"),
        *(ROOT / "docs/figures").rglob("*.*"),
        *(ROOT / "docs").glob("*.html"),
    ]
    there = [path.relative_to(ROOT).as_posix() for path in files]
    assert sorted(there) == sorted(made)


def test_every_template_is_a_page_and_shows_what_is_made():
    templates = (ROOT / "docs" / "pages").glob("*.md.j2")
    assert sorted(f"docs/pages/{file.name}" for file in templates) == sorted(map(template_of, PAGES))
    made = {file for key in FINDINGS for file in files_of(key)}
    for page in PAGES:
        figures = FIGURE.findall((ROOT / template_of(page)).read_text(encoding="utf-8"))
        assert {*tables_of(page), *(f"docs/figures/{name}" for name in figures)} <= made


@pytest.mark.parametrize("key", FINDINGS)
def test_an_entry_gives_its_function_what_it_takes(key):
    inputs = inputs_of(key, PLANS)
    assert all(isinstance(files, list) and files for files in inputs.values())
    module, name = FINDINGS[key].function.split(":")
    function = getattr(import_module(f"hwpred.findings.{module}"), name)
    inspect.signature(function).bind(**inputs, **settings_of(key, PLANS))
    runs = {Path(file).parts[1] for files in inputs.values() for file in files if file.startswith("results/")}
    assert runs == set(FINDINGS[key].runs)
    assert set(facts_of(key, PLANS)) == runs


@pytest.mark.parametrize("key", FINDINGS)
def test_files_that_are_no_results_are_in_the_repository(key):
    others = [file for files in inputs_of(key, PLANS).values() for file in files if not file.startswith("results/")]
    assert all((ROOT / file).is_file() for file in others)


@pytest.mark.parametrize(
    ("key", "changes", "said"),
    [
        ("designs", {"train_sizes": {"fbnet": [5]}}, r"train_sizes\.fbnet is \[5, .*\] and \[5\]; give both the same"),
        ("designs", {"seeds": 9}, "seeds is 10 and 9; give both the same"),
        ("twins", {"test_sizes": {"nasbench201": 600}}, r"test_sizes\.nasbench201 is 625 and 600; give both the same"),
        ("twins", {"seed": 1}, "seed is 2022 and 1; give both the same"),
        ("twins", {"seeds": 9, "train_sizes": {"nasbench201": [5]}}, None),
        ("twins", {"test_sizes": {"transnas_macro": 9}}, None),
    ],
)
def test_runs_that_are_compared_are_alike(key, changes, said):
    run = FINDINGS[key].runs[-1]
    changed = Studies(ROOT, {**read_mapping(ROOT / f"config/studies/{run}.yaml"), "run": run, **changes})
    with nullcontext() if said is None else pytest.raises(InputError, match=f"the finding {key} is made .*{said}"):
        inputs_of(key, changed)


def test_a_finding_that_makes_other_files_than_it_says_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("other.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"open_figures: copies:figures makes \['other.png'\], the registry says"):
        make("open_figures", {"files": ["other.png"]}, {}, {})
    assert not Path("docs").exists()


def test_what_a_finding_was_made_from_is_written_beside_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = FINDINGS["open_figures"].outputs
    for name in names:
        Path(name).write_bytes(b"figure")
    make("open_figures", {"files": list(names)}, {}, facts_of("open_figures", PLANS))
    written = {file: Path(file).read_bytes() for file in files_of("open_figures")}
    assert written[f"docs/figures/{names[0]}"] == b"figure"
    provenance = written["docs/results/provenance/open_figures.json"].decode()
    assert '"seeds": 3' in provenance
    assert str(tmp_path) not in provenance
    make("open_figures", {"files": list(names)}, {}, facts_of("open_figures", PLANS))
    assert written == {file: Path(file).read_bytes() for file in written}
