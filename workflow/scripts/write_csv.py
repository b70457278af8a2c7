"""Write a table of measured values with the texts of its architectures, as the command ``hwpred`` reads them.

Reads a table ``measured`` and the architectures of its space; writes a CSV with the columns ``architecture``, and
``value`` or ``accuracy``, and ``started``, when each was timed, where the table tells.
"""

from hwpred.job import start_job
from hwpred.measurement.output import with_texts, write_times

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
write_times(with_texts(job.input.measured, job.input.architectures, job.params.column), job.output[0])
