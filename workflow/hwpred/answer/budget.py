"""Keep the page small: of many combinations only the best predictors have scatter plots and fronts."""

import json
import logging

logger = logging.getLogger(__name__)

KEPT = (10, 5, 3, 1, 0)
"""Numbers of predictors at each size whose single predictions stay, tried one after the other."""


def text_of(contents):
    """Return contents as JSON in one line."""
    return json.dumps(contents, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def within(contents, limit):
    """Leave out single predictions until the JSON is small enough.

    Parameters
    ----------
    contents : dict
        With the ``combinations`` of ``hwpred.answer.contents.contents_of``.
    limit : int
        Bytes.

    Returns
    -------
    dict
        ``kept`` tells of how many predictors at each size single predictions are left; None if of all. The last things
        to go are the values of single seeds. A page that is too large even then is told of in the log.
    """
    found = {**contents, "kept": None}
    if _bytes(found) <= limit:
        return found
    for kept in KEPT:
        found = {**contents, "combinations": [_cut(one, kept) for one in contents["combinations"]], "kept": kept}
        if _bytes(found) <= limit:
            return found
    found["combinations"] = [_without_dots(one) for one in found["combinations"]]
    if (size := _bytes(found)) > limit:
        logger.warning(
            "the numbers alone take %d bytes, more than %d; fewer combinations would open faster", size, limit
        )
    return found


def _without_dots(combination):
    criteria = {
        key: [at and {**at, "dots": [[] for _ in at["dots"]]} for at in told]
        for key, told in combination["criteria"].items()
    }
    return {**combination, "criteria": criteria}


def _bytes(contents):
    return len(text_of(contents).encode())


def _cut(combination, kept):
    """Return a combination whose best predictors at each size have single predictions, and others none."""
    if kept == 0:
        return {**combination, "scatter": None, "front": None}
    best = [_best(told, kept) for told in combination["criteria"]["tau"]]
    cut = dict(combination)
    if combination["scatter"]:
        cut["scatter"] = {**combination["scatter"], "predicted": _only(combination["scatter"]["predicted"], best)}
    if combination["front"]:
        cut["front"] = _with_used_points({**combination["front"], "cells": _only(combination["front"]["cells"], best)})
    return cut


def _best(told, kept):
    """Return the places of the recommended predictor and of the best ones."""
    if told is None:
        return set()
    means = told["means"]
    order = sorted((place for place in range(len(means)) if means[place] is not None), key=lambda i: -means[i])
    return {*order[:kept], *told["tied"][:1]}


def _only(cells, best):
    return [[cell if i in best[j] else None for j, cell in enumerate(row)] for i, row in enumerate(cells)]


def _with_used_points(front):
    """Number the points anew: those that no cell refers to any more are left out."""
    cells = [cell for row in front["cells"] for cell in row if cell]
    used = {*front["true"], *(number for cell in cells for number in _numbers(cell))}
    new = {old: place for place, old in enumerate(sorted(used))}
    return {
        **front,
        "points": [front["points"][old] for old in sorted(used)],
        "true": [new[old] for old in front["true"]],
        "cells": [[cell and _renumbered(cell, new) for cell in row] for row in front["cells"]],
    }


def _numbers(cell):
    yield from (number for number, _ in cell["believed"])
    for front in cell["fronts"]:
        yield from front


def _renumbered(cell, new):
    return {
        **cell,
        "believed": [[new[number], value] for number, value in cell["believed"]],
        "fronts": [[new[number] for number in front] for front in cell["fronts"]],
    }
