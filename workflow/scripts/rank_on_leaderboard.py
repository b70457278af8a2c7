"""Rank the predictors of a run beside all others: the leaderboard of docs/, with what the run adds."""

from pathlib import Path

from hwpred.findings.leaderboard import tabulate_with_run
from hwpred.findings.tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.tables import whole_file

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    made = tabulate_with_run(list(job.input), job.params.statements, **job.params.committed)
    write_csv(made["leaderboard.csv"], Path(job.output.board))
    with whole_file(Path(job.output.page)) as unfinished:
        unfinished.write_text(made["leaderboard.html"], encoding="utf-8")
