"""Rank the predictors of a run beside all others: the leaderboard of docs/, with what the run adds."""

from pathlib import Path

from hwpred.findings.leaderboard import tabulate_with_run
from hwpred.job import start_job
from hwpred.tables import whole_file
from hwpred.writing import write_csv

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
made = tabulate_with_run(list(job.input.evaluations), job.params.statements, **job.params.committed)
write_csv(made["leaderboard.csv"], Path(job.output.board))
with whole_file(Path(job.output.page)) as unfinished:
    unfinished.write_text(made["leaderboard.html"], encoding="utf-8")
