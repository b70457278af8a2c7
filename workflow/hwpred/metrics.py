"""How good predictions are: what each fit records (protocol: Laube, Mutschler and Zell 2022, section 4).

All functions take ``target`` and ``prediction`` as float arrays of shape (n,), in units of the
combination's standard deviation.

One rule for what has no correlation. A constant *prediction* ranks nothing, which is as good as chance: its correlation
is 0, so that the predictor does not gain by being left out of a mean. Where all *targets* are equal, or there is only
one, there is nothing to rank, whoever predicts: the correlation and the precision at k are missing (NaN), and count in
no mean.

Ranks and pairs are counted here, with what ``scipy.stats`` would find, to the bit: importing it takes half a second,
longer than many a job computes, and each job needs a tau.
"""

import numpy as np
import scipy  # loads its modules when they are used, and planning a study uses none

PAIRED = 600
"""Length of predictions up to which it is faster to compare all pairs than to sort."""
LEAST_PAIRS = 30
"""Pairs of measurements whose tau can bound what predictors reach: one of 0.9 is then known to about 0.05."""
LEAST_CAP = 0.99
"""A metric whose ``tau_cap`` is below that has too many ties for a mean of taus over several metrics."""


def kendall_tau(target, prediction):
    """Return Kendall's rank correlation tau-b, which accounts for ties (Kendall 1945).

    Parameters
    ----------
    target, prediction : float arrays of shape (n,)

    Returns
    -------
    float
        From -1 to 1; without a correlation by the rule of this module.
    """
    return _correlation(_tau_b, target, prediction)


def kendall_taus(target, predictions):
    """Return what ``kendall_tau`` does of several predictions of one target, to the bit, in less time.

    All pairs are compared, up to a length of ``PAIRED``: for longer ones sorting is faster.

    Parameters
    ----------
    target : float array of shape (n,)
    predictions : float array of shape (k, n)

    Returns
    -------
    float array of shape (k,)
    """
    target, predictions = np.asarray(target), np.asarray(predictions)
    if len(target) < 2 or np.ptp(target) == 0:
        return np.full(len(predictions), np.nan)
    varying = np.ptp(predictions, axis=1) > 0
    if len(target) > PAIRED:
        return np.array([kendall_tau(target, prediction) for prediction in predictions])
    larger, smaller = target[:, None] > target, target[:, None] < target
    pairs = np.count_nonzero(larger)
    taus = np.zeros(len(predictions))
    # Ranks are compared several at once, since they are short.
    for i, ranks in zip(np.flatnonzero(varying), _dense_ranks(predictions[varying]), strict=True):
        predicted_larger = ranks[:, None] > ranks
        concordant = np.count_nonzero(larger & predicted_larger)
        discordant = np.count_nonzero(smaller & predicted_larger)
        predicted_pairs = np.count_nonzero(predicted_larger)
        taus[i] = (concordant - discordant) / np.sqrt(pairs) / np.sqrt(predicted_pairs)
    return taus.clip(-1.0, 1.0)


def _dense_ranks(rows):
    return np.array([np.unique(row, return_inverse=True)[1] for row in rows]).astype(np.int16)


def _tau_b(x, y):
    (x, x_tied), (y, y_tied) = _ranks_and_ties(x), _ranks_and_ties(y)
    both = x * (y.max() + 1) + y
    pairs, both_tied = len(x) * (len(x) - 1) // 2, _ranks_and_ties(both)[1]
    discordant = _discordant_pairs(y[np.argsort(both, kind="stable")])
    excess = pairs - x_tied - y_tied + both_tied - 2 * discordant
    return np.clip(excess / np.sqrt(pairs - x_tied) / np.sqrt(pairs - y_tied), -1.0, 1.0)


def _ranks_and_ties(values):
    """Return ranks from 0 on, equal ones for equal values, and how many pairs of values are equal."""
    _, ranks, counts = np.unique(values, return_inverse=True, return_counts=True)
    return ranks, int((counts * (counts - 1) // 2).sum())


def _discordant_pairs(ranks):
    """Return how many pairs of ranks are in descending order.

    The highest bit in which two ranks differ tells their order. So for each bit, highest first, those that agree in all
    higher bits are counted together: each 0 with the ones before it.
    """
    discordant = 0
    for bit in reversed(range(int(ranks.max()).bit_length())):
        ones = ranks >> bit & 1
        before = np.cumsum(ones) - ones
        first = np.searchsorted(ranks >> bit + 1, ranks >> bit + 1)
        discordant += int(((before - before[first]) * (1 - ones)).sum())
        ranks = ranks[np.argsort(ranks >> bit, kind="stable")]
    return discordant


def average_ranks(values):
    """Return ranks from 1 on, the mean of theirs for values that are equal, float array (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def spearman(target, prediction):
    """Return Spearman's rank correlation.

    Parameters
    ----------
    target, prediction : float arrays of shape (n,)

    Returns
    -------
    float
        From -1 to 1; without a correlation by the rule of this module.
    """
    return pearson(average_ranks(target), average_ranks(prediction))


def pearson(target, prediction):
    """Return Pearson's correlation, signed.

    Parameters
    ----------
    target, prediction : float arrays of shape (n,)

    Returns
    -------
    float
        From -1 to 1; without a correlation by the rule of this module.
    """
    return _correlation(_pearson, target, prediction)


def _correlation(of_varying, target, prediction):
    """Return the correlation by the rule in the module's docstring."""
    target, prediction = np.asarray(target), np.asarray(prediction)
    if len(target) < 2 or not np.ptp(target) > 0:
        return np.nan
    return float(of_varying(target, prediction)) if np.ptp(prediction) > 0 else 0.0


def _pearson(target, prediction):
    target = target - target.mean()
    prediction = prediction - prediction.mean()
    return (target * prediction).sum() / np.sqrt((target**2).sum() * (prediction**2).sum())


def tau_cap(values):
    """Return the largest tau-b that a prediction without ties can reach.

    Of ``n (n - 1) / 2`` pairs, those of equal values can be neither in order nor out of it, but count in the root of
    tau-b's denominator that belongs to the prediction (Kendall 1945, *The treatment of ties in ranking problems*): what
    remains is the root of the share of pairs whose values differ.

    Parameters
    ----------
    values : float array of shape (n,)
        Of the metric.

    Returns
    -------
    float
        1 without ties; missing where all values are equal.
    """
    _, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    pairs, tied = (sum(int(n) * (int(n) - 1) for n in counts) for counts in ([counts.sum()], counts))
    return float(np.sqrt(1 - tied / pairs)) if tied < pairs else np.nan


def half_interval_of_tau(tau, pairs):
    """Return half the width of a 95 % confidence interval of Kendall's tau.

    By the variance of its inverse hyperbolic tangent, 0.437 / (n - 4) (Fieller, Hartley and Pearson 1957), which is
    that of normal values. With hundreds of pairs it covers at least 95 %; with 30 pairs of tau 0.9 it is 0.05, where
    0.06 would be right.

    Parameters
    ----------
    tau : float
    pairs : int
        Number of pairs of values, n.

    Returns
    -------
    float
        1 for up to four pairs, which say nothing.
    """
    return 1.96 * (1 - tau**2) * np.sqrt(0.437 / (pairs - 4)) if pairs > 4 else 1.0


def precision_at(k, target, prediction):
    """Return the share of the true best k, which are the smallest, among the predicted best k.

    Parameters
    ----------
    k : int
        All, where there are fewer.
    target, prediction : float arrays of shape (n,)

    Returns
    -------
    float
        Missing (NaN) where all targets are equal, or there is only one.
    """
    if len(target) < 2 or np.ptp(target) == 0:
        return np.nan
    k = min(k, len(target))
    best = np.argsort(target, kind="stable")[:k]
    predicted_best = np.argsort(prediction, kind="stable")[:k]
    return len(np.intersect1d(best, predicted_best)) / k


def relative_errors(value, prediction):
    """Return how large errors are as shares of what is measured.

    Parameters
    ----------
    value, prediction : float arrays of shape (n,)
        In the metric's unit; values are positive.

    Returns
    -------
    dict of float
        ``median_error_percent``: median of the absolute error, in % of the value; ``within_10_percent``: share of the
        predictions that are off by at most 10 % of the value.
    """
    error = np.abs(prediction - value) / value
    return {"median_error_percent": 100 * float(np.median(error)), "within_10_percent": float((error <= 0.1).mean())}


def coverage(level, target, prediction, std):
    """Return the share of targets within the central normal interval of that level around their prediction.

    Parameters
    ----------
    level : float
        Such as 0.95.
    target, prediction, std : float arrays of shape (n,)
        On the scale on which the predictor believes errors to be normal.

    Returns
    -------
    float
    """
    return float((np.abs(target - prediction) <= scipy.special.ndtri(0.5 + level / 2) * std).mean())


def all_measures(target, prediction, direction="smaller"):
    """Return every measure of one fit.

    Parameters
    ----------
    target, prediction : float arrays of shape (n,)
    direction : str
        ``"smaller"`` or ``"larger"``: which values are best, for the precision at k.

    Returns
    -------
    dict of float
        NaN where a measure is not defined.

    Raises
    ------
    ValueError
        If a prediction is not finite.
    """
    if not np.isfinite(prediction).all():
        raise ValueError(f"{int((~np.isfinite(prediction)).sum())} of {len(prediction)} predictions are not finite")
    deviation = prediction - target
    sign = 1 if direction == "smaller" else -1
    return {
        "kendall_tau": kendall_tau(target, prediction),
        "spearman": spearman(target, prediction),
        "pearson": pearson(target, prediction),
        "mae": float(np.abs(deviation).mean()),
        "rmse": float(np.sqrt((deviation**2).mean())),
        "deviation_mean": float(deviation.mean()),
        "deviation_std": float(deviation.std()),
        "precision_at_10": precision_at(10, sign * target, sign * prediction),
        "precision_at_20": precision_at(20, sign * target, sign * prediction),
    }
