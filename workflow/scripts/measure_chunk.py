"""Time one chunk of architectures: on a core of this machine, or with the user's command.

Reads the architectures of the space. Writes one row a timing, of architectures and of the references that show drift.
"""

from hwpred.job import start_job
from hwpred.measurement.combination_chunk import measure

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
told = {**dict(job.params.items()), "names": job.input.get("names")}
measure(job.input.architectures, job.wildcards.timed, output=job.output.timings, **told)
