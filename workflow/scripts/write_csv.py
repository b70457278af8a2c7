"""Write a table of measured values with the texts of its architectures, as the command ``hwpred`` reads them.

Reads a table ``measured`` and the architectures of its space; writes a CSV with the columns ``architecture``, and
``value`` or ``accuracy``.
"""

from hwpred.joblog import start_job_log
from hwpred.tables import read_table, whole_file


def write_csv(measured, architectures, column, output):
    """Write the rows in the order of the table; ``column`` names the values."""
    texts = read_table(architectures, "architectures").set_index("architecture")["operations"]
    table = read_table(measured, "measured")[["architecture", "value"]]
    table["architecture"] = table["architecture"].map(texts)
    with whole_file(output) as unfinished:
        table.rename(columns={"value": column}).to_csv(unfinished, index=False, float_format="%.6g")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    write_csv(job.input.measured, job.input.architectures, job.params.column, job.output[0])
