"""Tabulate the lookup table against linear regression by device and metric.

Reads the evaluation tables of all combinations. Writes CSV and LaTeX.
"""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import lookup_against_linear, write_csv, write_latex
from hwpred.joblog import start_job_log


def tabulate(evaluation_files, csv_file, latex_file):
    """Write both tables."""
    table = lookup_against_linear(*read_evaluations(evaluation_files))
    write_csv(table, csv_file)
    write_latex({"all combinations": table}, latex_file, "Kendall's tau of lookup table and linear regression")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    tabulate(list(job.input), job.output.csv, job.output.latex)
