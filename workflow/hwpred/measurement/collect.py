"""From the timings of all chunks to one value an architecture, with what must be known about it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.measurement.drift import drift_at, reference_deviations
from hwpred.measurement.plan import FIRST, SECOND, pass_of_chunk
from hwpred.metrics import kendall_tau
from hwpred.tables import read_metadata, read_table

FAILURES_SHOWN = 5


def read_chunks(files):
    """Return the rows of these chunks.

    Returns
    -------
    DataFrame
        Columns of the table ``timings``, and ``chunk``, ``passing`` (the pass that the chunk belongs to), ``session``
        (0, 1, ...: a chunk that was stopped was timed in several).
    """
    return pd.concat([_read_chunk(Path(file)) for file in files], ignore_index=True)


def _read_chunk(file):
    rows = read_table(file, "timings", {"combination": file.parent.name, "chunk": file.stem})
    session = np.searchsorted(read_metadata(file)["sessions"], rows.started, side="right") - 1
    return rows.assign(chunk=file.stem, passing=pass_of_chunk(file.stem), session=session)


def failures(rows):
    """Return the architectures that a chunk has no timing of.

    Parameters
    ----------
    rows : DataFrame
        From ``read_chunks``.

    Returns
    -------
    DataFrame
        ``chunk``, ``passing``, ``architecture``, ``error`` (of the last try).
    """
    wanted = rows[rows.role == "architecture"]
    key = ["chunk", "architecture"]
    timings = wanted.groupby(key)["median"].transform("count")
    last = wanted[timings == 0].drop_duplicates(key, keep="last")
    return last[["chunk", "passing", "architecture", "error"]]


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
        Of the times that are compared, in ms.

    Returns
    -------
    DataFrame
        By ``passing`` and ``architecture``: ``value``; ``spread``, by what share of it the slowest visit took longer;
        ``count``, all timed runs; ``visits``; ``started``, when the fastest visit did, seconds since the epoch.
    """
    groups = timed.groupby(["passing", "architecture"])
    fastest, slowest = groups[column].min(), groups[column].max()
    started = timed["started"][groups[column].idxmin()].set_axis(fastest.index)
    counts = {"count": groups["count"].sum(), "visits": groups.size()}
    return pd.DataFrame({"value": fastest, "spread": slowest / fastest - 1, **counts, "started": started})


def collect(rows):
    """Correct the drift, take the fastest visit, and compare the passes.

    Parameters
    ----------
    rows : DataFrame
        From ``read_chunks``.

    Returns
    -------
    measured : DataFrame
        Of the first pass, by ``architecture``: ``value`` (ms), ``spread``, ``count``, ``started``.
    facts : dict
        ``noise_ceiling`` (tau between the passes) with and without the correction; ``noise_ceiling_pairs``, how many
        architectures both passes timed; ``drift``; ``failed``, how many architectures have no timing, and ``failures``,
        the first of them with their ``error``; ``repeated``, how many have more visits than most;
        ``seconds_per_architecture`` that measuring one takes, all its visits and the references included; ``date``.

    Raises
    ------
    ValueError
        If nothing could be measured.
    """
    timed = corrected(rows)
    failed = failures(rows[rows.passing == FIRST])
    if not (timed.passing == FIRST).any():
        reason = f"; the first error: {failed.error.iloc[0]}" if len(failed) else ""
        raise ValueError(f"no architecture could be measured{reason}")
    first = over_visits(timed).loc[FIRST]
    ceiling, pairs = agreement(timed, "value")
    facts = {
        "noise_ceiling": ceiling,
        "noise_ceiling_uncorrected": agreement(timed, "median")[0],
        "noise_ceiling_pairs": pairs,
        "drift": _summary(timed.drift, reference_deviations(rows)),
        "failed": len(failed),
        "failures": failed[["architecture", "error"]].head(FAILURES_SHOWN).to_dict("records"),
        "repeated": int((first.visits > first.visits.median()).sum()),
        "seconds_per_architecture": _seconds_per_architecture(rows[rows.passing == FIRST]),
        "date": _dates(rows.started),
    }
    return first.drop(columns="visits").reset_index(), facts


def agreement(timed, column):
    """Return how well both passes agree on the architectures that both have.

    Parameters
    ----------
    timed : DataFrame
        From ``corrected``.
    column : str
        Of the times that are compared.

    Returns
    -------
    tau : float or None
        Kendall's; None where it is undefined.
    number : int
        Of architectures.
    """
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
    sessions = rows.groupby(["chunk", "session"]).started
    duration = (sessions.max() - sessions.min()).groupby("chunk").sum()
    wanted = rows[rows.role == "architecture"].groupby("chunk").architecture.nunique()
    return round(float((duration / wanted).median()), 3)


def _dates(started):
    days = [datetime.fromtimestamp(moment, UTC).date().isoformat() for moment in (started.min(), started.max())]
    return days[0] if days[0] == days[1] else " to ".join(days)
