"""Time one chunk of a combination: on a core of this machine, or with the user's command."""

import hashlib
from contextlib import nullcontext
from pathlib import Path

from hwpred.measurement.chunks import Chunk, measure_chunk
from hwpred.measurement.cores import UNPINNED, own_cores
from hwpred.measurement.journal import Journal
from hwpred.measurement.machine import describe_machine
from hwpred.measurement.measurer import measurer
from hwpred.measurement.openers import opener
from hwpred.measurement.plan import candidates, chunk_architectures, reference_architectures
from hwpred.measurement.timing import Effort
from hwpred.seeding import generator
from hwpred.spaces.reading import read_architectures
from hwpred.tables import write_table


def measure(architectures_file, name, combination, chunk, plan, settings, code, output, names=None):
    """Time the chunk with that name and write its rows; what an earlier, unfinished job has timed is kept.

    Parameters
    ----------
    architectures_file : str or Path
    name : str
        Of the combination.
    combination : dict
        As the configuration has it.
    chunk : str
        Which of its chunks, such as "first-3".
    plan, settings : dict
        As the configuration has them.
    code : str
        Digest of the code: timings of other code are not kept.
    output : str or Path
    names : str or Path, optional
        File that names the architectures to time, one a line.

    Raises
    ------
    DeviceLostError
        If the device of ``device_command`` does not answer any more.
    """
    table, seed = read_architectures(architectures_file, combination["space"]), plan["seed"]
    known = candidates(table, names)
    chosen = chunk_architectures(name, chunk, known, plan["architectures"], plan["chunk_size"], seed)
    conditions = {"combination": {"name": name, **combination}, "plan": plan, "settings": settings, "code": code}
    conditions["architectures"] = hashlib.sha256(table.operations[chosen].tobytes()).hexdigest()
    networks = opener(combination, table, seed)
    time_one = measurer(networks, combination, {**settings, "effort": Effort(**settings["effort"])})
    with _cores(combination, settings) as cores:
        conditions["machine"] = machine = _machine(combination, networks, cores)
        journal = Journal(Path(output).with_suffix(".unfinished.jsonl"), conditions)
        references = reference_architectures(combination["space"], known, plan["references"], seed)
        seconds, core = plan["reference_seconds"], cores[0]
        timings = Chunk(references, time_one, reference_seconds=seconds, core=core, journal=journal)
        rows = _timed(chosen, timings, plan, generator("measure", seed, name, chunk))
    metadata = {"combination": name, "chunk": chunk, "machine": machine, "sessions": journal.sessions}
    write_table(rows, output, "timings", metadata)
    # Where networks failed it stays, so that only these are timed when the chunk is run again.
    if all(timings.timings[int(architecture)] for architecture in chosen):
        journal.remove()


def _timed(chosen, timings, plan, shuffle):
    return measure_chunk(chosen, timings, visits=plan["visits"], outlier_spread=plan["outlier_spread"], shuffle=shuffle)


def _cores(combination, settings):
    return nullcontext(UNPINNED) if "device_command" in combination else own_cores(settings["threads"])


def _machine(combination, networks, cores):
    """Describe this machine where the networks run on it."""
    if "device_command" in combination:
        return {}
    return {**describe_machine(combination["runtime"], networks.packages), "pinned": cores != UNPINNED}
