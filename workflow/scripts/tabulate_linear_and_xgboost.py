"""Tabulate the tau of linear regression and XGBoost by combination and training size.

Reads the evaluation tables of all combinations. Writes CSV (a row a training size) and LaTeX (a table a space).
"""

from hwpred.figures.reading import read_evaluations
from hwpred.figures.summary_tables import tau_by_size, tau_by_size_wide, write_csv, write_latex
from hwpred.joblog import start_job_log


def tabulate(evaluation_files, csv_file, latex_file):
    """Write both tables."""
    evaluations, metadata = read_evaluations(evaluation_files)
    write_csv(tau_by_size(evaluations), csv_file)
    by_space = {}
    for combination, evaluation in evaluations.items():
        by_space.setdefault(metadata[combination]["space"], {})[combination] = evaluation
    wide = {space: tau_by_size_wide(tau_by_size(group)) for space, group in by_space.items()}
    write_latex(wide, latex_file, "Kendall's tau by training size, mean over the seeds")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    tabulate(list(job.input), job.output.csv, job.output.latex)
