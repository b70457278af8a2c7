"""How good predictions are: what each fit records (protocol: Laube, Mutschler and Zell 2022, section 4).

All functions take ``target`` and ``prediction`` as float arrays of shape (n,), in units of the
combination's standard deviation. A constant prediction has correlation 0, never NaN.
"""

import numpy as np
from scipy import stats


def kendall_tau(target, prediction):
    """Kendall's rank correlation tau-b, which accounts for ties."""
    return _defined(stats.kendalltau(target, prediction).statistic)


def spearman(target, prediction):
    """Spearman's rank correlation."""
    return pearson(stats.rankdata(target), stats.rankdata(prediction))


def pearson(target, prediction):
    """Pearson's correlation, signed."""
    target = target - target.mean()
    prediction = prediction - prediction.mean()
    scale = np.sqrt((target**2).sum() * (prediction**2).sum())
    return float((target * prediction).sum() / scale) if scale > 0 else 0.0


def precision_at(k, target, prediction):
    """Share of the true best k (the smallest) among the predicted best k."""
    k = min(k, len(target))
    best = np.argsort(target, kind="stable")[:k]
    predicted_best = np.argsort(prediction, kind="stable")[:k]
    return len(np.intersect1d(best, predicted_best)) / k


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


def _defined(correlation):
    return 0.0 if np.isnan(correlation) else float(correlation)
