"""What the page tells of one combination: a dictionary of plain numbers and words."""

import numpy as np
import pandas as pd

from hwpred.answer.card import card_of
from hwpred.answer.criteria import CRITERIA, Told, median_errors
from hwpred.answer.fronts import VERIFIED, Fronts
from hwpred.answer.plain import by_label, rounded, rows_of
from hwpred.device_names import place_of, title_of
from hwpred.figures.reading import noise_ceiling_of
from hwpred.metrics import tau_cap
from hwpred.predictors.descriptions import DESCRIPTIONS
from hwpred.selection.limits import SUGGESTED, summarise
from hwpred.selection.quality import label

SCATTER_POINTS = 100
"""Test architectures of a scatter plot: as many as one tells apart on a phone."""
VERIFIED_UNDER_LIMITS = 5
"""Architectures that are measured, at most, until one keeps a limit."""
CLOUD_POINTS = 600
"""Architectures that stand for all behind the fronts."""
_FACTS = ("combination", "space", "task", "metric", "unit", "direction")


def contents_of(combination, space_predictions=()):
    """Tell all that the page shows of one combination.

    Parameters
    ----------
    combination : hwpred.answer.reading.Combination
    space_predictions : iterable of path
        Predictions of all architectures, which are read one after the other.

    Returns
    -------
    dict
        What JSON can hold. Tables of predictors and sizes are lists of lists in the order of ``predictors`` and
        ``sizes``, and None stands for what is missing.
    """
    metadata, sizes = combination.metadata, combination.sizes
    predictors = predictors_of(combination)
    fit, predict = _seconds(combination, predictors)
    percent = [median_errors(combination, size)[1].mean(axis=1) for size in sizes]
    ceiling = noise_ceiling_of({combination.name: metadata})
    by_repeats = bool(ceiling and ceiling.by_repeats)
    ceiling, cap = ceiling and ceiling.tau, tau_cap(combination.values.to_numpy())
    told = Told(combination, predictors, fit + predict, None if by_repeats else ceiling, cap)
    return {
        **{key: metadata[key] for key in _FACTS},
        "device": title_of(str(metadata["device"])),
        "place": place_of(str(metadata["device"])),
        "sizes": sizes,
        "seeds": len(combination.seeds),
        "architectures": len(combination.values),
        "seconds_per_measurement": rounded(metadata.get("notes", {}).get("seconds_per_architecture")),
        "ceiling": rounded(ceiling),
        "by_repeats": by_repeats,
        "cap": rounded(cap),
        "predictors": predictors,
        "needs": {row.predictor: int(row.train_size) for row in combination.untrained.itertuples()},
        "left_out": combination.left_out,
        "fit_seconds": rows_of(fit),
        "predict_seconds": rows_of(predict),
        "percent": [list(row) for row in zip(*(by_label(predictors, one) for one in percent), strict=True)],
        "criteria": {key: told.by(one) for key, one in CRITERIA.items()},
        "scatter": _scatter(combination, predictors),
        "front": _fronts(combination, predictors, space_predictions),
        "limits": _limits(combination, predictors),
        "card": card_of(metadata),
    }


def _limits(combination, predictors):
    """Return how often a limit is broken, and how often none of the best few keeps it, in %; None if not known."""
    if combination.limits is None:
        return None
    limits = combination.limits
    rows = limits[(limits["margin"] == 0) & (limits["verification"] != SUGGESTED)]
    means = summarise(rows, ["predictor", "train_size"]).set_index(["verified", "predictor", "train_size"])
    broken, none = means["broken_percent"].loc[0], means["not_found_percent"].loc[VERIFIED_UNDER_LIMITS]
    told = {key: (broken[key], none[key]) for key in broken.index}
    return _cells(predictors, combination.sizes, told, lambda pair: [rounded(value) for value in pair])


def predictors_of(combination):
    """Return the predictors that have fits, in the order of the registry."""
    fitted = {*combination.fits["predictor"], *combination.untrained["predictor"]}
    return [key for key in DESCRIPTIONS if key in fitted]


def _seconds(combination, predictors):
    """Return what a fit with its search costs, and what predicting all architectures: predictors by sizes."""
    fit, predict = {}, {}
    for size in combination.sizes:
        fits = combination.fits_at(size)
        means = fits.groupby("predictor")[["fit_seconds", "search_seconds", "predict_seconds"]].mean()
        means = means.reindex(predictors)
        fit[size] = means["fit_seconds"] + means["search_seconds"]
        predict[size] = means["predict_seconds"] * len(combination.values)
    return pd.DataFrame(fit), pd.DataFrame(predict)


def _scatter(combination, predictors):
    """Return some test architectures of the first seed, and what every predictor says of them; None without any."""
    predictions = combination.predictions
    first = predictions[predictions["predictor"].isin(combination.fits["predictor"])]
    first = first[first["seed"] == first["seed"].min()]
    if first.empty:
        return None
    tested = first.drop_duplicates("architecture").sort_values(["true", "architecture"])
    shown = tested.iloc[np.unique(np.linspace(0, len(tested) - 1, SCATTER_POINTS).round().astype(int))]
    told = {}
    for size in combination.sizes:
        at_size = combination.predictions_at(size)
        at_size = at_size[at_size["seed"] == first["seed"].iloc[0]]
        for predictor, rows in at_size.groupby("predictor"):
            told[predictor, size] = rows.set_index("architecture")["predicted"].reindex(shown["architecture"])
    return {
        "architectures": shown["architecture"].tolist(),
        "true": [rounded(value) for value in shown["true"]],
        "predicted": _cells(predictors, combination.sizes, told, lambda one: [rounded(value) for value in one]),
    }


def _cells(predictors, sizes, told, plain):
    """Return what is told of (predictor, size), a list of lists; None where nothing is."""
    return [[plain(told[key, size]) if (key, size) in told else None for size in sizes] for key in predictors]


def _fronts(combination, predictors, space_predictions):
    """Return what one would select by accuracy and the metric; None without accuracies, or predictions of all."""
    if combination.ranked is None or not space_predictions:
        return None
    fronts, points = Fronts(combination), _Points(combination)
    drawn, losses = {}, {}
    for path in space_predictions:
        for (predictor, size, seed), selected in fronts.of_file(path):
            losses.setdefault((predictor, size), []).append(selected["losses"])
            if seed == 0:
                drawn[predictor, size] = points.cell(selected, fronts)
    if not drawn:
        return None
    for predictor, needed in zip(combination.untrained["predictor"], combination.untrained["train_size"], strict=True):
        for size in combination.sizes:
            for table in (drawn, losses):
                if size > needed and (predictor, needed) in table:
                    table[predictor, size] = table[predictor, needed]
    places = np.linspace(0, len(combination.ranked) - 1, CLOUD_POINTS).round().astype(int)
    return {
        **_quality_words(combination.accuracy),
        "better": combination.accuracy["direction"],
        "verified": list(VERIFIED),
        "true": points.numbers(fronts.true_front()),
        "cells": _cells(predictors, combination.sizes, drawn, dict),
        "losses": _cells(predictors, combination.sizes, losses, lambda one: rows_of(pd.DataFrame(one).T)),
        "cloud": [points.row(place)[1:] for place in np.unique(places)],
        "points": points.rows,
        "card": card_of(combination.accuracy),
    }


def _quality_words(accuracy):
    """Return how the values are called, alone and as a label, and their unit, empty where it is the quality itself."""
    title, unit = accuracy["title"], accuracy["unit"]
    quality = accuracy.get("quality", "accuracy")
    return {"title": title, "label": label(title, unit, quality), "unit": "" if unit == quality else unit}


class _Points:
    """Architectures with accuracy and true metric, each once, which fronts refer to by their numbers."""

    def __init__(self, combination):
        self._ranked, self._values = combination.ranked, combination.values
        self._sign = 1 if combination.accuracy["direction"] == "larger" else -1
        self._number, self.rows = {}, []

    def row(self, place):
        """Return architecture, accuracy and metric of a place of the space."""
        architecture = int(self._ranked.architecture[place])
        accuracy = self._sign * self._ranked.accuracy[place]
        return [architecture, rounded(accuracy), rounded(self._values[architecture])]

    def numbers(self, places):
        """Return the numbers of places, new ones where they have none."""
        for place in map(int, places):
            if place not in self._number:
                self._number[place] = len(self.rows)
                self.rows.append(self.row(place))
        return [self._number[int(place)] for place in places]

    def cell(self, selected, fronts):
        """Tell one selection: the promising and what one believes of them, and of each number verified the front."""
        order, first = selected["order"], selected["fronts"][0]
        places = [*order, *(place for place in first if place not in set(order.tolist()))]
        believed = [rounded(value) for value in fronts.in_unit(selected["believed"][places])]
        return {
            "promising": len(order),
            "believed": [list(pair) for pair in zip(self.numbers(places), believed, strict=True)],
            "fronts": [self.numbers(places) for places in selected["fronts"]],
        }
