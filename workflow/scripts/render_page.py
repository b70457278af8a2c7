"""Render one page of docs/ from its template and the committed tables."""

from pathlib import Path

from hwpred.findings.rendering import render
from hwpred.joblog import start_job_log
from hwpred.tables import whole_file

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    with whole_file(Path(job.output[0])) as unfinished:
        unfinished.write_text(render(job.params.page), encoding="utf-8")
