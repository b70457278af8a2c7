"""Make the tables and figures of one finding, with their provenance."""

from hwpred.findings.making import make
from hwpred.joblog import start_job_log

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    inputs = {name: list(files) for name, files in job.input.items()}
    make(job.params.key, inputs, job.params.settings, job.params.facts)
