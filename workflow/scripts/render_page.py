"""Render one page of docs/ from its template and the committed tables."""

from hwpred.findings.rendering import render
from hwpred.job import start_job
from hwpred.tables import whole_file

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
with whole_file(job.output[0]) as unfinished:
    unfinished.write_text(render(job.params.page), encoding="utf-8")
