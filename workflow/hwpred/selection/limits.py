"""Selection under a limit: the best architecture whose metric is expected to keep it, and what comes of that.

One chooses the best by quality (accuracy, for one) of those whose predicted metric, plus a margin of so many predicted
standard deviations, keeps the limit. What is chosen may break it. Verifying goes through those that are expected to
keep the limit, the best first, and measures each until one keeps it.
"""

import numpy as np
import pandas as pd

QUANTILES = (0.1, 0.25, 0.5, 0.75)
"""Limits: that share of all architectures keeps each (or a little more, where metrics are equal)."""
MARGINS = (0.0, 1.0, 1.645, 2.0)
"""In predicted standard deviations. At 1.645, 95 % of normally distributed measurements keep the limit."""
VERIFIED = (0, 1, 3, 5, 10)
"""How many are measured at most until one keeps the limit; 0: the best is taken without a measurement."""


def preferred(worth, metric):
    """Return the places of architectures, the best first: by worth, and of equal ones the smaller metric.

    Parameters
    ----------
    worth : array of shape (n,)
        Accuracy or another quality; larger is better.
    metric : array of shape (n,)
        Smaller is better.
    """
    return np.lexsort((metric, -np.asarray(worth)))


def limit_at(metric, quantile):
    """Return a limit that a share of all architectures keeps: half-way to the next larger metric, as round numbers lie.

    Parameters
    ----------
    metric : array of shape (n,)
        Smaller is better.
    quantile : float
        The share: more than 0, at most 1; more keep the limit where metrics are equal.

    Returns
    -------
    (int, int)
        Places of the architectures between whose metrics it lies half-way; the same twice if all keep it.
    """
    order = np.argsort(metric, kind="stable")
    ordered = np.asarray(metric)[order]
    last = max(1, int(np.ceil(quantile * len(ordered)))) - 1
    following = int(np.searchsorted(ordered, ordered[last], side="right"))
    return int(order[last]), int(order[min(following, len(order) - 1)])


class Choosing:
    """What one fit's predictions choose under limits.

    Parameters
    ----------
    worth, metric : arrays of shape (n,)
        Of all architectures: quality, larger is better; true metric, smaller is better.
    believed : array of shape (n,)
        The metric as predicted, or as measured.
    std : array of shape (n,)
        Standard deviation of a measurement around its prediction; NaN of a predictor that states none.
    measured : bool array of shape (n,)
        Whose metric is known: a limit is kept or not, whatever the margin.
    """

    def __init__(self, worth, metric, believed, std, measured):
        self.order = preferred(worth, believed)
        self.worth, self.metric, self.believed, self.measured = (
            np.asarray(values)[self.order] for values in (worth, metric, believed, measured)
        )
        self.std = np.where(self.measured, 0.0, np.asarray(std, dtype=float)[self.order])

    @property
    def states_std(self):
        """Whether margins other than 0 mean something."""
        return not np.isnan(self.std).any()

    def outcomes(self, limit, margin, verified):
        """Say what is chosen under a limit with a margin, by how many are measured at most.

        Parameters
        ----------
        limit : float
            The largest metric that is allowed.
        margin : float
            In standard deviations.
        verified : sequence of int

        Yields
        ------
        dict
            ``verified``; ``place`` of what is chosen among all architectures, -1 for nothing; ``broken``, whether it
            breaks the limit; ``quality_lost`` to the best of all that keep the limit, NaN where it is broken or nothing
            is chosen; ``measured``, how many were; ``found``, whether anything is expected to keep the limit and, where
            that is verified, does. Where nothing is found, the best is chosen of what was measured before and keeps it.
        """
        keeps = self.metric <= limit
        best = self.worth[keeps].max()
        believed = self.believed + margin * self.std if margin else self.believed
        rows = np.flatnonzero(believed <= limit)
        # Whoever walks down the list stops at what is known to keep the limit.
        known = np.flatnonzero(self.measured[rows])
        until = int(known[0]) if len(known) else len(rows)
        fallback = rows[until] if until < len(rows) else None
        right = np.flatnonzero(keeps[rows[:until]])
        first = int(right[0]) if len(right) else None
        for count in verified:
            if count == 0:
                row, used, found = (rows[0], 0, True) if len(rows) else (None, 0, False)
            elif first is not None and first < count:
                row, used, found = rows[first], first + 1, True
            else:
                row, used = fallback, min(count, until)
                found = fallback is not None and until <= count
            yield {"verified": count, **self._outcome(row, limit, best), "measured": used, "found": found}

    def _outcome(self, row, limit, best):
        if row is None:
            return {"place": -1, "broken": False, "quality_lost": np.nan}
        broken = bool(self.metric[row] > limit)
        lost = np.nan if broken else float(best - self.worth[row])
        return {"place": int(self.order[row]), "broken": broken, "quality_lost": lost}


def select_under_limits(space, values, fits, limits, margins=MARGINS, verified=VERIFIED):
    """Select under limits by the predictions of every fit.

    Parameters
    ----------
    space : hwpred.selection.space.Space
        Its metric is the standardised one, smaller is better.
    values : array of shape (n,)
        The metric in its unit, in the space's order.
    fits : iterable of (dict, array, array, bool array)
        Of each fit: what names it, such as ``predictor``; believed metric, standard deviation, and whether it was
        measured, in the space's order.
    limits : dict
        What a limit is called -> (the largest standardised metric that is allowed, the same in the metric's unit).
    margins, verified :
        As of ``Choosing``. Of a predictor that states no standard deviation there is but the margin 0.

    Returns
    -------
    DataFrame
        A row a fit, limit, margin and number verified: the names, ``limit``, ``margin``, ``verified``, ``broken``,
        ``overshoot_percent`` (how far what is chosen lies beyond the limit; NaN where it keeps it), ``quality_lost``,
        ``measured``, ``found``.
    """
    rows = []
    for names, believed, std, measured in fits:
        choosing = Choosing(space.accuracy, space.metric, believed, std, measured)
        for name, (limit, in_unit) in limits.items():
            for margin in margins if choosing.states_std else (0.0,):
                for outcome in choosing.outcomes(limit, margin, verified):
                    place = outcome.pop("place")
                    over = 100 * abs(values[place] / in_unit - 1) if outcome["broken"] else np.nan
                    rows.append({**names, "limit": name, "margin": margin, **outcome, "overshoot_percent": over})
    return pd.DataFrame(rows)


def quantile_limits(space, values, quantiles=QUANTILES):
    """Return the limits that shares of all architectures keep, as ``select_under_limits`` takes them."""
    places = {quantile: list(limit_at(space.metric, quantile)) for quantile in quantiles}
    return {
        quantile: (float(space.metric[both].mean()), float(values[both].mean())) for quantile, both in places.items()
    }


def summarise(choices, by):
    """Return means over fits and limits.

    Parameters
    ----------
    choices : DataFrame
        From ``select_under_limits``.
    by : sequence of str
        Columns of it, such as ``predictor``; ``margin`` and ``verified`` are added.

    Returns
    -------
    DataFrame
        ``by``, ``margin``, ``verified``; ``broken_percent``; ``overshoot_percent``, the mean of those that break their
        limit; ``quality_lost``, the mean of those that keep it; ``measured``; ``not_found_percent``; ``seeds``. A mean
        of nothing is missing.
    """
    groups = choices.groupby([*by, "margin", "verified"], sort=False)
    table = groups.agg(
        broken_percent=("broken", lambda broken: 100 * broken.mean()),
        overshoot_percent=("overshoot_percent", "mean"),
        quality_lost=("quality_lost", "mean"),
        measured=("measured", "mean"),
        not_found_percent=("found", lambda found: 100 * (1 - found.mean())),
        seeds=("seed", "nunique"),
    )
    return table.reset_index()
