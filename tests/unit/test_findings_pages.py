"""Each page of docs/ is what its template and the committed tables render to."""

from pathlib import Path

import pytest

from hwpred.findings import __main__ as pages
from hwpred.findings import rendering
from hwpred.findings.registry import PAGES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", PAGES)
def test_a_committed_page_is_what_its_tables_render_to(page):
    committed = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert committed == rendering.render(page, ROOT), f"docs/{page}.md is not rendered anew: make pages"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is_rendered_from(page):
    foot = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8").split("\n\n")[-1]
    assert f"docs/pages/{page}.md.j2" in foot
    assert all(f"`{name}.csv`" in foot for name in PAGES[page])


def test_a_table_that_the_registry_does_not_name_is_an_error(monkeypatch):
    monkeypatch.setitem(PAGES, "pairing", PAGES["pairing"][1:])
    with pytest.raises(ValueError, match=r"pairing reads the tables .* the registry says"):
        rendering.render("pairing", ROOT)


def test_pages_that_differ_are_written_and_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pages, "PAGES", ("cost", "zoo"))
    monkeypatch.setattr(pages, "render", lambda page: f"{page}\n")
    Path("docs").mkdir()
    Path("docs/zoo.md").write_text("zoo\n", encoding="utf-8")
    pages.main()
    assert capsys.readouterr().out == "docs/cost.md\n"
    assert Path("docs/cost.md").read_text(encoding="utf-8") == "cost\n"
