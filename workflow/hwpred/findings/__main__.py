"""Render the pages of docs/ from their templates and the tables that are there: ``python -m hwpred.findings``."""

from pathlib import Path

from hwpred.findings.registry import PAGES
from hwpred.findings.rendering import render
from hwpred.tables import whole_file


def main():
    """Write each page that is not what its tables render to, and name it."""
    for page in PAGES:
        path, text = Path("docs", f"{page}.md"), render(page)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            with whole_file(path) as unfinished:
                unfinished.write_text(text, encoding="utf-8")
            print(path)


if __name__ == "__main__":
    main()
