"""The command ``hwpred``: what the library says about one device, on the command line."""

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from hwpred import __version__
from hwpred.errors import InputError

_MANUAL = """\
Predict a hardware metric of neural networks on your device from a few measurements, and choose by it.

A first session:
  hwpred plan --space nasbench201 --number 60 --output to_measure.csv
                                    fill in the column value: one measurement a row, say in ms
  hwpred fit to_measure.csv --space nasbench201 --metric latency --unit ms --output my_phone.hwpred
  hwpred predict my_phone.hwpred --output predictions.csv
  hwpred select my_phone.hwpred --accuracy accuracies.csv --limit 15
  hwpred suggest my_phone.hwpred 10 --accuracy accuracies.csv --limit 15
                                    measure these 10, write them to more.csv
  hwpred fit more.csv --add-to my_phone.hwpred
  hwpred report my_phone.hwpred --accuracy accuracies.csv --limit 15 --output my_phone.html

ONNX files instead of a search space, of which times.csv names some in its column file (docs/your_networks.md):
  hwpred time models --number 25 --output times.csv
  hwpred fit times.csv --networks models --metric latency --unit ms --output my_phone.hwpred
  hwpred predict my_phone.hwpred other/*.onnx
"""
_END = """\
exit codes:
  0  done
  1  a file or a value cannot be used: one sentence says why and what to do
  2  the command line is wrong
  130  interrupted

Results go to standard output, or into --output; everything else goes to standard error.
docs/device.md explains each command, and the same from Python.
"""


def main(arguments=None):
    """Run the command; return its exit code."""
    options = _parser().parse_args(arguments)
    level = logging.WARNING if options.quiet else logging.INFO
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("hwpred").setLevel(level)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads, such as head, has enough; Python shall not complain when it closes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (InputError, OSError) as error:
        print(f"hwpred {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _plan(options):
    import hwpred

    table = hwpred.plan(options.space, options.number, options.seed, **_networks(options))
    _write(table, options)


def _fit(options):
    import hwpred

    if options.add_to:
        device = hwpred.load(options.add_to).append(options.file, **_networks(options))
        output = options.output or options.add_to
    else:
        _need(options, *(() if options.networks else ("space",)), "metric", "unit", "output")
        device = hwpred.fit(options.file, predictor=options.predictor, **_facts(options))
        output = options.output
    device.save(output)
    logging.getLogger("hwpred").info("%s: %s", output, device)
    _print({"file": str(output), "predictor": device.predictor, "history": device.history}, options, _history)


def _predict(options):
    device = _load(options, knows=False)
    given = [name for name in ("architectures", "networks", "files") if getattr(options, name)]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} are given; predict one of them at a time")
    architectures = "all"
    if options.architectures:
        architectures = _architectures(options.architectures)
    elif given:
        architectures = options.files or options.networks
        device = device.with_dimensions(_dimensions(options))
    _write(device.predict(architectures, level=options.level), options)


def _select(options):
    found = _load(options).select(options.accuracy, options.limit, options.confidence, **_quality(options))
    best = None if found.best is None else found.best.to_dict()
    if options.json:
        _print({"best": best, "front": found.front.to_dict("records")}, options)
        return
    if options.limit is not None:
        print(_best(best, options))
    _write(found.front, options)


def _suggest(options):
    from hwpred.advice.choice import to_fill_in

    table = _load(options).suggest(options.number, options.accuracy, options.limit, **_quality(options))
    _write(table if options.json else to_fill_in(table), options)


def _advise(options):
    import hwpred

    more = {"predictors": options.predictors.split(",")} if options.predictors else {}
    advice = hwpred.advise(options.file, **_facts(options), **more)
    if options.json:
        _print({"sentence": advice.sentence, "predictors": advice.table.to_dict("records")}, options)
        return
    print(advice.sentence)
    _write(advice.table, options)


def _explain(options):
    device = _load(options, knows=False)
    if options.networks:
        device = device.with_dimensions(_dimensions(options))
    _write(device.explain(options.networks), options)


def _report(options):
    import hwpred

    output = Path(options.output or Path(options.device).with_suffix(".html").name)
    files = {"device": options.device, "page": str(output)}
    if options.accuracy:
        files["accuracy"] = options.accuracy
    name = Path(options.device).stem
    hwpred.report(_load(options), output, options.accuracy, options.limit, name, files, **_quality(options))
    _print({"file": str(output)}, options, lambda content: content["file"])


def _time(options):
    import hwpred

    if options.output is None:
        raise InputError("--output is missing: say where to write the times, such as times.csv")
    keys = ("networks", "factory", "names", "number", "runtime", "device_command", "threads", "timeout", "seed")
    given = {key: getattr(options, key) for key in keys}
    table = hwpred.time_networks(output=options.output, dimensions=_dimensions(options), **given)
    if options.json:
        _print(table.to_dict("records"), options)
    logging.getLogger("hwpred").info("%s: %d networks timed", options.output, len(table))


def _export(options):
    import hwpred

    if options.output is None:
        raise InputError("--output is missing: say where to write the ONNX file")
    hwpred.export(options.architecture, options.space, options.task, options.output)
    logging.getLogger("hwpred").info("%s: %s", options.output, options.architecture)


def _load(options, knows=True):
    """Load the device; let it know further networks, if some are given."""
    import hwpred

    device = hwpred.load(options.device)
    networks = getattr(options, "networks", None) if knows else None
    return device if networks is None else device.with_networks(networks, _dimensions(options))


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


def _architectures(path):
    """Return the texts of a file with one architecture a line, the first word ``architecture`` left out."""
    import csv

    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8; save it as CSV") from error
    rows = [row for row in csv.reader(line for line in lines if line.strip() and not line.startswith("#")) if row]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "architecture" not in header:
        raise InputError(f"{path} has no column 'architecture'; its first line must name it")
    column = header.index("architecture")
    return [row[column].strip() for row in rows[1:]]


def _best(best, options):
    from hwpred.answer.qualities import called

    if best is None:
        return f"No architecture keeps the limit of {options.limit:g} with a probability of {options.confidence:g}."
    probably = f"; with a probability of {best['probability']:.2f} it keeps"
    known = ", and was measured to keep" if best["measured"] else probably
    known_quality = called(options.quality).value(best[options.quality])
    return (
        f"{best['architecture']}: {options.quality} {known_quality}, predicted {best['value']:.4g} "
        f"({best['lower']:.4g} to {best['upper']:.4g}){known} the limit of {options.limit:g}."
    )


def _history(content):
    last = content["history"][-1]
    earlier = last["percent_of_earlier_rows"]
    more = "" if earlier is None else f"; over the earlier rows {earlier:.1f} %"
    return (
        f"{content['file']}: {content['predictor']}, {last['rows']} architectures, held out: tau {last['tau']:.3f}, "
        f"mean error {last['error']:.3g}, median error {last['percent']:.1f} %{more}"
    )


def _write(table, options):
    """Write a table to where it is wanted: CSV with six significant digits, or JSON records."""
    records = options.json and json.dumps(_plain(table.to_dict("records")), indent=1) + "\n"
    text = records or table.to_csv(index=False, float_format="%.6g")
    if options.output is None:
        sys.stdout.write(text)
        return
    from hwpred.tables import whole_file

    with whole_file(options.output) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    logging.getLogger("hwpred").info("%s: %d rows", options.output, len(table))


def _print(content, options, in_words=None):
    if options.json or in_words is None:
        print(json.dumps(_plain(content), indent=1))
    else:
        print(in_words(content))


def _plain(content):
    """Return what JSON can hold; a number that is missing is null."""
    import math

    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_plain(value) for value in content]
    content = content.item() if hasattr(content, "item") else content
    return None if isinstance(content, float) and not math.isfinite(content) else content


def _parser():
    parser = argparse.ArgumentParser(
        "hwpred", description=_MANUAL, epilog=_END, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"hwpred {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    def command(name, run, words, of_device=False, output="where to write the result, instead of standard output"):
        one = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        one.set_defaults(run=run)
        one.add_argument("--json", action="store_true", help="print JSON, for programs")
        one.add_argument("--quiet", action="store_true", help="say nothing of the progress on standard error")
        one.add_argument("--output", metavar="FILE", help=output)
        if of_device:
            one.add_argument("device", metavar="DEVICE", help="file that hwpred fit wrote, such as my_phone.hwpred")
        return one

    def of_networks(one, words):
        one.add_argument("--networks", metavar="FOLDER", help=words)
        one.add_argument("--dimension", **_DIMENSION)

    plan = command("plan", _plan, "say which architectures to measure first: a CSV to fill in")
    plan.add_argument("--space", help=_spaces())
    of_networks(plan, "ONNX files to choose from, instead of a space (docs/your_networks.md)")
    plan.add_argument("--number", type=int, default=60, help="of architectures (60)")
    plan.add_argument("--seed", type=int, default=0, help="another seed, another sample to choose from (0)")

    words = "learn from all measurements, and write the device into a file"
    fit = command("fit", _fit, words, output="the device's file, such as my_phone.hwpred (that of --add-to)")
    fit.add_argument("file", metavar="FILE", help="CSV, TSV or Parquet with the columns architecture and value")
    fit.add_argument("--add-to", metavar="DEVICE", help="a device that learns from these rows as well")
    fit.add_argument("--predictor", default="auto", help="a key of docs/predictors.md (auto: structured_gp)")
    _add_facts(fit)
    of_networks(fit, "ONNX files that the column file names, instead of a space (docs/your_networks.md)")

    predict = command("predict", _predict, "predict architectures, with intervals", of_device=True)
    predict.add_argument("files", metavar="FILE", nargs="*", help="ONNX files, of a device of networks")
    of_networks(predict, "predict the ONNX files of a folder")
    predict.add_argument("--architectures", metavar="FILE", help="CSV with the column architecture (all of the space)")
    predict.add_argument("--level", type=float, default=0.95, help="of the intervals (0.95)")

    select = command("select", _select, "choose the most accurate architecture under a limit", of_device=True)
    _add_limit(select, required=True)
    of_networks(select, "ONNX files to choose from, besides those that the device was fitted with")
    select.add_argument(
        "--confidence", type=float, default=0.5, help="probability of keeping the limit that is asked for (0.5)"
    )

    suggest = command("suggest", _suggest, "say what to measure next, and what it is expected to gain", of_device=True)
    suggest.add_argument("number", type=int, nargs="?", default=10, help="of architectures (10)")
    _add_limit(suggest, required=False)
    of_networks(suggest, "ONNX files to choose from, besides those that the device was fitted with")

    advise = command("advise", _advise, "say which predictor to use, what error to expect, what more rows bring")
    advise.add_argument("file", metavar="FILE", help="as of fit")
    advise.add_argument("--predictors", help="keys, separated by commas (auto and five quick ones)")
    _add_facts(advise, required=True)
    of_networks(advise, "as of fit")

    explain = command(
        "explain", _explain, "say what operations cost on the device, by position or class", of_device=True
    )
    of_networks(explain, "in these ONNX files, rather than in those that were measured")

    page = "the page (named as the device, .html, in this folder)"
    report = command(
        "report", _report, "write all of this as one HTML page, for the browser", of_device=True, output=page
    )
    _add_limit(report, required=False)
    of_networks(report, "ONNX files that the page is about, besides those that the device was fitted with")

    words = "time ONNX files, or torch modules, on this machine or with a command that reaches a device"
    timing = command("time", _time, words, output="CSV of the times in ms, beside a JSON file of how they came about")
    timing.add_argument("networks", metavar="FOLDER", nargs="?", help="of ONNX files")
    timing.add_argument("--factory", metavar="MODULE:FUNCTION", help="which makes torch modules of names, instead")
    timing.add_argument("--names", metavar="FILE", help="which networks to time, one a line (all of the folder)")
    timing.add_argument("--number", type=_positive, help="how many of them, drawn at random (all)")
    timing.add_argument("--runtime", choices=("onnxruntime", "torch"), help="of a factory (torch)")
    timing.add_argument(
        "--device-command",
        metavar="COMMAND",
        help="times the file {onnx} and prints ms, a time a line (docs/measuring.md)",
    )
    timing.add_argument("--threads", type=_positive, default=1, help="of the runtime (1)")
    timing.add_argument("--timeout", type=float, default=60.0, help="seconds for the command and one network (60)")
    timing.add_argument("--seed", type=int, default=0, help="of the order and of what is drawn (0)")
    timing.add_argument("--dimension", **_DIMENSION)

    export = command("export", _export, "write the network of an architecture as an ONNX file, with random weights")
    export.add_argument("architecture", metavar="ARCHITECTURE", help="as the space writes it, in quotes")
    export.add_argument("--space", required=True, help="nasbench201, transnas_macro, fbnet or mnasnet")
    export.add_argument("--task", required=True, help="says which input and outputs it has, such as cifar10")
    return parser


_DIMENSION = {
    "action": "append",
    "default": [],
    "metavar": "NAME=VALUE",
    "help": "value of a dimension of the networks' inputs that the files leave open, such as batch=1; repeatable",
}


def _positive(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def _spaces():
    from hwpred.spaces import SPACE_KEYS

    return f"{', '.join(SPACE_KEYS[:-1])} or {SPACE_KEYS[-1]}, or the YAML file of your own space (docs/your_space.md)"


def _add_facts(parser, required=False):
    parser.add_argument("--space", help=_spaces())
    parser.add_argument("--metric", required=required, help="latency, energy, memory, throughput, or another word")
    parser.add_argument("--unit", required=required, help="of the values, such as ms")
    parser.add_argument("--direction", choices=("smaller", "larger"), help="which is better, of another metric")
    parser.add_argument(
        "--dead-operations",
        choices=("run", "dropped", "partly_dropped"),
        help="what the device does with operations that do not reach the output, if you know",
    )


def _add_limit(parser, required):
    words = "CSV with the columns architecture (of networks: file) and accuracy (in %%)"
    parser.add_argument("--accuracy", metavar="FILE", required=required, help=words)
    parser.add_argument(
        "--quality", default="accuracy", metavar="COLUMN", help="what that file holds instead, such as perplexity"
    )
    parser.add_argument(
        "--quality-direction", choices=("smaller", "larger"), help="which is better, of a quality of your own"
    )
    parser.add_argument(
        "--limit", type=float, help="in the metric's unit: allowed at most, or at least where larger is better"
    )


if __name__ == "__main__":
    sys.exit(main())
