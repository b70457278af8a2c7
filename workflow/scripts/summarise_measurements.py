"""One page about a measurement: what was measured, how noisy it was, how the machine drifted.

Reads the chunks and facts of all combinations. Writes the figure, a table of the facts, and a page that shows both.
"""

import base64
import html
import json
import sys
from io import BytesIO
from pathlib import Path

import pandas as pd

from hwpred.figures.measurement import plot_measurements
from hwpred.figures.style import save, write_png
from hwpred.joblog import start_job_log
from hwpred.measurement.collect import FAILURES_SHOWN, corrected, failures, over_visits, read_chunks
from hwpred.tables import whole_file

STYLE = "body{font:14px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}img{width:100%}"


def facts_table(values, facts):
    """Return one row a combination, for people: numbers rounded."""
    rows = {
        name: {
            "architectures": len(values[name].loc["first"]),
            "failed": entry["failed"],
            "median ms": values[name].value.median(),
            "slowest visit longer by": values[name].spread.median(),
            "timed runs, mean": values[name]["count"].mean(),
            "measured again": entry["repeated"],
            "noise ceiling": entry["noise_ceiling"],
            "pairs": entry["noise_ceiling_pairs"],
            "without drift correction": entry["noise_ceiling_uncorrected"],
            "drift, std %": (entry["drift"] or {}).get("std_percent"),
            "date": entry["date"],
        }
        for name, entry in facts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("combination").round(3)


def how_to_go_on(name, failed, files, command):
    """Return one line about the networks of a combination that could not be timed, and how to time them again.

    Parameters
    ----------
    name : str
    failed : DataFrame
        From ``collect.failures``, not empty.
    files : list of str
        The combination's chunks.
    command : str
        That measured them.

    Returns
    -------
    str
    """
    networks = failed.architecture.unique()
    shown = ", ".join(map(str, networks[:FAILURES_SHOWN])) + (", ..." if len(networks) > FAILURES_SHOWN else "")
    chunks = list(failed.chunk.unique())
    names = chunks[0] if len(chunks) == 1 else f"{{{','.join(chunks)}}}"
    return (
        f"{name}: {len(networks)} networks could not be timed (architectures {shown}; the first: "
        f"{failed.error.iloc[0]}). To time these again, and nothing else: {command} "
        f"--forcerun {Path(files[0]).parent}/{names}.parquet"
    )


def page(table, failed, advice, figure):
    """Return the HTML of the page, the figure within."""
    png = BytesIO()
    write_png(figure, png)
    image = base64.b64encode(png.getvalue()).decode()
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in advice)
    errors = f"<h2>Not measured</h2>{lines}{failed.to_html(index=False, border=0)}" if len(failed) else ""
    return (
        f'<!doctype html><meta charset="utf-8"><title>{html.escape("Measurements")}</title><style>{STYLE}</style>'
        f"<h1>Measurements</h1>{table.to_html(border=0, na_rep='-')}{errors}"
        f'<img alt="distribution, noise and drift" src="data:image/png;base64,{image}">\n'
    )


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
