"""Selection under a limit: the best architecture whose metric is expected to keep it, and what comes of that.

One chooses the best by quality (accuracy, for one) of those whose predicted metric, plus a margin of so many predicted
standard deviations, keeps the limit. What is chosen may break it. Verifying goes through those that are expected to
keep the limit, the best first, and measures each until one keeps it. Those that break it correct what is expected of
the others, if the predictor says how sure it is: errors in predicted standard deviations are taken to correlate by
``ALIKE`` between any two architectures, so that ``n`` errors that sum up to ``s`` make expect an error of
``ALIKE * s / (1 + (n - 1) * ALIKE)`` (the conditional mean of normal values).

``ALIKE`` was chosen on essential_ph_1, samsung_s7, silver_4114, 2080ti_1, titanxp_32 and titanx_1, which
config/studies/priors.yaml names and no study of limits has: 12 draws of ten measurements each. With up to five
verified, none was found in 0.3 % of the cases instead of 7.6, and 0.85 points of accuracy were lost instead of 1.11,
by 1.50 measurements instead of 1.74. From 0.4 to 0.8 these hardly differ. Measuring on for 0.05 of the interquartile
range lost 0.56 points, by 2.3 measurements.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtr

QUANTILES = (0.1, 0.25, 0.5, 0.75)
"""Limits: that share of all architectures keeps each (or a little more, where metrics are equal)."""
MARGINS = (0.0, 1.0, 1.645, 2.0)
"""In predicted standard deviations. At 1.645, 95 % of normally distributed measurements keep the limit."""
VERIFIED = (0, 1, 3, 5, 10)
"""How many are measured at most until one keeps the limit; 0: the best is taken without a measurement."""
NONE, IN_TURN, SUGGESTED = "none", "in_turn", "suggested"
"""How one verifies: not; the best first, until one keeps the limit; and then those that are expected to gain most."""
WORTHWHILE = 0.05
"""Expected gain, in interquartile ranges of the quality, for which one measures on."""
WAY = ["margin", "verification", "verified"]
"""Columns that say how one chooses."""
ALIKE = 0.5
"""Correlation of errors, by which those that were verified correct what is expected of the others."""
_LEAST_STD = 1e-9


def preferred(worth, metric):
    """Return the places of architectures, the best first: by worth, and of equal ones the smaller metric.

    Parameters
    ----------
    worth : array of shape (n,)
        Accuracy or another quality; larger is better.
    metric : array of shape (n,)
        Smaller is better.

    Returns
    -------
    int array of shape (n,)
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
            How many are measured at most; 0 for none.

        Yields
        ------
        dict
            ``verified``; ``place`` of what is chosen among all architectures, -1 for nothing; ``broken``, whether it
            breaks the limit; ``quality_lost`` to the best of all that keep the limit, NaN where it is broken or nothing
            is chosen; ``measured``, how many were; ``found``, whether anything is expected to keep the limit and, where
            that is verified, does. Where nothing is found, the best is chosen of what was measured before and keeps it.
        """
        best = self.worth[self.metric <= limit].max()
        tried, stop = self._walk(limit, margin, max(verified))
        kept = bool(tried) and self.metric[tried[-1]] <= limit
        for count in verified:
            if count == 0:
                row = tried[0] if tried else stop
                used, found = 0, row is not None
            elif kept and len(tried) <= count:
                row, used, found = tried[-1], len(tried), True
            else:
                row, used = self._known(limit), min(count, len(tried))
                found = stop is not None and len(tried) <= count
            yield {"verified": count, **self._outcome(row, limit, best), "measured": used, "found": found}

    def suggested(self, limit, verified):
        """Say what is chosen if one measures on, after one was found that keeps the limit, as long as that is worth it.

        The next is what is expected to gain most over the best that keeps the limit: the gain in quality times the
        probability to keep it (the expected improvement under a constraint: Gardner et al., ICML 2014). It is worth it
        if that is ``WORTHWHILE`` of the interquartile range of the quality.

        Parameters
        ----------
        limit : float
            The largest metric that is allowed.
        verified : sequence of int
            How many are measured at most; none of them 0.

        Yields
        ------
        dict
            As ``outcomes``. Chosen is the best that was measured, now or before, and keeps the limit.
        """
        keeps = self.metric <= limit
        tried, stop = self._walk(limit, 0.0, max(verified))
        known, walked = self._known(limit), len(tried)
        self._go_on(limit, tried, max(verified))
        for count in verified:
            kept = [row for row in tried[:count] if keeps[row]]
            row = min(kept if known is None else [*kept, known], default=None)
            told = {"measured": min(count, len(tried)), "found": bool(kept) or (stop is not None and walked <= count)}
            yield {"verified": count, **self._outcome(row, limit, self.worth[keeps].max()), **told}

    def _go_on(self, limit, tried, most):
        """Append to ``tried`` what is worth measuring."""
        worthwhile = WORTHWHILE * np.subtract(*np.quantile(self.worth, [0.75, 0.25]))
        free = ~self.measured
        free[tried] = False
        while len(tried) < most:
            kept = [row for row in [*tried, *np.flatnonzero(self.measured)] if self.metric[row] <= limit]
            gain = self.worth - self.worth[min(kept, default=-1)]
            expected, unknown = self._error(tried)
            std = np.maximum(self.std, _LEAST_STD)
            score = np.where(free, gain, 0.0) * ndtr((limit - self.believed - expected * std) / (unknown * std))
            row = int(score.argmax())
            if score[row] <= worthwhile:
                return
            tried.append(row)
            free[row] = False

    def _error(self, tried):
        """Return which error is expected of any other prediction, in its std, and the std that is left of it."""
        if not tried or not self.states_std:
            return 0.0, 1.0
        errors = (self.metric[tried] - self.believed[tried]) / np.maximum(self.std[tried], _LEAST_STD)
        share = ALIKE / (1 + (len(tried) - 1) * ALIKE)
        return float(share * errors.sum()), float(np.sqrt(1 - ALIKE * share * len(tried)))

    def _walk(self, limit, margin, most):
        """Return whose metric is measured one after the other, and the row known to keep the limit that ends it."""
        tried, row = [], 0
        while True:
            expected = margin + self._error(tried)[0]
            believed = self.believed[row:] + expected * self.std[row:] if expected else self.believed[row:]
            left = np.flatnonzero(believed <= limit)
            if not len(left):
                return tried, None
            row += int(left[0])
            if self.measured[row]:
                return tried, row
            if tried and len(tried) >= most:
                return tried, None
            tried.append(row)
            if self.metric[row] <= limit:
                return tried, None
            row += 1

    def _known(self, limit):
        """Return the best row that was measured before and keeps the limit, None if there is none."""
        rows = np.flatnonzero(self.measured & (self.metric <= limit))
        return int(rows[0]) if len(rows) else None

    def _outcome(self, row, limit, best):
        if row is None:
            return {"place": -1, "broken": False, "quality_lost": np.nan}
        broken = bool(self.metric[row] > limit)
        lost = np.nan if broken else float(best - self.worth[row])
        return {"place": int(self.order[row]), "broken": broken, "quality_lost": lost}


def select_under_limits(ranked, values, fits, limits, margins=MARGINS, verified=VERIFIED):
    """Select under limits by the predictions of every fit.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
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
        A row a fit, limit, margin, and how one verifies: the names, ``limit``, ``margin``, ``verification`` (``NONE``,
        ``IN_TURN`` or ``SUGGESTED``, which knows no margin but 0), ``verified``, ``broken``, ``overshoot_percent`` (how
        far what is chosen lies beyond the limit; NaN where it keeps it), ``quality_lost``, ``measured``, ``found``.
    """
    rows = []
    for names, believed, std, measured in fits:
        choosing = Choosing(ranked.accuracy, ranked.metric, believed, std, measured)
        for name, (limit, in_unit) in limits.items():
            for outcome in _ways(choosing, limit, margins, verified):
                place = outcome.pop("place")
                over = 100 * abs(values[place] / in_unit - 1) if outcome["broken"] else np.nan
                rows.append({**names, "limit": name, **outcome, "overshoot_percent": over})
    return pd.DataFrame(rows)


def _ways(choosing, limit, margins, verified):
    """Yield the outcomes of all ways to choose under a limit, with ``margin`` and ``verification``."""
    for margin in margins if choosing.states_std else (0.0,):
        for outcome in choosing.outcomes(limit, margin, verified):
            yield {"margin": margin, "verification": IN_TURN if outcome["verified"] else NONE, **outcome}
    counts = [count for count in verified if count]
    if choosing.states_std and counts:
        for outcome in choosing.suggested(limit, counts):
            yield {"margin": 0.0, "verification": SUGGESTED, **outcome}


def quantile_limits(ranked, values, quantiles=QUANTILES):
    """Return the limits that shares of all architectures keep, as ``select_under_limits`` takes them.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    values : float array of shape (n,)
        The metric in its unit, in the space's order.
    quantiles : sequence of float
        Shares of the architectures that keep the limit.

    Returns
    -------
    dict
        Quantile -> (limit of the space's metric, limit in the metric's unit).
    """
    places = {quantile: list(limit_at(ranked.metric, quantile)) for quantile in quantiles}
    return {
        quantile: (float(ranked.metric[both].mean()), float(values[both].mean())) for quantile, both in places.items()
    }


def summarise(choices, by):
    """Return means over fits and limits.

    Parameters
    ----------
    choices : DataFrame
        From ``select_under_limits``.
    by : sequence of str
        Columns of it, such as ``predictor``; ``WAY`` is added.

    Returns
    -------
    DataFrame
        ``by``, ``WAY``; ``broken_percent``; ``overshoot_percent``, the mean of those that break their
        limit; ``quality_lost``, the mean of those that keep it; ``measured``; ``not_found_percent``; ``seeds``. A mean
        of nothing is missing.
    """
    groups = choices.groupby([*by, *WAY], sort=False)
    table = groups.agg(
        broken_percent=("broken", lambda broken: 100 * broken.mean()),
        overshoot_percent=("overshoot_percent", "mean"),
        quality_lost=("quality_lost", "mean"),
        measured=("measured", "mean"),
        not_found_percent=("found", lambda found: 100 * (1 - found.mean())),
        seeds=("seed", "nunique"),
    )
    return table.reset_index()
