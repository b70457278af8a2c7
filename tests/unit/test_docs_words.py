"""The pages of docs/ are easy to read: leading zeros, short sentences, tables and lines of code that fit a screen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "config/README.md"]
PAGES += [*sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "data").glob("*/README.md"))]
MOST_WORDS = 40
"""In a sentence."""
MOST_COLUMNS = 11
"""In a table."""
LONGEST_CODE = 210
"""Characters of a line: a command with the text of an architecture of NAS-Bench-201, or what it prints."""
WITHOUT_ZERO = re.compile(r"(?<![\w.\d\])/*`])[-+]?\.\d")
CODE = re.compile(r"^```.*?^```|^    .*?$", re.DOTALL | re.MULTILINE)
ITEM = re.compile(r"\n(?=\s*(?:[-*]|\d+\.) )")
END_OF_SENTENCE = re.compile(r"(?<=[.!?:;])[*)\"]*\s+(?=[A-Z*\[(\"X]|hwpred )")
PREDICTORS = {"LGBoost": "LightGBM", "XG Boost": "XGBoost", "Lin. Reg.": "Linear regression"}
"""What a predictor is not called, and its name."""


def sentences(text):
    """Return the sentences of a page outside of code, tables and headings; code within a sentence is one word."""
    found = []
    for block in CODE.sub("", text).split("\n\n"):
        if block.lstrip().startswith(("|", "#", "!", "---", "<!--", "*`snakemake")):
            continue
        for item in ITEM.split(block):
            words = re.sub(r"`[^`]*`", "X", re.sub(r"\]\([^)]*\)", "]", item))
            found += END_OF_SENTENCE.split(" ".join(words.split()))
    return [sentence for sentence in found if sentence]


def test_sentences_are_found_and_code_is_none():
    text = "# Head\n\nOne `a b c` two. Three [four](five six).\n\n    some code\n\n- Five.\n- Six: Seven.\n\n| a | b |"
    assert sentences(text) == ["One X two.", "Three [four].", "- Five.", "- Six:", "Seven."]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
class TestPage:
    def test_numbers_have_a_leading_zero(self, page):
        found = [
            line for line in CODE.sub("", page.read_text(encoding="utf-8")).splitlines() if WITHOUT_ZERO.search(line)
        ]
        assert found == []

    def test_sentences_are_short(self, page):
        long = [text for text in sentences(page.read_text(encoding="utf-8")) if len(text.split()) > MOST_WORDS]
        assert long == []

    def test_tables_and_code_fit_a_screen(self, page):
        text = page.read_text(encoding="utf-8")
        wide = [line for line in text.splitlines() if line.startswith("| ---") and line.count("|") - 1 > MOST_COLUMNS]
        long = [line for code in CODE.findall(text) for line in code.splitlines() if len(line) > LONGEST_CODE]
        assert (wide, long) == ([], [])

    def test_predictors_have_one_name(self, page):
        text = page.read_text(encoding="utf-8")
        assert [f"{wrong}: write {name}" for wrong, name in PREDICTORS.items() if wrong in text] == []
