"""Looking through the results of a run: which tables are torn, foreign, out of date, or no part of the study."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hwpred.errors import InputError
from hwpred.run_tables import STAGE_TABLES
from hwpred.sources.fetch import read_receipt
from hwpred.study import files
from hwpred.study.code import code_of
from hwpred.study.recovery import check_none_runs, remove_unfinished
from hwpred.study.selecting import STAGES
from hwpred.tables import asked_of, read_metadata, read_table

KINDS = {
    files.ARCHITECTURES: "architectures",
    files.TARGETS: "targets",
    files.ACCURACY: "accuracy",
    files.FITS: "fits",
    files.PREDICTIONS: "predictions",
    files.SPACE_PREDICTIONS: "space_predictions",
    files.EVALUATION: "evaluation",
    files.EXPLANATION: "explanation",
    files.SIMULATION: "selection",
    files.PREDICTED_SELECTION: "predicted_selection",
    files.LIMITED_SELECTION: "limited_selection",
    files.ADAPTIVE_SELECTION: "adaptive_selection",
    files.BUDGET: "offers",
    files.COMPARISON: "comparison",
    files.TRAININGS: "trainings",
    files.TIMINGS: "timings",
    files.AGAIN: "timings",
    files.MEASURED: "measured",
}
"""Where each kind of table lies -> the kind."""
_MEASUREMENTS = ("trainings", "timings", "measured")
"""Kinds that new code does not make out of date."""
_IN_METADATA = {
    **{name: name for name in ("combination", "predictor", "block", "space", "chunk", "name")},
    "timed": "combination",
    "class_chunk": "name",
}
"""Wildcards of a file that its metadata tell, too -> what they are called there."""
JOURNALS = tuple(pattern.replace(".parquet", ".unfinished.jsonl") for pattern in (files.TIMINGS, files.AGAIN))
"""What timing a chunk has found until now, or which of its networks failed (``hwpred.measurement.journal``)."""
_OTHERS = JOURNALS + tuple(
    value
    for name, value in vars(files).items()
    if name.isupper() and name[0] != "_" and str(value).startswith(f"{files.RUN}/") and value not in KINDS
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one file.

    Attributes
    ----------
    kind : str
        ``torn`` (it cannot be read), ``foreign`` (it is about something else than its place or the study says),
        ``out of date`` (other code made it than there is now), ``left over`` (no part of the study) or ``unfinished``
        (removed).
    words : str
        A sentence that names the file, and says what to do.
    """

    kind: str
    words: str


def check_results(studies, run):
    """Read every file of a run, and remove what a killed one left unfinished.

    Parameters
    ----------
    studies : hwpred.study.studies.Studies
    run : str
        Name of the run.

    Returns
    -------
    number : int
        How many files there are.
    faults : list of Fault

    Raises
    ------
    InputError
        If the run has no results, or one is at work in this folder.
    """
    plan, folder = studies[run], Path(files.RUN.format(run=run))
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder} here; go where the study was started, and name one of its runs")
    check_none_runs()
    faults = [Fault("unfinished", f"{path} was left unfinished, and is removed") for path in remove_unfinished(folder)]
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    scripts = studies.root / "workflow" / "scripts"
    return len(paths), faults + list(chain.from_iterable(_faults(path, plan, scripts) for path in paths))


def summary(folder, number, faults):
    """Say in one line how many files there are, and how many faults of which kind.

    Parameters
    ----------
    folder : str or Path
        The run's folder of results.
    number : int
        Of its files.
    faults : list of Fault

    Returns
    -------
    str
    """
    counts = Counter(fault.kind for fault in faults)
    found = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing is wrong"
    return f"{folder}: {number} files, {found}"


def _faults(path, plan, scripts):
    """Yield what is wrong with one file."""
    for pattern, kind in KINDS.items():
        if (wildcards := wildcards_of(pattern, path)) is not None:
            yield from _table_faults(path, kind, wildcards, plan, scripts)
            return
    is_of_a_stage = len(path.parts) > len(Path(files.RUN).parts) + 1  # reports, and notes of one's own, lie beside them
    if is_of_a_stage and not any(wildcards_of(pattern, path) is not None for pattern in _OTHERS):
        yield Fault("left over", f"{path} is no file of a run; delete it, if nobody needs it")
    elif wildcards_of(files.RECEIPT, path) is not None:
        yield from _receipt_faults(path)
    elif path.stat().st_size == 0 and path.suffix not in (".log", ".jsonl"):
        yield Fault("torn", f"{path} is empty; delete it and run again")


def _table_faults(path, kind, wildcards, plan, scripts):
    try:
        read_table(path, kind)
    except InputError as error:
        yield Fault("torn", str(error))
        return
    metadata = read_metadata(path)
    told = {_IN_METADATA[key]: value for key, value in wildcards.items() if _IN_METADATA.get(key) in metadata}
    told |= asked_of(kind, metadata, plan.asked([path]))
    try:
        read_metadata(path, kind, told)
    except InputError as error:
        yield Fault("foreign", str(error))
        return
    if kind in _MEASUREMENTS:
        return
    script, stage = made_by(kind)
    try:
        code = code_of(scripts / f"{script}.py", **stage, **plan.members(wildcards))
    except (InputError, KeyError):
        yield Fault("left over", f"{path} is of no part of the study any more; delete it, if nobody needs it")
        return
    if metadata.get("made_by", {}).get("code") != code:
        yield Fault("out of date", f"{path} was made by other code than there is now; run again")


def made_by(kind):
    """Return the script that makes a kind of table, and which of the stages that it calls, as ``code_of`` takes it."""
    rule = STAGE_TABLES[kind].rule
    return ("select_architectures", {"stage": STAGES[rule].module}) if rule in STAGES else (rule, {})


def _receipt_faults(path):
    try:
        read_receipt(path)
    except InputError as error:
        yield Fault("torn", str(error))


def wildcards_of(pattern, path):
    """Return the wildcards of a file, without its run.

    Parameters
    ----------
    pattern : str
        Of ``hwpred.study.files``.
    path : Path

    Returns
    -------
    dict or None
        None if the file is of another pattern.
    """
    found = _expression(pattern).fullmatch(path.as_posix())
    return {name: value for name, value in found.groupdict().items() if name != "run"} if found else None


def _expression(pattern):
    parts = re.split(r"\{(\w+)\}", pattern)
    named = [f"(?P<{name}>{'.+' if name in ('file', 'job', 'figure') else '[^/]+'})" for name in parts[1::2]]
    return re.compile("".join(chain.from_iterable(zip(map(re.escape, parts[::2]), [*named, ""], strict=True))))
