"""`snakemake findings` plans: from the runs' files to the pages, and no job that tells seconds."""

import re
import subprocess
import sys

import pytest
from planned import ROOT

from hwpred.findings.registry import FINDINGS, PAGES

SNAKEFILE = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from planned import Plans
from hwpred.digest import digest

STUDIES = Plans()

rule run:
    output: "results/{{run}}/{{file}}"

include: {rules!r}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "Snakefile").write_text(
        SNAKEFILE.format(tests=str(ROOT / "tests/unit"), rules=str(ROOT / "workflow/rules/findings.smk"))
    )
    (folder / "docs").mkdir()
    for name in ("config", "data", "docs/pages"):
        (folder / name).symlink_to(ROOT / name)
    # Committed tables that tell seconds are there, as in any clone.
    (folder / "docs/results").mkdir()
    for name in (output for finding in FINDINGS.values() if finding.seconds for output in finding.outputs):
        (folder / "docs/results" / name).symlink_to(ROOT / "docs/results" / name)
    return folder


def planned_rules(project, target):
    """Return the rules that a dry run of a target plans, beside those that make the runs."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", "--forceall", target]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    # The table of jobs: a line a rule and how many jobs it has.
    return set(re.findall(r"^(\w+) +\d+$", done.stdout + done.stderr, re.MULTILINE)) - {"run", "total"}


def test_findings_plans_all_tables_and_pages_but_those_that_tell_seconds(project):
    repeatable = {f"find_{key}" for key, finding in FINDINGS.items() if not finding.seconds}
    assert planned_rules(project, "findings") == {*repeatable, *(f"render_{page}" for page in PAGES), "findings"}


def test_seconds_are_a_target_of_their_own(project):
    timed = {f"find_{key}" for key, finding in FINDINGS.items() if finding.seconds}
    assert planned_rules(project, "findings_timing") == {*timed, "findings_timing"}


def test_one_page_plans_what_it_shows_only(project):
    assert planned_rules(project, "docs/pairing.md") == {"find_pairing", "render_pairing"}
