"""What to spend a time budget on: the cheapest of the ways that cannot be told from the best.

A way is a strategy, a predictor, and how many architectures are measured to train it and to verify it. There are
hundreds, so that the best of them by a few seeds is the luckiest (``hwpred.answer.ranking``).
"""

import numpy as np
import pandas as pd

from hwpred.answer.ranking import recommend
from hwpred.answer.sentence import duration, label_of
from hwpred.selection.budget import ADAPTIVE, KEY, MEASURE, VERIFY, ways
from hwpred.selection.quality import ACCURACY

EVERYTHING = "everything"
"""The strategy of measuring all architectures."""
NAMED = 3
"""Predictors that are as good which a sentence names."""
ADVICE_COLUMNS = [
    *[
        "minutes",
        "way",
        *KEY,
        "seconds",
        "hypervolume_percent",
        "hypervolume_percent_low",
        "hypervolume_percent_high",
        "mra",
        "seeds",
        "tied",
        "affordable",
    ],
    *["as_good", "advice"],
]


def advise(offered, architectures, seconds_per_measurement, minutes, quality=ACCURACY):
    """Advise how to spend each budget.

    Parameters
    ----------
    offered : DataFrame
        From ``hwpred.selection.budget.offers``.
    architectures : int
        How many there are to select from.
    seconds_per_measurement : float
        On the device, of one architecture.
    minutes : sequence of float
        Budgets. If measuring all architectures takes longer than the largest one, that time is added to them.
    quality : hwpred.selection.quality.Quality
        What is selected by beside the metric.

    Returns
    -------
    DataFrame
        ``ADVICE_COLUMNS``, a row a budget: the cheapest way that cannot be told from the best (``way`` is its number,
        -1 for measuring everything); ``hypervolume_percent``, of the best one, as judged by seeds that did not
        choose the way, with a 95 % interval (missing with one seed); ``mra``, mean over seeds; how many of the
        ``affordable`` ways are ``tied``; ``as_good``, the predictors of these, the one with the cheapest way first; and
        all of that as a sentence.
    """
    whole = architectures * seconds_per_measurement
    told = ways(offered)
    paired = offered[offered["strategy"] != MEASURE]
    seeds = sorted((offered if paired.empty else paired)["seed"].unique())
    values = offered[offered["seed"].isin(seeds)].pivot(index=KEY, columns="seed", values="hypervolume_percent")
    values = values.reindex(pd.MultiIndex.from_frame(told[KEY])).set_axis(told.index)
    rows = []
    for limit in sorted({*minutes, whole / 60} if max(minutes, default=0) < whole / 60 else minutes):
        if 60 * limit >= whole:
            rows.append(_everything(limit, architectures, whole))
        elif (within := told[told["seconds"] <= 60 * limit]).size:
            rows.append(_advice(limit, within, values, architectures, quality))
    return pd.DataFrame(rows, columns=ADVICE_COLUMNS)


def _everything(limit, architectures, seconds):
    text = f"{duration(60 * limit)}: measure all {architectures:,}; nothing is lost"
    row = {"way": -1, "strategy": EVERYTHING, "predictor": "", "train_size": architectures, "verified": 0}
    row |= {
        "minutes": limit,
        "seconds": seconds,
        "hypervolume_percent": 100.0,
        "mra": 0.0,
        "as_good": "",
        "advice": text,
    }
    return {**dict.fromkeys(ADVICE_COLUMNS, np.nan), **row}


def _advice(limit, within, values, architectures, quality):
    # How much bad ways scatter says little of good ones.
    good = within.index[within["hypervolume_percent_mean"] >= within["hypervolume_percent_mean"].median()]
    found = recommend(values.loc[within.index], within["seconds"], larger_is_better=True, spread_of=good)
    number = found.best[0] if found.predictor is None else found.predictor
    way, tied = within.loc[number], within.loc[list(found.tied)]
    names = list(dict.fromkeys(label_of(key) for key in tied["predictor"] if key))
    row = {
        **{"minutes": limit, "way": number, **way[[*KEY, "seconds", "seeds"]], "mra": way["mra_mean"]},
        **{"hypervolume_percent": found.expected, "hypervolume_percent_low": found.low},
        "hypervolume_percent_high": min(found.high, 100.0),
        **{"tied": len(tied), "affordable": len(within), "as_good": ", ".join(names)},
    }
    start = f"{duration(60 * limit)}: {_words(way, architectures)} ({duration(way['seconds'])})"
    lost = f"to lose {quality.amount(format(way['mra_mean'], '.2f'))}"
    if found.predictor is None:
        own = f"{way['hypervolume_percent_mean']:.2f} % of the hypervolume by that seed"
        return {**row, "advice": f"{start}; best by one seed, which cannot judge it: {own}"}
    tie = _tie_text(len(tied), len(within), names, "cheapest" if found.by_cost else "best")
    text = f"{start}; {tie}; expect to keep {found.expected:.2f} % of the hypervolume, and {lost}"
    return {**row, "advice": text}


def _tie_text(tied, affordable, names, first):
    """Say how many ways cannot be told from the best, whose they are, and which of them is ``first``."""
    if tied == 1:
        return "clearly the best" if affordable > 1 else "the only way that it pays for"
    named = names if len(names) <= NAMED else [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    several = f"{', '.join(named[:-1])} or {named[-1]}" if len(named) > 1 else "".join(named)
    whose = f" (with {several})" if named else ""
    return f"the {first} of {tied:,} of {affordable:,} ways that cannot be told from the best{whose}"


def _words(way, architectures):
    if way["strategy"] == MEASURE:
        return f"measure {way['train_size']:,} at random"
    label = label_of(way["predictor"])
    if way["strategy"] == ADAPTIVE:
        return f"measure {way['train_size']:,} in turns, those that {label} finds promising"
    then = f", measure the {way['verified']:,} most promising" if way["strategy"] == VERIFY else ""
    return f"measure {way['train_size']:,} at random, fit {label}, predict {architectures:,}{then}"
