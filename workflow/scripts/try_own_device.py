"""Try a device as if it were new: fit, predict and choose with the library for one device, from several draws.

Reads architectures, targets and accuracies. Writes one row a draw, and one a draw, limit and number of measurements.
"""

from hwpred.findings.own_device_trials import read_known, try_out
from hwpred.job import start_job
from hwpred.predictors.devices import use_device
from hwpred.writing import write_csv

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
use_device("cpu")
known = read_known(job.input.architectures, job.input.targets, job.input.accuracy)
draws, choices = try_out(known, **job.params.settings)
write_csv(draws, job.output.draws)
write_csv(choices, job.output.choices)
