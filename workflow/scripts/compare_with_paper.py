"""Print our tau beside the paper's Tables 3 and 4, for every combination of the run that stands in them.

Reads evaluation tables and the paper's numbers. Writes CSV: dataset, predictor, train_size, paper, ours, difference.
"""

import pandas as pd

from hwpred.figures.paper import compare
from hwpred.figures.reading import read_evaluations
from hwpred.job import start_job
from hwpred.writing import as_text, write_csv

job = globals()["snakemake"]  # placed here by Snakemake
start_job(job.log[0], job.params)
evaluations, _ = read_evaluations(job.input.evaluations)
comparison = compare(pd.read_csv(job.input.paper), evaluations)
write_csv(comparison, job.output.csv)
print(as_text(comparison).to_string(index=False))
