"""`snakemake findings` plans all from the public files to the pages, and no job that tells seconds."""

import re
import subprocess
import sys
import time
from pathlib import Path

from hwpred.findings.registry import FINDINGS, PAGES

ROOT = Path(__file__).parents[2]
REPEATABLE = {f"find_{key}" for key, finding in FINDINGS.items() if not finding.seconds}


def planned(target):
    """Return {rule: number of jobs} of a dry run that makes all anew."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", "--forceall", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    table = (done.stdout + done.stderr).split("Job stats:")[1].split("total")[0]
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}


def findings_of(jobs):
    return {rule for rule in jobs if rule.startswith(("find_", "render_"))}


def test_findings_plans_all_tables_and_pages_but_those_that_tell_seconds():
    start = time.process_time()
    jobs = planned("findings")
    assert findings_of(jobs) == REPEATABLE | {f"render_{page}" for page in PAGES}
    assert jobs["train_predictor"] > 500
    assert jobs["retrieve_source"] > 50
    assert time.process_time() - start < 15


def test_seconds_are_a_target_of_their_own():
    timed = {f"find_{key}" for key, finding in FINDINGS.items() if finding.seconds}
    assert findings_of(planned("findings_timing")) == timed


def test_one_page_plans_what_it_shows_only():
    jobs = planned("docs/pairing.md")
    assert findings_of(jobs) == {"find_pairing", "render_pairing"}
    assert "train_predictor" not in jobs
