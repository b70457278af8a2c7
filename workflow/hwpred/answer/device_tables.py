"""What stands on the page of a device: numbers, tables and charts, each computed from the device alone."""

import hashlib
import logging
import math
from dataclasses import dataclass

import numpy as np

from hwpred import __version__
from hwpred.advice.network_files import is_counted, is_network_files
from hwpred.advice.reading import every
from hwpred.advice.validation import FEWEST, expected
from hwpred.answer.svg import MINUS, Chart, number
from hwpred.errors import InputError
from hwpred.selection.quality import ACCURACY
from hwpred.spaces import get_space

logger = logging.getLogger(__name__)

LEVEL = 0.95
DRAWN = 2_000
"""Architectures that stand for a space that is too large to go through."""
SUGGESTED = 10
LEAST_GAIN = 0.005
"""% points of accuracy that are worth a measurement; where less is expected, what teaches most is measured instead."""
BINS = 40
FLOOR = 0.05
"""Share of the accuracies below what a chart shows, if none of them is on the front."""
MOST_WITH_WORDS = 300
"""Points that each tell under the pointer what they are, and have their interval drawn."""
MOST_ROWS = 200
"""Of one table on the page."""
MOST_FORECAST = 1_000
"""Measurements up to which the page says what twice as many would bring: it takes as long as to fit twice."""


@dataclass(frozen=True)
class Table:
    """A table on the page: all but the first column are numbers.

    Attributes
    ----------
    caption : str
    head : list of str
    rows : list of lists of str
    """

    caption: str
    head: list
    rows: list


def expectation_of(device):
    """Return what error is expected of an architecture that was not measured, and of twice as many measurements."""
    from hwpred.advice.models import LOOKUP

    prediction, _ = device.held_out
    told = ~np.isnan(prediction)
    error = float(np.median(np.abs(prediction - device.value)[told]))
    now = device.history[-1]
    found = {"error": error, "tau": now["tau"], "percent": now["percent"], "tested": int(told.sum()), "twice": None}
    found["fewest"], found["most"] = FEWEST, MOST_FORECAST
    if device.predictor != LOOKUP and FEWEST <= len(device.value) <= MOST_FORECAST:
        logger.info("what twice as many measurements would bring: cross-validation on each half of them")
        found["twice"] = expected(device.model, device.operations, device.value, prediction)
    return found


def held_out_of(device):
    """Return measured values and predictions by fits that did not see them: a chart, a table, the coverage."""
    prediction, std = device.held_out
    told = np.flatnonzero(~np.isnan(prediction))
    measured, predicted = device.value[told], prediction[told]
    lower, upper = device.spread.bounds(predicted, std[told], LEVEL)
    rows = list(zip(_texts(device, device.operations[told]), measured, predicted, lower, upper, strict=True))
    off = (measured - predicted) / std[told]
    farthest = np.argsort(-np.abs(off), kind="stable")[:MOST_ROWS].tolist()
    table = Table(
        f"The {len(farthest)} that lie farthest from their predictions, in standard deviations",
        ["architecture", "measured", "predicted", "from", "to", "off by (std)"],
        [[rows[i][0], *map(number, rows[i][1:]), number(off[i], 2)] for i in farthest],
    )
    inside = int(((lower <= measured) & (measured <= upper)).sum())
    drawn = len(told) <= MOST_WITH_WORDS
    chart = _held_out_chart(device, rows, drawn)
    return {"chart": chart, "table": table, "inside": inside, "tested": len(told), "drawn": drawn}


def _held_out_chart(device, rows, with_intervals):
    """Draw predictions against measured values; ``rows`` has text, measured, predicted, lower, upper of each."""
    measured, predicted, lower, upper = np.array([row[1:] for row in rows]).T
    span = [*measured, *np.maximum(predicted, measured.min() / 2)]
    words = f"Predicted against measured {device.metric} of {len(rows)} architectures; the table below has the numbers"
    chart = Chart(span, span, f"measured {_metric(device)}", f"predicted {_metric(device)}", words)
    chart.line([min(span), max(span)], [min(span), max(span)], "rule")
    titles = None
    if with_intervals:
        chart.spans(measured, lower, upper, "interval")
        titles = [
            f"{t}: measured {number(m)}, predicted {number(p)} ({number(a)} to {number(b)})" for t, m, p, a, b in rows
        ]
    chart.points(measured, predicted, "point", titles=titles)
    return chart


def distribution_of(device, limit):
    """Return how the predictions of all architectures are distributed, and those at both ends.

    Parameters
    ----------
    device : Device
    limit : float or None
        In the metric's unit.

    Returns
    -------
    dict
        ``chart``, ``quantiles`` and ``ends``, those at both ends (``are_all``: all there are); ``count`` of
        predictions, ``is_whole`` if they are of the whole space, how many ``keep`` the limit, and their mean ``std``.
    """
    space = get_space(device.space)
    is_whole = space.sample is None
    operations = every(device.space) if is_whole else space.draw(DRAWN, np.random.default_rng(0))
    table = device.predict("all" if is_whole else operations)
    value = table["value"].to_numpy()
    quantiles = {"smallest": 0, "5 %": 0.05, "25 %": 0.25, "half": 0.5, "75 %": 0.75, "95 %": 0.95, "largest": 1}
    limits = [] if limit is None else [limit]
    keep = None if limit is None else int((value <= limit if device.direction == "smaller" else value >= limit).sum())
    order = np.argsort(value, kind="stable")
    are_all = len(order) < 10 or (is_network_files(space) and len(order) <= MOST_ROWS)
    ends = order.tolist() if are_all else [*order[:5].tolist(), *order[-5:].tolist()]
    return {
        "chart": _histogram(device, value, limits),
        "count": len(value),
        "is_whole": is_whole,
        "are_all": are_all,
        "keep": keep,
        "std": float(table["std"].mean()),
        "quantiles": Table(
            "So many of the architectures have at most this value",
            ["share", f"predicted {_metric(device)}"],
            [[words, number(np.quantile(value, share))] for words, share in quantiles.items()],
        ),
        "ends": Table(
            "All predictions, the smallest first" if are_all else "The smallest five and the largest five predictions",
            ["architecture", "predicted", "from", "to", "measured"],
            [_row(device, table.iloc[i]) for i in ends],
        ),
    }


def _histogram(device, value, limits):
    positive = value[value > 0]
    scale = np.geomspace if len(positive) == len(value) and value.max() / value.min() >= 10 else np.linspace
    low, high = float(value.min()), float(value.max())
    edges = scale(low, high if high > low else low + 1.0, BINS + 1)
    heights, _ = np.histogram(np.clip(value, edges[0], edges[-1]), edges)
    words = f"How many architectures have which predicted {device.metric}; the table below has quantiles"
    inside = [limit for limit in limits if edges[0] / 2 <= limit <= edges[-1] * 2]
    chart = Chart(
        [*edges, *inside],
        [0, heights.max()],
        f"predicted {_metric(device)}",
        "architectures",
        words,
        scale is np.geomspace,
    )
    chart.bars(edges, heights, "bar")
    for limit in inside:
        chart.upright(limit, f"limit {number(limit)}")
    return chart


def choice_of(device, accuracy, limit, quality=ACCURACY):
    """Return the front of quality and metric, and what to take under the limit.

    Parameters
    ----------
    device : Device
    accuracy, limit :
        As of ``Device.select``, or None.
    quality : hwpred.selection.quality.Quality

    Returns
    -------
    dict or None
        ``best``, the row to take, or the ``likeliest`` one where none keeps the limit; ``count`` of candidates;
        ``chart``, what stands ``below`` it, and the ``table`` of the front. None without accuracies.
    """
    if accuracy is None:
        return None
    from hwpred.advice.choice import candidates

    told = quality.arguments
    found = device.select(accuracy, limit, **told)
    (table, worth), front = candidates(device, accuracy, limit, **told), found.front
    likeliest = None
    if limit is not None and found.best is None:
        likeliest = table.loc[table["probability"].idxmax()].to_dict()
    columns = [quality.head, "predicted", "from", "to", "measured"] + ["keeps the limit"] * (limit is not None)
    rows = []
    for _, row in front.iloc[::-1].head(MOST_ROWS).iterrows():
        text, *numbers = _row(device, row)
        keeps = [_chance(row["probability"])] if limit else []
        rows.append([text, quality.text(row[quality.name]), *numbers, *keeps])
    chart, below = _front_chart(device, table, worth, found, limit, quality)
    return {
        "best": None if found.best is None else found.best.to_dict() | {"chance": _chance(found.best["probability"])},
        "likeliest": likeliest and likeliest | {"chance": _chance(likeliest["probability"])},
        "count": len(table),
        "chart": chart,
        "below": below,
        "table": Table(f"The front, the best {quality.name} first", ["architecture", *columns], rows),
    }


def _front_chart(device, table, worth, found, limit, quality):
    # A few architectures that did not learn at all would leave no room for the others.
    front, best, name = found.front, found.best, quality.name
    least = worth[table["architecture"].isin(front["architecture"])].min()
    everyone, table = len(table), table[worth >= min(np.quantile(worth, FLOOR), least)]
    value = table["value"].to_numpy()
    shown = [limit] if limit is not None and value.min() / 2 <= limit <= value.max() * 2 else []
    what = f"{name[0].upper()}{name[1:]}"
    words = f"{what} against predicted {device.metric} of {len(table)} architectures; the table below has the front"
    chart = Chart([*value, *shown], table[name].to_numpy(), f"predicted {_metric(device)}", quality.axis, words)
    chart.points(value, table[name].to_numpy(), "faint", 1.2 if len(table) > MOST_WITH_WORDS else 2.5)
    # From each architecture of the front along the metric to where the next one is allowed, and then to its quality.
    corners = np.repeat(front["value"].to_numpy(), 2)[1:], np.repeat(front[name].to_numpy(), 2)[:-1]
    chart.line(*corners, "front")
    told = zip(front["architecture"], front[name], front["value"], strict=True)
    titles = [f"{text}: {name} {quality.value(known)}, predicted {number(value)}" for text, known, value in told]
    chart.points(front["value"], front[name], "best", 3, titles)
    for each in shown:
        chart.upright(each, f"limit {number(each)}")
    if best is not None:
        chart.points([best["value"]], [best[name]], "chosen", 7, [f"{best['architecture']}: the one to take"])
    return chart, everyone - len(table)


def suggestions_of(device, accuracy, limit, quality=ACCURACY):
    """Return what to measure next.

    What improves the choice under the limit, if accuracies and limit are given and there is something to gain; else
    what the predictor learns most from.

    Parameters
    ----------
    device, accuracy, limit, quality :
        As of ``choice_of``.

    Returns
    -------
    dict
        ``table`` (None if nothing is left to measure) of ``count`` rows; their expected ``gain``, in % points or in the
        quality, and ``is_in_vain`` if that was asked for and is too little; else ``after``, the mean standard deviation
        of a measurement once all are measured.
    """
    asked = together = accuracy is not None and limit is not None
    table = device.suggest(SUGGESTED, accuracy, limit, **quality.arguments) if together else device.suggest(SUGGESTED)
    if together and not table["gain"].sum() >= _least_gain(table, quality):  # of none there is no least one
        table, together = device.suggest(SUGGESTED), False
    if not len(table):
        return {"table": None, "gain": None}
    extra = _gains(table, quality) if together else _LEARNT if table["std_after"].notna().all() else {}
    shown = [[write(row[column]) for column, write in extra.values()] for row in table.to_dict("records")]
    numbers = table[["value", "lower", "upper"]].map(number).to_numpy().tolist()
    rows = zip(table["architecture"], numbers, shown, strict=True)
    return {
        "table": Table(
            "To be measured next, the first one first",
            ["architecture", "predicted", "from", "to", *extra],
            [[text, *three, *more] for text, three, more in rows],
        ),
        "gain": float(table["gain"].sum()) if together else None,
        "is_in_vain": asked and not together,
        "after": None if together else float(table["std_after"].iloc[-1]),
        "count": len(table),
    }


def _least_gain(table, quality):
    """Return the gain that is worth a measurement: of what is no percentage, as much of its largest value."""
    return LEAST_GAIN if quality == ACCURACY else LEAST_GAIN / 100 * float(table[quality.name].abs().max())


def _gains(table, quality):
    """Return what suggestions under a limit have besides the prediction, as ``_LEARNT``."""
    least = _least_gain(table, quality)
    return {
        quality.head: (quality.name, quality.text),
        "keeps the limit": ("probability", _chance),
        f"gain{quality.points}": ("gain", lambda gain: number(gain, 2) if gain >= least else f"< {2 * least:.2g}"),
    }


def operations_of(device):
    """Return what operations cost by position: a table for each set of operations, shaded by their cost."""
    if is_counted(device.space):
        return {"tables": [], "classes": _classes_of(device)}
    try:
        costs = device.explain()
    except InputError as error:
        return {"tables": [], "classes": None, "reason": str(error)}
    most = float(costs["cost"].abs().max()) or 1.0
    decimals = max(2 - math.floor(math.log10(most)), 0)
    tables = {}
    for position, rows in costs.groupby("position", sort=True):
        names = tuple(rows["operation"])
        cells = [{"text": f"{cost:+,.{decimals}f}".replace("-", MINUS), "share": cost / most} for cost in rows["cost"]]
        tables.setdefault(names, []).append((position, cells))
    return {"tables": list(tables.items()), "classes": None}


def _classes_of(device):
    """Return what classes of operators cost, over the measured networks."""
    head = ["class", f"cost, {device.unit}", f"of the {device.metric}, %", "of the MACs, %", "of the bytes, %"]
    rows = [
        [
            row.operation.replace("_", " "),
            number(row.cost, 3),
            *(f"{share:.1f}" for share in (row.percent, row.macs, row.bytes)),
            f"{row.operators:.1f}",
            str(row.networks),
        ]
        for row in device.explain().itertuples()
    ]
    caption = f"{device.metric.capitalize()} of classes of operators, mean over the measured networks"
    return Table(caption, [*head, "operators a network", "networks with it"], rows)


def history_of(device):
    """Return what each fit knew, and how good it was."""
    rows = [
        [
            str(place),
            f"{fit['rows']:,}",
            f"{fit['tau']:.3f}",
            number(fit["error"]),
            f"{fit['percent']:.1f}",
            "" if fit["percent_of_earlier_rows"] is None else f"{fit['percent_of_earlier_rows']:.1f}",
            fit["hwpred"],
        ]
        for place, fit in enumerate(device.history, 1)
    ]
    head = [
        "fit",
        "measured",
        "Kendall's tau",
        f"mean error, {device.unit}",
        "median error, %",
        "the same over earlier rows, %",
    ]
    table = Table("Each fit, held out", [*head, "hwpred"], rows)
    if len(rows) < 2:
        return {"table": table, "chart": None}
    counts, percents = ([fit[key] for fit in device.history] for key in ("rows", "percent"))
    words = "Median error of each fit against the number of measured architectures; the table below has the numbers"
    chart = Chart(counts, [0, *percents], "architectures measured", "median error (%)", words)
    chart.line(counts, percents, "front")
    chart.points(counts, percents, "best", 4, [f"{n}: {p:.1f} %" for n, p in zip(counts, percents, strict=True)])
    return {"table": table, "chart": chart}


def origin_of(device):
    """Return where the numbers come from, {words: value}."""
    rows = [f"{t},{v!r}\n" for t, v in zip(_texts(device, device._rows), device._values.tolist(), strict=True)]
    settings = device.model.hyperparameters
    return {
        "hwpred": __version__,
        "predictor": device.predictor,
        "hyperparameters": ", ".join(f"{key} {value}" for key, value in settings.items()) or "defaults",
        "search space": _space_of(device),
        "dead operations": device.model.dead_operations or "not stated",
        "rows": f"{len(rows):,}, of {len(device.value):,} different architectures",
        "sha256 of the rows": hashlib.sha256("".join(rows).encode()).hexdigest(),
    }


def _space_of(device):
    space = get_space(device.space)
    if not is_network_files(space):
        return f"{device.space}, {space.positions} positions"
    dimensions = ", ".join(f"{name} {value}" for name, value in space.dimensions.items())
    return f"{len(space.names):,} ONNX files" + (f", with {dimensions}" if dimensions else "")


def _row(device, row):
    place = device.measured([get_space(device.space).from_text(row["architecture"])])[0]
    known = number(device.value[place]) if place >= 0 else ""
    return [row["architecture"], number(row["value"]), number(row["lower"]), number(row["upper"]), known]


def _chance(probability):
    """Write a probability in %; only what was measured is certain."""
    if probability in (0, 1):
        return f"{100 * probability:.0f} %"
    return "< 1 %" if probability < 0.01 else "> 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def _metric(device):
    return f"{device.metric} ({device.unit})"


def _texts(device, operations):
    return [get_space(device.space).to_text(row) for row in operations]


_LEARNT = {"mean std after it": ("std_after", number)}
"""Heads of what a table of suggestions has besides the prediction -> the column, and how it is written."""
