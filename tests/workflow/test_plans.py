"""Dry runs from nothing: of the default and the large studies, and of the findings, from public files to pages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROFILE

from hwpred.findings.registry import FINDINGS, PAGES

ROOT = Path(__file__).parents[2]
REPEATABLE = {f"find_{key}" for key, finding in FINDINGS.items() if not finding.seconds}


def planned(*arguments):
    """Return {rule: number of jobs} of a dry run that makes all anew."""
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", PROFILE, "--dry-run", "--forceall", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    jobs, _, _ = (done.stdout + done.stderr).partition("Reasons:")
    assert max(map(len, jobs.splitlines())) < 300, "a rule without a message prints its files"
    table = jobs.split("Job stats:")[1].split("total")[0]
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ([], "train_predictor"),
        (["--configfile", "config/studies/open.yaml"], "train_predictor"),
        (["--configfile", "config/studies/paper.yaml"], "train_predictor"),
        (["--configfile", "config/studies/measure.yaml", "--", "measure"], "measure_chunk"),
        (["answer"], "answer_device"),
    ],
)
def test_studies_are_planned(arguments, made):
    assert planned(*arguments)[made]


def findings_of(jobs):
    return {rule for rule in jobs if rule.startswith(("find_", "render_"))}


def test_findings_plans_all_tables_and_pages_but_those_that_tell_seconds():
    jobs = planned("findings")
    assert findings_of(jobs) == REPEATABLE | {f"render_{page}" for page in PAGES}
    assert jobs["train_predictor"] > 500
    assert jobs["retrieve_source"] > 50


def test_seconds_are_a_target_of_their_own():
    timed = {f"find_{key}" for key, finding in FINDINGS.items() if finding.seconds}
    assert findings_of(planned("findings_timing")) == timed


def test_one_page_plans_what_it_shows_only():
    jobs = planned("docs/pairing.md")
    assert findings_of(jobs) == {"find_pairing", "render_pairing"}
    assert "train_predictor" not in jobs
