"""Learn from all measurements of one combination, and write what they say about every other architecture.

Reads architectures, targets and, where they are known, accuracies. Writes the device (``hwpred.load`` reads it), its
page, the predictions of all architectures of the space, and what to measure next, to be filled in.
"""

from hwpred.answer.combination_device import answer
from hwpred.job import start_job
from hwpred.predictors.devices import use_device

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
use_device(job.params.device)
inputs = {**dict(job.input.items()), "accuracy": list(job.input.accuracy)}
answer(inputs, job.params.settings, dict(job.output.items()))
