"""Select architectures by measuring, fitting and measuring the most promising, round by round.

Reads architectures, targets and accuracies. Writes one row a seed and round.
"""

from hwpred.job import start_job
from hwpred.predictors.registry import use_torch_device
from hwpred.selection.adaptive_seeds import select_by_seeds
from hwpred.selection.reading import read_ranked
from hwpred.tables import read_metadata, write_table
from hwpred.training.data import read_data

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
use_torch_device(job.params.device)
told = (job.params.dead_operations, job.wildcards.combination)
data = read_data(job.input.architectures, job.input.targets, job.input.others, *told)
ranked = read_ranked(job.input.targets, job.input.accuracy)
rounds, skipped = select_by_seeds(job.wildcards.predictor, data, ranked, job.params.settings)
facts = {"predictor": job.wildcards.predictor, "skipped": skipped}
write_table(rounds, job.output[0], "adaptive_selection", {**read_metadata(job.input.targets), **facts})
