"""Fit one predictor on one combination, for every training size and a block of seeds.

Reads the architectures of the space and the combination's targets. Writes one row a fit (protocol:
Laube, Mutschler and Zell 2022, section 4) and, for the first seeds, the predictions of the test set and of all
architectures.
"""

from hwpred.job import start_job
from hwpred.predictors.registry import use_torch_device
from hwpred.tables import write_table
from hwpred.training.data import read_data
from hwpred.training.grid import Settings, fit_grid

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
use_torch_device(job.params.device)
predictor, combination = job.wildcards.predictor, job.wildcards.combination
told = (job.params.dead_operations, combination)
data = read_data(job.input.architectures, job.input.targets, job.input.others, *told)
*tables, skipped = fit_grid(predictor, data, Settings(**job.params.settings))
metadata = {"combination": combination, "space": str(data.space), "predictor": predictor, "block": job.wildcards.block}
for (kind, file), table in zip(job.output.items(), tables, strict=True):
    write_table(table, file, kind, {**metadata, "skipped": skipped})
