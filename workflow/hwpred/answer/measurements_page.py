"""A page about what was measured: how noisy it was, what could not be timed, and how the machine drifted."""

import base64
import html
from io import BytesIO
from pathlib import Path

import pandas as pd

from hwpred.figures.style import write_png
from hwpred.measurement.collect import FAILURES_SHOWN
from hwpred.writing import as_text

STYLE = "body{font:14px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}img{width:100%}"


TITLES = {
    "median_ms": "median (ms)",
    "slowest_visit_percent": "slowest visit longer by (%)",
    "runs_mean": "timed runs, mean",
    "repeated": "measured again",
    "ceiling_noise": "noise ceiling",
    "ceiling_noise_pairs": "pairs",
    "ceiling_noise_uncorrected": "without drift correction",
    "drift_percent": "drift, standard deviation (%)",
}


def facts_table(values, facts):
    """Return one row a combination, for people.

    Parameters
    ----------
    values : dict
        Combination -> table of its visits, as ``hwpred.measurement.collect.over_visits`` returns it.
    facts : dict
        Combination -> the facts of its metadata.

    Returns
    -------
    DataFrame
    """
    rows = {
        name: {
            "architectures": len(values[name].loc["first"]),
            "failed": entry["failed"],
            "median_ms": values[name].value.median(),
            "slowest_visit_percent": 100 * values[name].spread.median(),
            "runs_mean": values[name]["count"].mean(),
            "repeated": entry["repeated"],
            "ceiling_noise": entry["noise_ceiling"],
            "ceiling_noise_pairs": entry["noise_ceiling_pairs"],
            "ceiling_noise_uncorrected": entry["noise_ceiling_uncorrected"],
            "drift_percent": (entry["drift"] or {}).get("std_percent"),
            "date": entry["date"],
        }
        for name, entry in facts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("combination")


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
    """Return the HTML of the page, the figure within.

    Parameters
    ----------
    table : DataFrame
        As of ``facts_table``.
    failed : DataFrame
        Architectures that could not be measured, and why.
    advice : sequence of str
        What to do about these, a paragraph each.
    figure : matplotlib.figure.Figure

    Returns
    -------
    str
    """
    png = BytesIO()
    write_png(figure, png)
    image = base64.b64encode(png.getvalue()).decode()
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in advice)
    errors = f"<h2>Not measured</h2>{lines}{failed.to_html(index=False, border=0)}" if len(failed) else ""
    return (
        f'<!doctype html><meta charset="utf-8"><title>{html.escape("Measurements")}</title><style>{STYLE}</style>'
        f"<h1>Measurements</h1>{as_text(table).rename(columns=TITLES).to_html(border=0)}{errors}"
        f'<img alt="distribution, noise and drift" src="data:image/png;base64,{image}">\n'
    )
