"""From the timings of all chunks to one value an architecture, with what must be known about it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.measurement.drift import drift_at, reference_deviations
from hwpred.measurement.plan import FIRST, SECOND, pass_of_chunk
from hwpred.metrics import kendall_tau
from hwpred.tables import read_table


def read_chunks(files):
    """Return the rows of these chunks, each with the ``chunk`` and the pass that it belongs to (``passing``)."""
    names = [Path(file).stem for file in files]
    chunks = [
        read_table(file, "timings").assign(chunk=name, passing=pass_of_chunk(name))
        for file, name in zip(files, names, strict=True)
    ]
    return pd.concat(chunks, ignore_index=True)


def corrected(rows):
    """Return the timings of architectures that did not fail, with their ``drift`` and the corrected ``value`` in ms."""
    timed = rows[(rows.role == "architecture") & rows["median"].notna()]
    drift = drift_at(reference_deviations(rows), timed.core, timed.started)
    return timed.assign(drift=drift, value=timed["median"] / np.exp(drift))


def over_visits(timed, column="value"):
    """Take the fastest of an architecture's visits in one pass, since a disturbance only ever adds time.

    Parameters
    ----------
    timed : DataFrame
        From ``corrected``.
    column : str

    Returns
    -------
    DataFrame
        By ``passing`` and ``architecture``: ``value``; ``spread``, by what share of it the slowest visit took longer;
        ``count``, all timed runs; ``visits``.
    """
    groups = timed.groupby(["passing", "architecture"])
    fastest, slowest = groups[column].min(), groups[column].max()
    counts = {"count": groups["count"].sum(), "visits": groups.size()}
    return pd.DataFrame({"value": fastest, "spread": slowest / fastest - 1, **counts})


def collect(rows):
    """Correct the drift, take the fastest visit, and compare the passes.

    Parameters
    ----------
    rows : DataFrame
        From ``read_chunks``.

    Returns
    -------
    measured : DataFrame
        Of the first pass, by ``architecture``: ``value`` (ms), ``spread``, ``count``.
    facts : dict
        ``noise_ceiling`` (tau between the passes) with and without the correction, ``noise_ceiling_pairs``
        (architectures that both passes timed), ``drift``, ``failed`` (architectures without any timing), ``repeated``
        (with more visits than most), ``seconds_per_architecture`` (that measuring one takes, all its visits and the
        references included), ``date``.

    Raises
    ------
    ValueError
        If nothing could be measured.
    """
    timed = corrected(rows)
    wanted = rows[(rows.role == "architecture") & (rows.passing == FIRST)]
    if not (timed.passing == FIRST).any():
        errors = wanted.error[wanted.error != ""]
        reason = f"; the first error: {errors.iloc[0]}" if len(errors) else ""
        raise ValueError(f"no architecture could be measured{reason}")
    first = over_visits(timed).loc[FIRST]
    ceiling, pairs = agreement(timed, "value")
    facts = {
        "noise_ceiling": ceiling,
        "noise_ceiling_uncorrected": agreement(timed, "median")[0],
        "noise_ceiling_pairs": pairs,
        "drift": _summary(timed.drift, reference_deviations(rows)),
        "failed": wanted.architecture.nunique() - len(first),
        "repeated": int((first.visits > first.visits.median()).sum()),
        "seconds_per_architecture": _seconds_per_architecture(rows[rows.passing == FIRST]),
        "date": _dates(rows.started),
    }
    return first.drop(columns="visits").reset_index(), facts


def agreement(timed, column):
    """Return the tau between the passes over the architectures that both have, None if undefined, and their number."""
    values = over_visits(timed, column).value
    first, second = (values[values.index.get_level_values("passing") == name].droplevel(0) for name in (FIRST, SECOND))
    common = first.index.intersection(second.index)
    tau = kendall_tau(first[common], second[common])
    return None if np.isnan(tau) else tau, len(common)


def _summary(drift, deviations):
    """Drift in %: how far it went, how it varied, the noise of one reference; None if none was timed."""
    if deviations.empty:
        return None
    return {
        "std_percent": round(100 * float(drift.std()), 2),
        "slowest_percent": round(100 * float(drift.max()), 2),
        "fastest_percent": round(100 * float(drift.min()), 2),
        "reference_timings": len(deviations),
        "reference_noise_percent": round(100 * float(deviations.deviation.std()), 2),
    }


def _seconds_per_architecture(rows):
    chunks = rows.groupby("chunk")
    duration = chunks.started.max() - chunks.started.min()
    wanted = rows[rows.role == "architecture"].groupby("chunk").architecture.nunique()
    return round(float((duration / wanted).median()), 3)


def _dates(started):
    days = [datetime.fromtimestamp(moment, UTC).date().isoformat() for moment in (started.min(), started.max())]
    return days[0] if days[0] == days[1] else " to ".join(days)
