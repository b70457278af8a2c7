"""Predict all architectures of a combination with the fits of one predictor, made once more as they were recorded.

Reads architectures, targets and fits. Writes one row an architecture, training size and seed.
"""

from hwpred.joblog import start_job_log
from hwpred.selection.refit import predict_space
from hwpred.tables import read_tables, write_table
from hwpred.training.data import read_data

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    predictor = job.wildcards.predictor
    data = read_data(job.input.architectures, job.input.targets, job.input.others)
    fits = read_tables(job.input.fits, "fits")
    settings = {name: value for name, value in job.params.items() if name != "code"}
    facts = {"combination": data.combination, "predictor": predictor}
    write_table(predict_space(predictor, data, fits, **settings), job.output[0], "space_predictions", facts)
