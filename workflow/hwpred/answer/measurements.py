"""Sum up a measurement: what was measured, how noisy it was, how the machine drifted."""

import json
from pathlib import Path

import pandas as pd

from hwpred.answer.measurements_page import facts_table, how_to_go_on, page
from hwpred.figures.measurement import plot_measurements
from hwpred.measurement.collect import corrected, failures, over_visits, read_chunks


def summarise(names, chunk_files, facts_files):
    """Return figure, table and page, and what to do about networks that could not be timed.

    Parameters
    ----------
    names : sequence of str
        Of the combinations.
    chunk_files : sequence of path
        The chunks of all combinations, each in a folder of its name.
    facts_files : sequence of path
        One a name.

    Returns
    -------
    Figure, DataFrame, str, list of str
        The advice is one sentence a combination with failures.
    """
    files = {name: [file for file in chunk_files if Path(file).parent.name == name] for name in names}
    timings = {name: read_chunks(chunks) for name, chunks in files.items()}
    facts = {
        name: json.loads(Path(file).read_text(encoding="utf-8")) for name, file in zip(names, facts_files, strict=True)
    }
    values = {name: over_visits(corrected(rows)) for name, rows in timings.items()}
    figure = plot_measurements(timings, values, facts)
    table = facts_table(values, facts)
    failed = {name: rows for name, timed in timings.items() if len(rows := failures(timed))}
    advice = [how_to_go_on(name, rows, files[name], facts[name]["command"]) for name, rows in failed.items()]
    reasons = pd.concat([pd.DataFrame(), *(rows.assign(combination=name) for name, rows in failed.items())])
    return figure, table, page(table, reasons, advice, figure), advice
