"""Print our tau beside the paper's Tables 3 and 4, for every combination of the run that stands in them.

Reads evaluation tables and the paper's numbers. Writes CSV: dataset, predictor, train_size, paper, ours, difference.
"""

import logging

import pandas as pd

from hwpred.figures.paper import compare
from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import as_text, write_csv
from hwpred.joblog import start_job_log

logger = logging.getLogger(__name__)


def compare_with_paper(evaluation_files, paper_file, csv_file):
    """Write the comparison; return it as text."""
    evaluations, _ = read_evaluations(evaluation_files)
    comparison = compare(pd.read_csv(paper_file), evaluations)
    write_csv(comparison, csv_file)
    text = as_text(comparison).to_string(index=False)
    logger.info("ours beside the paper's\n%s", text)
    return text


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    print(compare_with_paper(list(job.input.evaluations), job.input.paper, job.output.csv))
