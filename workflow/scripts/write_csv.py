"""Write a table of measured values with the texts of its architectures, as the command ``hwpred`` reads them.

Reads a table ``measured`` and the architectures of its space; writes a CSV with the columns ``architecture``, and
``value`` or ``accuracy``, and ``started``, when each was timed, where the table tells.
"""

from hwpred.joblog import start_job_log
from hwpred.measurement.output import write_times
from hwpred.tables import read_table


def write_csv(measured, architectures, column, output):
    """Write the rows in the order of the table; ``column`` names the values."""
    texts = read_table(architectures, "architectures").set_index("architecture")["operations"]
    table = read_table(measured, "measured").drop(columns=["spread", "count"])
    table["architecture"] = table["architecture"].map(texts)
    write_times(table.rename(columns={"value": column}), output)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    write_csv(job.input.measured, job.input.architectures, job.params.column, job.output[0])
