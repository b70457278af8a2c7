"""Timing networks of one's own on this machine, without a study: what the command ``hwpred time`` does."""

import logging
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hwpred.errors import InputError
from hwpred.measurement.chunks import Chunk, measure_chunk
from hwpred.measurement.collect import corrected, over_visits
from hwpred.measurement.command import PLACE
from hwpred.measurement.cores import UNPINNED, own_cores
from hwpred.measurement.journal import Journal, only_writer
from hwpred.measurement.machine import describe_machine
from hwpred.measurement.measurer import measurer
from hwpred.measurement.openers import EAGER, Factory, Files, file_of
from hwpred.measurement.output import write_facts, write_times
from hwpred.measurement.plan import FIRST, read_texts
from hwpred.measurement.timing import Effort
from hwpred.seeding import generator

logger = logging.getLogger(__name__)
VISITS, OUTLIER_SPREAD = 3, 0.1
REFERENCES, REFERENCE_SECONDS = 3, 45.0
EFFORT = Effort(warm_up=2, least=5, most=30, relative_error=0.01)


def time_networks(networks=None, *, output, factory=None, names=None, number=None, runtime=None, device_command=None,
                  threads=1, dimensions=None, timeout=60.0, seed=0):  # fmt: skip
    """Time networks, one example at a time, and write their times.

    Each network is opened on three visits in random order, as far apart as the others take, and the fastest visit
    counts. The drift that three reference networks show is taken out. Stopped, it goes on where it was.

    Parameters
    ----------
    networks : str or Path, optional
        A folder of ONNX files.
    output : str or Path
        CSV with the columns ``file`` (with a factory: ``architecture``), ``value``, ms, and ``started``, when that was
        timed, in seconds since the epoch, as ``hwpred.fit`` reads it. Beside it a JSON file of the same name says how
        they came about.
    factory : str, optional
        ``package.module:function``, which gets a name and returns a torch module and its input.
    names : str or Path, optional
        A file that says which networks to time, one a line; the factory needs it.
    number : int, optional
        How many of them, at random; all.
    runtime : str, optional
        ``"onnxruntime"``, which is the default of files, or ``"torch"``, that of a factory.
    device_command : str, optional
        Instead of a runtime: a shell command that times the file ``{onnx}`` and prints a time in ms a line.
    threads : int
    dimensions : dict, optional
        Values of dimensions of the inputs that the files leave open.
    timeout : float
        Seconds for a command and one network.
    seed : int
        Of order, weights and inputs.

    Returns
    -------
    DataFrame
        What the CSV holds.

    Raises
    ------
    InputError
        If there is nothing to time, or nothing of it can be timed.
    """
    output = Path(output)
    if output.suffix.lower() == ".json":
        raise InputError(f"output is {output}, where it would be told how the times came about; name a CSV file")
    combination = _combination(networks, factory, runtime, device_command, threads, dimensions)
    texts = _texts(networks, factory, names, number, seed)
    if dimensions:
        _check_dimensions(dimensions, networks, texts)
    opened = _opener(combination, texts, seed)
    try:
        rows, machine = _timed(opened, combination, texts, output, timeout, seed)
    except RuntimeError as error:  # the device is gone, or too few cores are free
        raise InputError(str(error)) from error
    table, facts = _summed_up(rows, texts, "file" if networks else "architecture")
    facts |= {"device": {**machine, "threads": threads}, "protocol": {**combination, "visits": VISITS, "seed": seed}}
    write_times(table, output)
    write_facts(facts, output.with_suffix(".json"))
    return table


def _combination(networks, factory, runtime, device_command, threads, dimensions):
    """Return what is timed and how, as a study would say it."""
    if runtime is not None and device_command is not None:
        raise InputError("both a runtime and a device_command are given; keep one")
    if networks is not None and runtime == "torch":
        raise InputError("torch cannot run ONNX files; leave out the runtime, or give a factory")
    if device_command is not None and PLACE not in device_command:
        raise InputError(f"device_command is {device_command!r}; it must hold {PLACE}, the file that it times")
    if dimensions and (device_command is not None or networks is None):
        raise InputError(
            f"dimension {next(iter(dimensions))!r} would change nothing, since a "
            f"{'factory' if networks is None else 'device_command'} makes its own inputs; leave it out"
        )
    if device_command is None and runtime is None:
        runtime = "onnxruntime" if networks else "torch"
    known = {"networks": str(networks) if networks else None, "factory": factory, "dimensions": dimensions or None}
    known |= {"runtime": runtime, "device_command": device_command, "threads": threads}
    return {key: value for key, value in known.items() if value is not None}


def _texts(networks, factory, names, number, seed):
    """Return the names of what is timed."""
    if (networks is None) == (factory is None):
        raise InputError("give a folder of ONNX files or a factory of torch modules, one of them")
    try:
        if names is not None:
            texts = read_texts(names)
        elif factory is not None:
            raise InputError("a factory needs --names: a file with what it is asked for, one a line")
        else:
            texts = _files(networks)
    except ValueError as error:
        raise InputError(str(error)) from error
    if not texts:
        raise InputError(f"{names or networks} names no network")
    if networks is not None:
        _check_are_there(networks, texts, names)
    return [texts[place] for place in generator("time", seed).permutation(len(texts))[:number]]


def _check_are_there(folder, texts, names):
    if missing := [text for text in texts if not file_of(Path(folder), text).is_file()]:
        raise InputError(f"{names} names {missing[0]!r}, and {folder} has no such file; correct one of them")


def _check_dimensions(dimensions, folder, texts):
    """Check before anything is timed that some network has each dimension; a torn file is told when it is timed."""
    from hwpred.networks.onnx_files import open_dimensions
    from hwpred.sources.network_files import check_dimensions

    found = []
    for text in texts:
        with suppress(InputError):
            found.append(open_dimensions(file_of(Path(folder), text)))
    check_dimensions(dimensions, found)


def _files(folder):
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; give one with ONNX files")
    files = (file for file in folder.rglob("*") if file.name.lower().endswith(".onnx"))
    texts = sorted(file.relative_to(folder).as_posix() for file in files)
    if not texts:
        raise InputError(f"{folder} holds no file whose name ends in .onnx")
    return texts


def _opener(combination, texts, seed):
    try:
        if "networks" in combination:
            return Files(combination["networks"], texts.__getitem__, combination.get("dimensions"), seed)
        return Factory(combination["factory"], texts.__getitem__, seed)
    except ValueError as error:
        raise InputError(str(error)) from error


def _timed(opened, combination, texts, output, timeout, seed):
    """Return a row a timing, of this session and of earlier ones, and what the machine is."""
    settings = {"threads": combination["threads"], "effort": EFFORT, "command_timeout": timeout}
    local = "device_command" not in combination
    cores_of_ours = own_cores(settings["threads"]) if local else nullcontext(UNPINNED)
    with cores_of_ours as cores, _own_threads(combination["runtime"] if local else None):
        machine = describe_machine(combination["runtime"], opened.packages) if local else {}
        conditions = {"combination": combination, "texts": texts, "machine": machine, "seed": seed}
        kept = output.with_suffix(".unfinished.jsonl")
        with only_writer(kept):
            journal = Journal(kept, conditions)
            draws = generator("time", seed, "order")
            references = draws.choice(len(texts), min(REFERENCES, len(texts)), replace=False)
            measure = measurer(opened, combination, settings)
            chunk = Chunk(references, measure, reference_seconds=REFERENCE_SECONDS, core=cores[0], journal=journal)
            options = {"visits": VISITS, "outlier_spread": OUTLIER_SPREAD}
            rows = measure_chunk(np.arange(len(texts)), chunk, **options, shuffle=draws)
            if all(chunk.timings[place] for place in range(len(texts))):
                journal.remove()
    return rows, machine


@contextmanager
def _own_threads(runtime):
    """Give a program's torch its number of threads back after a block."""
    if runtime != EAGER:
        yield
        return
    import torch

    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _summed_up(rows, texts, column):
    """Return the table of times, and what is to be known of it; those that failed are told."""
    wanted = rows[rows.role == "architecture"]
    failed = wanted[wanted["median"].isna()].drop_duplicates("architecture")
    timed = corrected(rows.assign(passing=FIRST))
    failed = failed[~failed.architecture.isin(timed.architecture)]
    for row in failed.itertuples():
        logger.warning("left out: %s: %s", texts[row.architecture], row.error)
    if timed.empty:
        raise InputError(f"none of the {len(texts)} networks could be timed; the first: {failed.error.iloc[0]}")
    found = over_visits(timed).loc[FIRST]
    named = found.index.map(texts.__getitem__).rename(column)
    table = found[["value", "started"]].set_index(named).reset_index()
    facts = {
        "unit": "ms",
        "direction": "smaller",
        "date": datetime.now(UTC).date().isoformat(),
        "networks": len(table),
        "median_spread_percent": round(100 * float(found.spread.median()), 2),
        "drift_std_percent": round(100 * float(timed.drift.std()), 2),
        "failures": {texts[row.architecture]: row.error for row in failed.itertuples()},
    }
    return table, facts
