"""Memory: a scheduler ends a job that takes more than what its rule reserves."""

import ast
import csv


def test_jobs_take_no_more_memory_than_is_reserved_for_them(finished_project):
    jobs = [told(file) for file in sorted(finished_project.study.rglob("benchmarks/**/*.tsv"))]
    jobs = [job for job in jobs if job["max_rss"] != "NA"]
    assert len(jobs) > 50
    beyond = {
        job["rule_name"]: (float(job["max_rss"]), reserved(job))
        for job in jobs
        if float(job["max_rss"]) > reserved(job)
    }
    assert beyond == {}


def told(file):
    with file.open(newline="") as lines:
        return next(csv.DictReader(lines, delimiter="\t"))


def reserved(job):
    """Return the MB of a first attempt."""
    return ast.literal_eval(job["resources"])["mem_mb"]
