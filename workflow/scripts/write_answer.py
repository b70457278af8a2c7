"""Write the page that says which predictor to use, and the same in a few lines.

Reads fits, predictions, targets, architectures and accuracies of all combinations of a run, and what to measure first.
"""

from hwpred.answer.reading import Files
from hwpred.answer.writing import write_answer
from hwpred.job import start_job

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
tables = [Files(**tables) for tables in job.params.combinations.values()]
write_answer(tables, job.input.plans, job.wildcards.run, job.params.run_seed, job.output.page, job.output.words)
