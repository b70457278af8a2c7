"""The lists of docs/reproduce.md: what each page and table is made from."""

from hwpred.findings.registry import FINDINGS, PAGES, figures_of, path_of
from hwpred.findings.text import NOTHING, listed


def numbers(tables):
    """Return the lists of the page by name.

    Parameters
    ----------
    tables : mapping
        Not used: this page follows from the registry alone.
    """
    return {
        "pages": [_of_page(page) for page in sorted(PAGES) if PAGES[page]],
        "timed": [_of_finding(finding) for finding in FINDINGS.values() if finding.seconds],
    }


def _of_page(page):
    """Return a row: the page, and the studies behind its tables and figures that are no times."""
    outputs = {*(path_of(f"{name}.csv") for name in PAGES[page]), *figures_of(page)}
    behind = [finding for finding in FINDINGS.values() if outputs & set(map(path_of, finding.outputs))]
    runs = dict.fromkeys(run for finding in behind if not finding.seconds for run in finding.runs)
    return {"page": page, "studies": _names(runs)}


def _of_finding(finding):
    tables = [output for output in finding.outputs if output.endswith(".csv")] or list(finding.outputs)
    return {"tables": _names(tables), "command": path_of(tables[0]), "studies": _names(finding.runs)}


def _names(names):
    return listed([f"`{name}`" for name in names]) if names else NOTHING
