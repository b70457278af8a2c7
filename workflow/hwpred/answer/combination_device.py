"""Learn a device from all measurements of one combination, and write what they say about every other architecture."""

import logging

import pandas as pd

from hwpred.advice.choice import to_fill_in
from hwpred.advice.device import fit
from hwpred.answer.device_page import report
from hwpred.predictors.structured.gp import FILE_ORDER
from hwpred.seeding import generator
from hwpred.selection.reading import PERCENT
from hwpred.sources.table import TIMES
from hwpred.spaces.reading import read_architectures
from hwpred.tables import of_combination, read_metadata, read_table, whole_file
from hwpred.training.data import MEASURING
from hwpred.writing import DIGITS

logger = logging.getLogger(__name__)

MOST_ROWS = 2_000
"""Of which a device learns: eleven fits and their predictions take minutes, and that with the third power of the rows.

Beyond, more rows make ``structured_gp`` hardly better on any device that is known (docs/structured.md).
"""
SUGGESTED = 10


def answer(inputs, settings, outputs):
    """Write the four files.

    Parameters
    ----------
    inputs : dict
        Paths of ``architectures`` and ``targets``, and ``accuracy``, a list of at most one path.
    settings : dict
        ``predictor``, ``hyperparameters``, ``dead_operations``, ``limit``.
    outputs : dict
        Paths of ``device``, ``page``, ``predictions`` and ``to_measure``.
    """
    facts = read_metadata(inputs["targets"], "targets", of_combination(inputs["targets"]))
    table = read_architectures(inputs["architectures"], facts["space"])
    device = _learnt(table, inputs["targets"], facts, settings)
    device.save(outputs["device"])
    (accuracy, quality), limit = _accuracy(inputs["accuracy"], table), settings["limit"]
    together = (accuracy, limit) if accuracy is not None and limit is not None else ()
    _write(to_fill_in(device.suggest(SUGGESTED, *together, **quality)), outputs["to_measure"])
    _write(device.predict(table.operations), outputs["predictions"])
    files = {"device": outputs["device"], "page": outputs["page"]}
    report(device, outputs["page"], accuracy, limit, facts["combination"], files, **quality)


def _learnt(table, targets, facts, settings):
    names = ("predictor", "hyperparameters", "dead_operations")
    rows = _named(table, "targets", targets).rename(columns={"time": "started"})
    if settings["hyperparameters"].get("time") == FILE_ORDER and facts.get("file_order") == MEASURING:
        rows["order"] = range(len(rows))
    return fit(
        _some_of(rows, facts["combination"]),
        table.space,
        **{name: facts[name] for name in ("metric", "unit", "direction")},
        **{name: settings[name] for name in names},
    )


def _named(table, kind, file):
    """Return a table of the workflow as a person would write it: the architectures as text, and the numbers."""
    rows = read_table(file, kind, {"space": table.space.key})
    operations = table.operations[rows["architecture"]]
    return rows.assign(architecture=[table.space.to_text(row) for row in operations.tolist()])


def _some_of(table, combination):
    table = table.filter(["architecture", "value", *TIMES])
    if len(table) <= MOST_ROWS:
        return table
    logger.warning(
        "%s has %d rows; the device learns from %d of them at random, since more would take long and teach little",
        combination,
        len(table),
        MOST_ROWS,
    )
    rows = generator("answer", combination).permutation(len(table))[:MOST_ROWS]
    return table.iloc[sorted(rows)]


def _accuracy(files, table):
    """Return the table of accuracies or of another quality, None where there is none, and what it is."""
    for file in files:
        facts = read_metadata(file, "accuracy")
        quality = facts.get("quality", "accuracy")
        if quality != "accuracy" or (facts["unit"], facts["direction"]) == (PERCENT, "larger"):
            rows = _named(table, "accuracy", file)[["architecture", "accuracy"]]
            told = {"quality": quality, "quality_direction": facts["direction"]}
            return rows.rename(columns={"accuracy": quality}), told
        logger.warning("%s is an accuracy in %s, which is not %%: the front is left out", file, facts["unit"])
    return None, {}


def _write(table, path):
    with whole_file(path) as unfinished:
        pd.DataFrame(table).to_csv(unfinished, index=False, float_format=f"%.{DIGITS}g")
