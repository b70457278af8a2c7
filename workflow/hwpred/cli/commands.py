"""What each command does: a function a command, which gets its options."""

import logging
import os
from pathlib import Path

import hwpred
from hwpred.cli.mistakes import check_replaces_no_measurements, written
from hwpred.cli.output import best_in_words, history_in_words, show, write, write_json, write_text
from hwpred.errors import InputError

logger = logging.getLogger("hwpred")


def plan(options):
    """Say which architectures to measure first."""
    table = hwpred.plan(options.space, options.number, options.seed, **_networks(options))
    write(table, options)


def fit(options):
    """Learn from measurements and write the device into a file."""
    if options.add_to:
        before = _state(options.add_to)
        device = hwpred.load(options.add_to).append(options.file, **_networks(options))
    else:
        _need(options, *(() if options.networks else ("space",)), "metric", "unit", "output")
        device = hwpred.fit(options.file, predictor=options.predictor, **_facts(options))
    output = written(options)
    if options.add_to and output.exists() and output.samefile(options.add_to) and _state(output) != before:
        raise InputError(
            f"{output} has changed meanwhile, perhaps by another hwpred fit, and keeps what it holds; start the "
            "command again, which then adds to that"
        )
    device.save(output)
    logger.info("%s: %s", output, device)
    show({"file": str(output), "predictor": device.predictor, "history": device.history}, options, history_in_words)


def predict(options):
    """Predict architectures, with intervals."""
    from hwpred.advice.reading import architectures_in

    device = _load(options, knows=False)
    given = [name for name in ("architectures", "networks", "files") if getattr(options, name)]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} are given; predict one of them at a time")
    architectures = "all"
    if options.architectures:
        architectures = architectures_in(options.architectures, device.space)
    elif given:
        architectures = options.files or options.networks
        device = device.with_dimensions(_dimensions(options))
    write(device.predict(architectures, level=options.level), options)


def select(options):
    """Choose the most accurate architecture under a limit."""
    device = _warned(_load(options))
    found = device.select(options.accuracy, options.limit, options.confidence, **_quality(options))
    best = None if found.best is None else found.best.to_dict()
    if options.json:
        write_json({"best": best, "front": found.front.to_dict("records")}, options)
        return
    if options.limit is not None:
        print(best_in_words(best, options))
    write(found.front, options)


def suggest(options):
    """Say what to measure next."""
    from hwpred.advice.choice import to_fill_in

    device = _warned(_load(options))
    if options.output is not None:
        check_replaces_no_measurements(Path(options.output), set(device.texts(device.operations)))
    table = device.suggest(options.number, options.accuracy, options.limit, **_quality(options))
    write(table if options.json else to_fill_in(table), options)


def advise(options):
    """Say which predictor to use."""
    more = {"predictors": options.predictors.split(",")} if options.predictors else {}
    advice = hwpred.advise(options.file, **_facts(options), **more)
    if options.json:
        write_json({"sentence": advice.sentence, "predictors": advice.table.to_dict("records")}, options)
        return
    print(advice.sentence)
    write(advice.table, options)


def explain(options):
    """Say what operations cost on the device."""
    device = _load(options, knows=False)
    if options.networks:
        device = device.with_dimensions(_dimensions(options))
    write(device.explain(options.networks), options)


def report(options):
    """Write all of this as one page."""
    output = written(options)
    files = {"device": options.device, "page": str(output)}
    if options.accuracy:
        files["accuracy"] = options.accuracy
    name = Path(options.device).stem
    hwpred.report(_load(options), output, options.accuracy, options.limit, name, files, **_quality(options))
    show({"file": str(output)}, options, lambda content: content["file"])


def time(options):
    """Time networks."""
    if options.output is None:
        raise InputError("--output is missing: say where to write the times, such as times.csv")
    keys = ("networks", "factory", "names", "number", "runtime", "device_command", "threads", "timeout", "seed")
    given = {key: getattr(options, key) for key in keys}
    table = hwpred.time_networks(output=options.output, dimensions=_dimensions(options), **given)
    show(table.to_dict("records"), options)
    logger.info("%s: %d networks timed", options.output, len(table))


def export(options):
    """Write the network of an architecture as an ONNX file."""
    if options.output is None:
        raise InputError("--output is missing: say where to write the ONNX file")
    hwpred.export(options.architecture, options.space, options.task, options.output)
    logger.info("%s: %s", options.output, options.architecture)
    show({"file": options.output}, options)


def check(options):
    """Look through the results of a study; InputError if something is wrong with them."""
    from hwpred.study.checkup import check_results, summary
    from hwpred.study.studies import of_files

    studies = of_files(options.configfile)
    run = Path(options.results).name if options.results else studies.main.study.run
    number, faults = check_results(studies, run)
    if options.json:
        write_json([{"kind": fault.kind, "words": fault.words} for fault in faults], options)
    else:
        write_text("".join(f"{fault.kind}: {fault.words}\n" for fault in faults), options)
    words = summary(f"results/{run}", number, faults)
    if any(fault.kind != "unfinished" for fault in faults):
        raise InputError(words)
    logger.info(words)


def _load(options, knows=True):
    """Load the device; let it know further networks, if some are given."""
    device = hwpred.load(options.device)
    networks = getattr(options, "networks", None) if knows else None
    return device if networks is None else device.with_networks(networks, _dimensions(options))


def _state(path):
    """Return what tells whether a file is another one than before; files are replaced as a whole."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def _warned(device):
    """Return the device; say so if it drifted while it was measured."""
    from hwpred.advice.drift import drift_sentence, has_drifted

    if has_drifted(device):
        logging.getLogger("hwpred").warning(drift_sentence(device))
    return device


def _facts(options):
    names = ("space", "metric", "unit", "direction", "dead_operations")
    return {name: getattr(options, name) for name in names} | _networks(options)


def _networks(options):
    return {"networks": options.networks, "dimensions": _dimensions(options)}


def _dimensions(options):
    """Return the values of dimensions as a mapping."""
    found = {}
    for text in options.dimension:
        name, equals, value = text.rpartition("=")
        if not equals or not name or not value.isdecimal() or not 0 < int(value) < 2**31:
            raise InputError(f"--dimension is {text!r}; write a name and a whole number, such as batch=1")
        if name in found:
            raise InputError(f"--dimension {name} is given twice; keep one")
        found[name] = int(value)
    return found


def _quality(options):
    return {"quality": options.quality, "quality_direction": options.quality_direction}


def _need(options, *names):
    missing = [name for name in names if getattr(options, name) is None]
    if missing:
        raise InputError(
            f"--{missing[0]} is missing: a new device needs --space or --networks, --metric, --unit and --output"
        )
