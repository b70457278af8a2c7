"""Collect the timings of a combination: drift corrected, passes compared, provenance beside the values.

Reads the chunks. Writes the table that source ``measured`` reads and its description as JSON.
"""

from hwpred.job import start_job
from hwpred.measurement.combination_timings import collect_timings
from hwpred.measurement.output import write_measured

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
told = (job.params.combination, job.params.plan, job.params.settings)
measured, facts = collect_timings(list(job.input.timings), *told)
write_measured(measured, {"command": job.params.command, **facts}, job.params.licence, *job.output)
