"""What is strange about a person's values, in sentences: each is a reason to look at the file, none stops a study."""

import math

import numpy as np

from hwpred.metrics import kendall_tau
from hwpred.sources.requests import DIRECTIONS

UNIT_GAP = 50
"""Rows that others exceed by that factor, with no value between, are taken to be in another unit.

Units of one metric differ by 1,000 as a rule. In the public tables that hwpred reads, the largest such factor is 17,
but for the 2 % of cells without a path from input to output: a runtime that drops them takes up to 5,700 times less.
"""
SMALLEST_GROUP, SMALLEST_SHARE = 3, 0.1
"""Fewer rows far below the others are cells like those."""
NO_SPREAD = 1e-6
MOSTLY_EQUAL = 0.5
UNSTEADY = 2
FEWEST_REPEATED = 20
"""Fewer repeated architectures tell no noise ceiling."""


def wrong_direction(metric, direction):
    """Say if the direction is not the metric's; nothing is known of other metrics.

    Parameters
    ----------
    metric : str
    direction : str
        ``"smaller"`` or ``"larger"`` values are said to be better.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    if DIRECTIONS.get(metric, direction) == direction:
        return []
    return [
        f"direction says that {direction} values of {metric} are better; of {metric}, {DIRECTIONS[metric]} ones are"
    ]


def other_unit(value, name_rows):
    """Say if the values lie in groups far apart.

    Parameters
    ----------
    value : float array of shape (n,)
        Positive.
    name_rows : callable
        Names rows, given their places among the values.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    order = np.argsort(value)
    steps = np.diff(np.log(value[order]))
    below = np.arange(1, len(value))  # how many values lie below each step
    enough = (below >= max(SMALLEST_GROUP, SMALLEST_SHARE * len(value))) | (below > len(value) / 2)
    steps[~enough] = 0
    if len(steps) == 0 or steps.max() <= math.log(UNIT_GAP):
        return []
    split = int(steps.argmax()) + 1
    small, large = order[:split], order[split:]
    fewer, words = (small, "smaller") if len(small) < len(large) else (large, "larger")
    factor = float(np.exp(np.median(np.log(value[large])) - np.median(np.log(value[small]))))
    return [
        f"{len(fewer)} of {len(value)} values are about {factor:,.0f} times {words} than the others, with none "
        f"between; are they in another unit? {name_rows(sorted(fewer.tolist()))}"
    ]


def little_spread(value):
    """Say if nearly all architectures have one value; ``value`` has one entry an architecture."""
    if len(value) < 2:
        return []
    kinds, counts = np.unique(value, return_counts=True)
    if counts.max() > max(1, MOSTLY_EQUAL * len(value)):
        return [
            f"{counts.max()} of {len(value)} architectures have the value {kinds[counts.argmax()]:g}: ranks mean little"
        ]
    if value.std() < NO_SPREAD * abs(value.mean()):
        return [f"all values are {value.mean():g} but for a share of {value.std() / value.mean():.1g}: is that noise?"]
    return []


def repeats(values):
    """Describe the noise of architectures that were measured more than once.

    Parameters
    ----------
    values : list of float arrays
        Of each architecture its values, in the order of measuring.

    Returns
    -------
    dict
        Empty if nothing was measured twice. ``repeats``: ``architectures`` and ``measurements`` (how many), ``std``
        (of one measurement, relative to the architecture's mean; the root mean square over architectures).
        ``noise_ceiling``: Kendall's tau between the medians of every other measurement and of those between, over at
        least ``FEWEST_REPEATED`` architectures, ``noise_ceiling_pairs``; without both if all repeats are equal, since
        such rows are copies.
    """
    repeated = [part for part in values if len(part) > 1]
    if not repeated:
        return {}
    std = float(np.sqrt(np.mean([(part.std(ddof=1) / part.mean()) ** 2 for part in repeated if part.mean() > 0])))
    counts = {"architectures": len(repeated), "measurements": sum(map(len, repeated)), "std": std}
    if len(repeated) < FEWEST_REPEATED or std == 0:
        return {"repeats": counts}
    halves = [np.array([np.median(part[start::2]) for part in repeated]) for start in (0, 1)]
    return {
        "repeats": counts,
        "noise_ceiling": kendall_tau(*halves),
        "noise_ceiling_pairs": len(repeated),
    }


def unsteady(value, parts, name_rows):
    """Say which architectures have measurements that differ by more than a factor of ``UNSTEADY``, the first three.

    Parameters
    ----------
    value : float array of shape (rows,)
    parts : list of int arrays
        Rows of each architecture.
    name_rows : callable
        Names rows.

    Returns
    -------
    list of str
        A sentence an architecture.
    """
    found = [part for part in parts if value[part].max() > UNSTEADY * value[part].min()]
    return [
        f"measurements of one architecture differ by more than a factor of {UNSTEADY}: {name_rows(part.tolist())}"
        for part in found[:3]
    ]
