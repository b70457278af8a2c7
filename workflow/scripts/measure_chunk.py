"""Time one chunk of architectures: on a core of this machine, or with the user's command.

Reads the architectures of the space. Writes one row a timing, of architectures and of the references that show drift.
"""

from contextlib import nullcontext

from hwpred.joblog import start_job_log
from hwpred.measurement.chunks import Chunk, measure_chunk
from hwpred.measurement.cores import own_cores
from hwpred.measurement.machine import describe_machine
from hwpred.measurement.measurer import measurer
from hwpred.measurement.plan import chunk_architectures, reference_architectures
from hwpred.measurement.timing import Effort
from hwpred.seeding import generator
from hwpred.spaces.reading import read_architectures
from hwpred.tables import write_table


def measure(architectures_file, name, combination, chunk, plan, settings, output):
    """Time the chunk with that name and write its rows."""
    table = read_architectures(architectures_file, combination["space"])
    size, seed = plan["architectures"], plan["seed"]
    chosen = chunk_architectures(name, chunk, len(table), size, plan["chunk_size"], seed)
    references = reference_architectures(combination["space"], len(table), plan["references"], seed)
    settings = {**settings, "effort": Effort(**settings["effort"])}
    time_one = measurer(combination, table.operations, settings, seed)
    local = "device_command" not in combination
    with own_cores(settings["threads"]) if local else nullcontext([-1]) as cores:
        timings = Chunk(references, time_one, reference_seconds=plan["reference_seconds"])
        shuffle = generator("measure", seed, name, chunk)
        options = {key: plan[key] for key in ("visits", "outlier_spread")}
        rows = measure_chunk(chosen, timings, **options, shuffle=shuffle)
    machine = describe_machine(combination["runtime"]) if local else {}
    write_table(
        rows.assign(core=cores[0]), output, "timings", {"combination": name, "chunk": chunk, "machine": machine}
    )


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    measure(
        job.input.architectures,
        job.wildcards.timed,
        job.params.combination,
        job.params.chunk,
        job.params.plan,
        job.params.settings,
        job.output.timings,
    )
