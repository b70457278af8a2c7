"""Which predictors are best over a few seeds, and which of them chance does not let one tell apart.

Every predictor is fitted on the same training sets, one a seed. What a hard training set costs all of them is no
difference between them, so predictors are compared seed by seed. What is left of a value, after the mean of its
predictor and the median of its seed, is chance. Two or five such values of one predictor say little about how large
chance is, so all predictors' are pooled: by the median of their variances, which a predictor that explodes (linear
regression with as many rows as coefficients) does not move.

The predictors that are *tied* are those whose mean is less than ``Ranking.limit`` behind the best one's. The limit is
that of subset selection (Gupta 1965, *On some multiple decision (selection and ranking) rules*; Hsu 1984, *Constrained
simultaneous confidence intervals for multiple comparisons with the best*), with Bonferroni's bound for the number of
comparisons: if all predictors scatter alike, the best one is among the tied ones with a probability of at least
1 - ``LEVEL``, even if all of them are equally good. One that scatters three times as much as the others, and is hardly
better, is among them with a probability of 0.8 (18 predictors, 5 or 10 seeds): the limit is not widened by it, since
what explodes now and then would be tied with everything.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, gammaln, stdtrit, xlogy

LEVEL = 0.05
"""How probable it may be, at most, that the best predictor is not among the tied ones."""
FEWEST_DEGREES = 4
"""Of freedom, by which chance is known well enough that being tied speaks for a predictor."""


@dataclass(frozen=True)
class Ranking:
    """Predictors by their mean over seeds.

    Attributes
    ----------
    table : DataFrame
        ``predictor``, ``mean``, ``seeds`` (how many values it has), ``tied`` (whether it cannot be told from the
        best); best first. Predictors without any value are left out.
    limit : float
        Differences up to that cannot be told from chance; infinite where there is but one seed, or one predictor.
    """

    table: pd.DataFrame
    limit: float

    @property
    def tied(self):
        """Keys of the predictors that cannot be told from the best, best first."""
        return tuple(self.table.loc[self.table["tied"], "predictor"])


@dataclass(frozen=True)
class Recommendation:
    """Which predictor to use, chosen on one half of the seeds and judged on the other.

    Attributes
    ----------
    tied : tuple of str
        Predictors that cannot be told from the best. The cheapest is first, or the best where so few values tell of
        chance that almost any predictor is tied.
    by_cost : bool
        Whether the cheapest is first.
    predictor : str or None
        The first of them; None with one seed, which cannot tell any predictors apart.
    best : (str, float)
        The predictor with the best mean, and that mean, which owes something to luck.
    expected, low, high : float
        What to expect, with its 95 % interval (of the mean over training sets); missing with one seed.
    next : (str, float) or None
        The best predictor outside the set, and its mean; None if there is none.
    halves_agree : bool or None
        Whether the two halves of the seeds have a tied predictor in common; None with one seed.
    seeds : int
    ranking : Ranking
        On all seeds.
    """

    tied: tuple
    by_cost: bool
    predictor: str | None
    best: tuple
    expected: float
    low: float
    high: float
    next: tuple | None
    halves_agree: bool | None
    seeds: int
    ranking: Ranking


def rank(values, *, larger_is_better):
    """Order predictors by their mean over seeds and tell which cannot be told from the best.

    Parameters
    ----------
    values : DataFrame of shape (predictors, seeds)
        A row a predictor (its key in the index), a column a seed; missing where it has no fit.
    larger_is_better : bool
        Whether large values are the good ones.

    Returns
    -------
    Ranking
        With one seed all predictors are tied.

    Raises
    ------
    ValueError
        If a predictor or a seed stands there twice, or there is no value at all.
    """
    values = _checked(values)
    return _rank(values, larger_is_better, _Chance.of(values, values.index))


def recommend(values, seconds, *, larger_is_better, spread_of=None):
    """Recommend a predictor, and tell what to expect of it without the luck by which it was chosen.

    The tied predictors are those of ``rank`` on all seeds. To judge them, every second seed is put aside: of the tied
    ones, the first of those that one half of the seeds ties, too, is judged by the other half, and the other way
    round, and ``expected`` is the mean of what it reached there. If both halves choose the same predictor, that is its
    mean. If no predictor is tied in both halves, chance is larger than it seems, and all that are tied in either are
    tied.

    Parameters
    ----------
    values : DataFrame of shape (predictors, seeds)
        As for ``rank``.
    seconds : Series
        What each predictor costs. One that is missing there counts as the most expensive.
    larger_is_better : bool
        As for ``rank``.
    spread_of : sequence of str, optional
        The predictors whose spread is pooled; all by default.

    Returns
    -------
    Recommendation

    Raises
    ------
    ValueError
        As ``rank``.
    """
    values = _checked(values)
    chance = _Chance.of(values, values.index if spread_of is None else spread_of)
    ranking = _rank(values, larger_is_better, chance)
    best = _first(ranking.table)
    if values.shape[1] == 1:
        tied = _cheapest(ranking.tied, seconds)
        return Recommendation(tied, True, None, best, np.nan, np.nan, np.nan, None, None, 1, ranking)
    halves = [values.iloc[:, ::2], values.iloc[:, 1::2]]
    sets = [_rank(half.dropna(how="all"), larger_is_better, chance).tied for half in halves]
    agree = bool(set(sets[0]) & set(sets[1]))
    tied = set(ranking.tied) if agree else {*ranking.tied, *sets[0], *sets[1]}
    tied = tuple(key for key in ranking.table["predictor"] if key in tied)
    # A half has few seeds and ties much that all seeds tell apart, whose values say nothing of what is recommended.
    chosen = [[key for key in half if key in tied] or half for half in sets]
    by_cost = bool(chance.degrees >= FEWEST_DEGREES)
    if by_cost:
        tied, *chosen = [_cheapest(keys, seconds) for keys in (tied, *chosen)]
    judged = [half.loc[keys[0]] for keys, half in zip(chosen, halves[::-1], strict=True)]
    expected, half_width = chance.interval(pd.concat(judged), tied[0])
    following = _first(ranking.table[~ranking.table["predictor"].isin(tied)])
    low, high = expected - half_width, expected + half_width
    return Recommendation(tied, by_cost, tied[0], best, expected, low, high, following, agree, values.shape[1], ranking)


def _first(table):
    """Return the first predictor and its mean, None if there is none."""
    return None if table.empty else (table["predictor"].iloc[0], float(table["mean"].iloc[0]))


def _checked(values):
    for labels, what in ((values.index, "predictor"), (values.columns, "seed")):
        if labels.has_duplicates:
            raise ValueError(f"{what} {labels[labels.duplicated()][0]!r} stands twice among the values to rank")
    values = values.astype(float).dropna(how="all").dropna(how="all", axis=1)
    if values.empty:
        raise ValueError("there is no value to rank; give a row a predictor and a column a seed")
    return values


def _cheapest(keys, seconds):
    """Return the keys ordered by seconds, equal ones as they come."""
    costs = seconds.reindex(list(keys)).fillna(np.inf)
    return tuple(costs.sort_values(kind="stable").index)


@dataclass(frozen=True)
class _Chance:
    """How far values lie from what they would be over many seeds.

    Attributes
    ----------
    paired, raw : Series
        Standard deviation of each predictor's values over seeds, without and with what all predictors have in common:
        the pooled one, or its own where that is larger by more than chance.
    pooled : float
    degrees : float
        Of freedom, of the pooled one.
    """

    paired: pd.Series
    raw: pd.Series
    pooled: float
    degrees: float

    @classmethod
    def of(cls, values, counted):
        residuals, freedom = values.sub(values.mean(axis=1), axis=0), values.notna().sum(axis=1) - 1
        repeated = freedom > 0
        counted = repeated & values.index.isin(counted)
        predictors = int(counted.sum())
        if predictors < 2:
            return cls.none(values.index)
        # The median of the seeds takes about one predictor's freedom with it.
        paired = residuals.sub(residuals[counted].median(), axis=1) * np.sqrt(predictors / (predictors - 1))
        pooled, own = _pooled((paired**2).sum(axis=1) / freedom[repeated], freedom, counted)
        _, raw = _pooled((residuals**2).sum(axis=1) / freedom[repeated], freedom, counted)
        return cls(own, raw, pooled, _degrees(freedom[counted], predictors - 1))

    @classmethod
    def none(cls, predictors):
        """Return what is known of one seed, or one predictor: nothing."""
        unknown = pd.Series(np.nan, predictors)
        return cls(unknown, unknown, np.nan, np.nan)

    def limits(self, best, common, predictors):
        """Return up to which difference from the best one others are tied, by the number of seeds in common."""
        if np.isnan(self.pooled) or predictors < 2:
            return np.full(np.shape(common), np.inf)
        quantile = stdtrit(self.degrees, 1 - LEVEL / (predictors - 1))
        with np.errstate(divide="ignore"):
            return quantile * np.hypot(self.paired[best], self.pooled) / np.sqrt(common)

    def interval(self, judged, predictor):
        """Return the mean of the judged values and half its 95 % interval."""
        judged = judged.dropna()
        if judged.empty:
            return np.nan, np.nan
        half = stdtrit(self.degrees, 0.975) * self.raw[predictor] / np.sqrt(len(judged))
        return float(judged.mean()), float(half)


def _pooled(variances, freedom, counted):
    """Return the pooled standard deviation of the counted predictors, and that of each, from variances."""
    known = variances[freedom > 0].dropna()
    freedom = freedom[known.index].to_numpy()
    pooled = np.median((known / (_chi2_quantile(0.5, freedom) / freedom))[counted[known.index]])
    erratic = known > pooled * _chi2_quantile(1 - LEVEL / len(known), freedom) / freedom
    own = known.where(erratic, pooled).reindex(variances.index).fillna(pooled)
    return float(np.sqrt(pooled)), np.sqrt(own)


def _degrees(freedom, predictors):
    """Return the degrees of freedom of a median of that many predictors' variances."""
    typical = float(np.median(freedom))
    return max(1.0, _efficiency(typical) * predictors * typical)


def _efficiency(freedom):
    """Return how many degrees of freedom the median of variances has, as a share of those of their mean.

    By the asymptotic variance of a median, 1 / (4 n f^2) with the density f at the median.
    """
    median, half = _chi2_quantile(0.5, freedom), freedom / 2
    density = np.exp(xlogy(half - 1, median) - median / 2 - gammaln(half) - np.log(2) * freedom / 2)
    return 8 * (density * median) ** 2 / freedom


def _chi2_quantile(level, freedom):
    return 2 * gammaincinv(freedom / 2, level)


def _rank(values, larger_is_better, chance):
    means, seeds = values.mean(axis=1), values.notna().sum(axis=1)
    best = _best(means, seeds, larger_is_better)
    behind = values.rsub(values.loc[best], axis=1) * (1 if larger_is_better else -1)
    limits = chance.limits(best, behind.notna().sum(axis=1).to_numpy(), len(values))
    return _ranking(means, seeds, ~(behind.mean(axis=1) > limits), larger_is_better, chance, best)


def _best(means, seeds, larger_is_better):
    """Return the best of those with most seeds: one with fewer may have had the easy ones."""
    means = means[seeds == seeds.max()]
    return means.idxmax() if larger_is_better else means.idxmin()


def _ranking(means, seeds, tied, larger_is_better, chance, best):
    table = pd.DataFrame({"mean": means, "seeds": seeds, "tied": tied})
    table = table.sort_values("mean", ascending=not larger_is_better, kind="stable")
    table = table.rename_axis("predictor").reset_index()
    return Ranking(table, float(chance.limits(best, seeds[best], len(means))))
