"""The pages of docs/: every link leads somewhere, and every page is found from the first one."""

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PAGES = [ROOT / "README.md", ROOT / "config/README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def links(page):
    """Return (file, heading) of each link of a page that leads to a file of the project."""
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    return [((page.parent / file).resolve() if file else page, heading) for file, _, heading in map(_parts, targets)]


def _parts(target):
    return target.partition("#")


def anchors(page):
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for file, heading in links(page):
        assert file.exists(), f"{page.name} links to {file}, which is not there"
        assert not heading or heading in anchors(file), f"{page.name}: {file.name} has no heading for #{heading}"


def test_every_page_is_two_clicks_from_the_readme():
    index = ROOT / "docs/index.md"
    assert index in {file for file, _ in links(ROOT / "README.md")}
    found = {file for file, _ in links(index)}
    assert {page for page in PAGES if ROOT / "docs" in page.parents} <= found | {index}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_level_of_headings_is_left_out(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in itertools.pairwise(levels))


def test_every_figure_of_the_pages_is_shown_by_one():
    shown = {file for page in PAGES for file, _ in links(page)}
    assert {file for file in (ROOT / "docs/figures").rglob("*") if file.is_file()} <= shown


def test_the_glossary_is_in_order():
    terms = re.findall(r"^## (.*)$", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(terms) > 30
    assert terms == sorted(terms, key=str.lower)
