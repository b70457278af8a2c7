"""The options of each command."""

import argparse
import math

from hwpred import __version__
from hwpred.cli import commands

_MANUAL = """\
Predict a hardware metric of neural networks on your device from a few
measurements, and choose by it.

A first session:
  hwpred plan --space nasbench201 --number 60 --output to_measure.csv
                  fill in the column value: one measurement a row, say in ms
  hwpred fit to_measure.csv --space nasbench201 --metric latency --unit ms \\
      --output my_phone.hwpred
  hwpred predict my_phone.hwpred --output predictions.csv
  hwpred select my_phone.hwpred --accuracy accuracies.csv --limit 15
  hwpred suggest my_phone.hwpred 10 --accuracy accuracies.csv --limit 15
                  measure these 10, write them to more.csv
  hwpred fit more.csv --add-to my_phone.hwpred
  hwpred report my_phone.hwpred --accuracy accuracies.csv --limit 15 \\
      --output my_phone.html

ONNX files instead of a search space, of which times.csv names some in its
column file (docs/your_networks.md):
  hwpred time models --number 25 --output times.csv
  hwpred fit times.csv --networks models --metric latency --unit ms \\
      --output my_phone.hwpred
  hwpred predict my_phone.hwpred other/*.onnx
"""
_END = """\
exit codes:
  0  done
  1  a file or a value cannot be used: one sentence says why and what to do
  2  the command line is wrong
  130  interrupted

Results go to standard output, or into --output; everything else goes to
standard error.
docs/device.md explains each command, and the same from Python.
"""


def parser():
    """Return the parser of the command line; ``options.run`` is the function of the command."""
    found = argparse.ArgumentParser(
        "hwpred", description=_MANUAL, epilog=_END, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("--version", action="version", version=f"hwpred {__version__}")
    subparsers = found.add_subparsers(dest="command", required=True, metavar="command")
    for add in (_plan, _fit, _predict, _select, _suggest, _advise, _explain, _report, _time, _export, _check):
        add(subparsers)
    return found


def _plan(subparsers):
    plan = _command(subparsers, commands.plan, "say which architectures to measure first: a CSV to fill in")
    plan.add_argument("--space", help=_spaces())
    _add_networks(plan, "ONNX files to choose from, instead of a space (docs/your_networks.md)")
    plan.add_argument("--number", type=int, default=60, help="of architectures (60)")
    plan.add_argument("--seed", type=int, default=0, help="another seed, another sample to choose from (0)")


def _fit(subparsers):
    words = "learn from all measurements, and write the device into a file"
    fit = _command(subparsers, commands.fit, words, "the device's file, such as my_phone.hwpred (that of --add-to)")
    fit.add_argument("file", metavar="FILE", help="CSV, TSV or Parquet with the columns architecture and value")
    fit.add_argument("--add-to", metavar="DEVICE", help="a device that learns from these rows as well")
    fit.add_argument("--predictor", default="auto", help="a key of docs/predictors.md (auto: structured_gp)")
    _add_facts(fit)
    _add_networks(fit, "ONNX files that the column file names, instead of a space (docs/your_networks.md)")


def _predict(subparsers):
    predict = _command(subparsers, commands.predict, "predict architectures, with intervals")
    _add_device(predict)
    predict.add_argument("files", metavar="FILE", nargs="*", help="ONNX files, of a device of networks")
    _add_networks(predict, "predict the ONNX files of a folder")
    predict.add_argument("--architectures", metavar="FILE", help="a file as of fit, without values (all of the space)")
    predict.add_argument("--level", type=float, default=0.95, help="of the intervals (0.95)")


def _select(subparsers):
    select = _command(subparsers, commands.select, "choose the most accurate architecture under a limit")
    _add_device(select)
    _add_limit(select, required=True)
    _add_networks(select, "ONNX files to choose from, besides those that the device was fitted with")
    select.add_argument(
        "--confidence", type=float, default=0.5, help="probability of keeping the limit that is asked for (0.5)"
    )


def _suggest(subparsers):
    suggest = _command(subparsers, commands.suggest, "say what to measure next, and what it is expected to gain")
    _add_device(suggest)
    suggest.add_argument("number", type=int, nargs="?", default=10, help="of architectures (10)")
    _add_limit(suggest, required=False)
    _add_networks(suggest, "ONNX files to choose from, besides those that the device was fitted with")


def _advise(subparsers):
    words = "say which predictor to use, what error to expect, what more rows bring"
    advise = _command(subparsers, commands.advise, words)
    advise.add_argument("file", metavar="FILE", help="as of fit")
    advise.add_argument("--predictors", help="keys, separated by commas (auto and five quick ones)")
    _add_facts(advise, required=True)
    _add_networks(advise, "as of fit")


def _explain(subparsers):
    explain = _command(subparsers, commands.explain, "say what operations cost on the device, by position or class")
    _add_device(explain)
    _add_networks(explain, "in these ONNX files, rather than in those that were measured")


def _report(subparsers):
    words = "write all of this as one HTML page, for the browser"
    report = _command(subparsers, commands.report, words, "the page (named as the device, .html, in this folder)")
    _add_device(report)
    _add_limit(report, required=False)
    _add_networks(report, "ONNX files that the page is about, besides those that the device was fitted with")


def _time(subparsers):
    words = "time ONNX files, or torch modules, on this machine or with a command that reaches a device"
    time = _command(
        subparsers, commands.time, words, "CSV of the times in ms, beside a JSON file of how they came about"
    )
    time.add_argument("networks", metavar="FOLDER", nargs="?", help="of ONNX files")
    time.add_argument("--factory", metavar="MODULE:FUNCTION", help="which makes torch modules of names, instead")
    time.add_argument("--names", metavar="FILE", help="which networks to time, one a line (all of the folder)")
    time.add_argument("--number", type=_positive, help="how many of them, drawn at random (all)")
    time.add_argument("--runtime", choices=("onnxruntime", "torch"), help="of a factory (torch)")
    time.add_argument(
        "--device-command",
        metavar="COMMAND",
        help="times the file {onnx} and prints ms, a time a line (docs/measuring.md)",
    )
    time.add_argument("--threads", type=_positive, default=1, help="of the runtime (1)")
    time.add_argument("--timeout", type=_seconds, default=60.0, help="seconds for the command and one network (60)")
    time.add_argument("--seed", type=int, default=0, help="of the order and of what is drawn (0)")
    _add_dimension(time)


def _export(subparsers):
    words = "write the network of an architecture as an ONNX file, with random weights"
    export = _command(subparsers, commands.export, words)
    export.add_argument("architecture", metavar="ARCHITECTURE", help="as the space writes it, in quotes")
    export.add_argument("--space", required=True, help="nasbench201, transnas_macro, fbnet or mnasnet")
    export.add_argument("--task", required=True, help="says which input and outputs it has, such as cifar10")


def _check(subparsers):
    words = "look through the results of a study for what is torn, foreign, out of date or left over"
    check = _command(subparsers, commands.check, words)
    check.add_argument(
        "results", nargs="?", metavar="FOLDER", help="such as results/default, where the study was started"
    )
    help_of_file = "configuration of the study, if it is none of config/studies (may be given several times)"
    check.add_argument("--configfile", action="append", default=[], metavar="FILE", help=help_of_file)


def _command(subparsers, run, words, output="where to write the result, instead of standard output"):
    """Add the command that a function is named after, with the options that all commands have."""
    command = subparsers.add_parser(run.__name__, help=words, description=f"{words[0].upper()}{words[1:]}.")
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="print JSON, for programs")
    command.add_argument("--quiet", action="store_true", help="say nothing of the progress on standard error")
    command.add_argument("--output", metavar="FILE", help=output)
    return command


def _add_device(command):
    command.add_argument("device", metavar="DEVICE", help="file that hwpred fit wrote, such as my_phone.hwpred")


def _add_networks(command, words):
    command.add_argument("--networks", metavar="FOLDER", help=words)
    _add_dimension(command)


def _add_dimension(command):
    words = "value of a dimension of the networks' inputs that the files leave open, such as batch=1; repeatable"
    command.add_argument("--dimension", action="append", default=[], metavar="NAME=VALUE", help=words)


def _positive(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _spaces():
    from hwpred.spaces import SPACE_KEYS

    return f"{', '.join(SPACE_KEYS[:-1])} or {SPACE_KEYS[-1]}, or the YAML file of your own space (docs/your_space.md)"


def _add_facts(command, required=False):
    command.add_argument("--space", help=_spaces())
    command.add_argument("--metric", required=required, help="latency, energy, memory, throughput, or another word")
    command.add_argument("--unit", required=required, help="of the values, such as ms")
    command.add_argument("--direction", choices=("smaller", "larger"), help="which is better, of another metric")
    command.add_argument(
        "--dead-operations",
        choices=("run", "dropped", "partly_dropped"),
        help="what the device does with operations that do not reach the output, if you know",
    )


def _add_limit(command, required):
    words = "CSV with the columns architecture (of networks: file) and accuracy (in %%)"
    command.add_argument("--accuracy", metavar="FILE", required=required, help=words)
    command.add_argument(
        "--quality", default="accuracy", metavar="COLUMN", help="what that file holds instead, such as perplexity"
    )
    command.add_argument(
        "--quality-direction", choices=("smaller", "larger"), help="which is better, of a quality of your own"
    )
    command.add_argument(
        "--limit", type=float, help="in the metric's unit: allowed at most, or at least where larger is better"
    )
