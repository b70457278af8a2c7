"""Compute a metric of the executed graph for every architecture of a space.

Reads the architectures of the space. Writes the table that source ``measured`` reads, and its description as JSON.
"""

from datetime import UTC, datetime

from hwpred.joblog import start_job_log
from hwpred.measurement.output import write_measured
from hwpred.networks.profiles import get_profile
from hwpred.spaces.reading import read_architectures
from hwpred.tables import say_what_made_them

METRICS = {
    "arithmetic_intensity": ("arithmetic_intensity", 1.0, "FLOP/byte", "larger"),
    "memory": ("peak_memory", 1 / 1024, "KiB", "smaller"),
}
"""Metric -> column of the space's analytic model, factor, unit, direction."""


def compute_metric(architectures_file, combination, command, licence, table_file, facts_file):
    """Write table and facts."""
    table = read_architectures(architectures_file, combination["space"])
    column, factor, unit, direction = METRICS[combination["metric"]]
    profile = get_profile(combination["space"])(table.operations, combination["task"], live=True)
    frame = profile[[column]].mul(factor).set_axis(["value"], axis=1)
    frame = frame.assign(architecture=range(len(frame)), spread=0, count=1)
    facts = {
        "unit": unit,
        "direction": direction,
        "command": command,
        "date": datetime.now(UTC).date().isoformat(),
        "protocol": f"column {column} of the analytic model of the executed graph",
    }
    write_measured(frame, facts, licence, table_file, facts_file)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    compute_metric(
        job.input.architectures,
        job.params.combination,
        job.params.command,
        job.params.licence,
        job.output.measured,
        job.output.facts,
    )
