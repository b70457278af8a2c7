"""The answers of a run in a few words: for the terminal, and for a reader without JavaScript."""

from collections import Counter

import numpy as np

from hwpred.answer.sentence import label_of

SHORT_SIZES = (11, 55)
"""Numbers of measurements that stand for few and for some; a combination tells of those nearest to them."""
MOST_LINES = 9
NAMED = 3
"""Tied predictors that are named."""


def title_of(combination):
    """Return a combination in words, the device first."""
    metric = combination["metric"].replace("_", " ")
    return f"{combination['device']}: {metric}, {combination['space']} {combination['task']}"


def nearest(sizes, number):
    """Return the training size whose ratio to a number is nearest to one.

    Parameters
    ----------
    sizes : sequence of int
    number : float
        Of measurements.

    Returns
    -------
    int
        The smaller one of two that are as near.
    """
    return min(sizes, key=lambda size: (abs(np.log(size / number)), size))


def short_answer(combination, size):
    """Return in a few words which predictor to take after that many measurements, and which are as good.

    Parameters
    ----------
    combination : dict
        One of the combinations of ``hwpred.answer.contents``.
    size : int
        Number of measurements.

    Returns
    -------
    str
        "Structured GP, tau 0.94".
    """
    told = combination["criteria"]["tau"][combination["sizes"].index(size)]
    if told is None:
        return "no tau: all test values are equal"
    best, others = _best_and_tied(combination, told)
    words = f"{label_of(best)}, tau {told['means'][combination['predictors'].index(best)]:.2f}"
    if combination["seeds"] == 1:
        return f"{words}, by one split"
    more = f" and {len(others) - NAMED + 1} more" if len(others) > NAMED else ""
    named = others[: NAMED - 1] if more else others
    return f"{words}; or {', '.join(map(label_of, named))}{more}" if others else words


def limit_words(combination, size):
    """Return in a few words how often a limit is broken by what the recommended predictor chooses; "" if not known.

    Parameters
    ----------
    combination, size :
        As of ``short_answer``.

    Returns
    -------
    str
        "Structured GP breaks 12 %; verified 1 %".
    """
    told = combination["criteria"]["tau"][combination["sizes"].index(size)]
    if told is None or combination["limits"] is None:
        return ""
    best, _ = _best_and_tied(combination, told)
    pair = combination["limits"][combination["predictors"].index(best)][combination["sizes"].index(size)]
    return f"{label_of(best)} breaks {pair[0]:.0f} %; verified {pair[1]:.0f} %" if pair else ""


def _best_and_tied(combination, told):
    """Return the predictor that is recommended, with one split the best one, and those that cannot be told from it."""
    keys, means = combination["predictors"], told["means"]
    if combination["seeds"] == 1:
        return max((mean, key) for key, mean in zip(keys, means, strict=True) if mean is not None)[1], []
    tied = [keys[place] for place in told["tied"]]
    return tied[0], tied[1:]


def summary(contents, page):
    """Return at most ten short lines about a run: which predictor, and where the page lies.

    Parameters
    ----------
    contents : dict
        Of ``hwpred.answer.page.contents_of_run``.
    page : str
        Where it lies.

    Returns
    -------
    str
    """
    lines = _by_combination(contents)
    if len(lines) > MOST_LINES:
        lines = _by_space(contents)[:MOST_LINES]
    return "\n".join([*lines, f"Answer for each device and number of measurements: {page}"]) + "\n"


def _by_combination(contents):
    return [
        f"{one['combination']}, {size:,} measurements: {short_answer(one, size)}"
        for one in contents["combinations"]
        for size in _short_sizes(one)
    ]


def _short_sizes(combination):
    return sorted({nearest(combination["sizes"], number) for number in SHORT_SIZES})


def _by_space(contents):
    """Return a line a space and size: how often which predictor is recommended."""
    lines = []
    for space in dict.fromkeys(one["space"] for one in contents["combinations"]):
        of_space = [one for one in contents["combinations"] if one["space"] == space]
        for size in _short_sizes(of_space[0]):
            told = [(one, one["criteria"]["tau"][one["sizes"].index(size)]) for one in of_space if size in one["sizes"]]
            chosen = Counter(_best_and_tied(one, at_size)[0] for one, at_size in told if at_size)
            words = [f"{label_of(key)} on {count}" for key, count in chosen.most_common(NAMED)]
            lines.append(f"{space}, {size:,} measurements: {', '.join(words)} of {len(told)} combinations")
    return lines
