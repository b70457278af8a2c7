"""One page about a measurement: what was measured, how noisy it was, how the machine drifted.

Reads the chunks and facts of all combinations. Writes the figure, a table of the facts, and a page that shows both.
"""

import json
import sys
from pathlib import Path

import pandas as pd

from hwpred.answer.measurements_page import facts_table, how_to_go_on, page
from hwpred.figures.measurement import plot_measurements
from hwpred.figures.style import save
from hwpred.joblog import start_job_log
from hwpred.measurement.collect import corrected, failures, over_visits, read_chunks
from hwpred.tables import whole_file


def summarise(names, chunk_files, facts_files, figure_files, table_file, page_file):
    """Write figure (in any formats), table and page, and tell the terminal what could not be timed.

    ``chunk_files`` holds the chunks of each name in ``names``.
    """
    timings = {name: read_chunks(files) for name, files in zip(names, chunk_files, strict=True)}
    facts = {
        name: json.loads(Path(file).read_text(encoding="utf-8")) for name, file in zip(names, facts_files, strict=True)
    }
    values = {name: over_visits(corrected(rows)) for name, rows in timings.items()}
    figure = plot_measurements(timings, values, facts)
    save(figure, figure_files)
    table = facts_table(values, facts)
    failed = {name: rows for name, timed in timings.items() if len(rows := failures(timed))}
    files = dict(zip(names, chunk_files, strict=True))
    advice = [how_to_go_on(name, rows, files[name], facts[name]["command"]) for name, rows in failed.items()]
    for line in advice:
        print(line, file=sys.stderr)
    reasons = pd.concat([pd.DataFrame(), *(rows.assign(combination=name) for name, rows in failed.items())])
    with whole_file(table_file) as unfinished:
        table.to_csv(unfinished)
    with whole_file(page_file) as unfinished:
        unfinished.write_text(page(table, reasons, advice, figure), encoding="utf-8")


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    summarise(
        job.params.names,
        [[file for file in job.input.timings if Path(file).parent.name == name] for name in job.params.names],
        list(job.input.facts),
        [job.output.figure, *job.output.figure_also],
        job.output.table,
        job.output.page,
    )
