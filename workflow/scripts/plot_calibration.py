"""Tabulate and plot how much of the measurements the intervals of structured_gp cover.

Reads the explanations of all combinations.
"""

from hwpred.figures.explanation import coverage_table, plot_calibration
from hwpred.figures.style import save
from hwpred.figures.summary_tables import write_csv
from hwpred.joblog import start_job_log
from hwpred.tables import of_combination, read_tables

if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    table = coverage_table(read_tables(list(job.input), "explanation", of_combination))
    write_csv(table, job.output.table)
    save(plot_calibration(table), [job.output.calibration, *job.output.calibration_also])
