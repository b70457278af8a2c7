"""What an engineer loses who trusts predictions: how much worse than the best is the best of those that she measures.

She wants an architecture that is at least as accurate as a given one, and the best metric that there is for that. So
every member of the true Pareto front is one wish, which that member fulfils best. Of all architectures that are at
least as accurate, she measures the ``k`` that are predicted to be best, and takes the best of these.
"""

import numpy as np
import pandas as pd

VERIFIED = (1, 4, 16)
REGRET_COLUMNS = ["verified", "mean", "worst", "mean_percent", "worst_percent", "wishes"]


def regret(values, predictions, accuracies=None, *, larger_is_better=False, larger_accuracy_is_better=True,
           verified=VERIFIED):  # fmt: skip
    """Return how much worse than the best at equal accuracy is the best of the most promising architectures.

    Parameters
    ----------
    values : float array of shape (n,)
        The metric of each architecture, in its unit.
    predictions : float array of shape (n,)
        Of the metric, in any unit with the same direction. Of equal predictions the first count as better.
    accuracies : float array of shape (n,), optional
        Architectures whose accuracy is missing take no part. Without accuracies there is one wish, the best metric of
        all, and this is the regret of the plain optimum.
    larger_is_better, larger_accuracy_is_better : bool
        Whether large values of the metric, and of the accuracy, are the good ones.
    verified : sequence of int
        How many of the most promising are measured, k.

    Returns
    -------
    DataFrame
        ``REGRET_COLUMNS``, a row a number of ``verified``: mean and worst over the wishes, from 0 on, in the metric's
        unit and in % of the best value (missing where that is 0), and how many wishes there are.

    Raises
    ------
    ValueError
        If lengths differ, a value or a prediction is missing, a number to verify is below 1, or nothing is left.
    """
    told = {"larger_is_better": larger_is_better, "larger_accuracy_is_better": larger_accuracy_is_better}
    return pd.DataFrame(regret_rows(values, predictions, accuracies, verified, **told), columns=REGRET_COLUMNS)


def regret_rows(values, predictions, accuracies, verified, *, larger_is_better=False, larger_accuracy_is_better=True):
    """Return the rows of ``regret`` as tuples, for those who ask thousands of times: making a table takes longer.

    Parameters
    ----------
    values, predictions, accuracies, verified, larger_is_better, larger_accuracy_is_better :
        As of ``regret``.

    Returns
    -------
    list of tuple
        In the order of ``REGRET_COLUMNS``.
    """
    values, predictions, accuracies = _checked(values, predictions, accuracies, verified)
    sign, accuracy_sign = -1 if larger_is_better else 1, 1 if larger_accuracy_is_better else -1
    costs, accuracies = sign * values, accuracy_sign * accuracies
    least, best = _wishes(costs, accuracies)
    order = np.argsort(sign * predictions, kind="stable")
    # Row by row the architectures that fulfil a wish, the most promising first; and how many of them there are so far.
    fulfil = accuracies[order] >= least[:, None]
    place = np.cumsum(fulfil, axis=1)
    found = [np.where(fulfil & (place <= count), costs[order], np.inf).min(axis=1) for count in verified]
    return [(count, *_losses(each, best), len(best)) for count, each in zip(verified, found, strict=True)]


def _losses(found, best):
    """Return mean and maximum of what is lost against the best, and both in %, of those where that is not 0."""
    loss = found - best
    percent = 100 * loss[best != 0] / np.abs(best[best != 0])
    in_percent = (percent.mean(), percent.max()) if len(percent) else (np.nan, np.nan)
    return loss.mean(), loss.max(), *in_percent


def _checked(values, predictions, accuracies, verified):
    values, predictions = np.asarray(values, float), np.asarray(predictions, float)
    accuracies = np.zeros(values.shape) if accuracies is None else np.asarray(accuracies, float)
    if not values.shape == predictions.shape == accuracies.shape or values.ndim != 1:
        shapes = ", ".join(str(one.shape) for one in (values, predictions, accuracies))
        raise ValueError(f"values, predictions and accuracies must be lists of one length, but are of shapes {shapes}")
    for told, what in ((values, "values"), (predictions, "predictions")):
        if not np.isfinite(told).all():
            raise ValueError(f"{int((~np.isfinite(told)).sum())} of {len(told)} {what} are not finite; leave these out")
    if min(verified, default=1) < 1:
        raise ValueError(f"{min(verified)} architectures cannot be verified; give numbers from 1 on")
    known = ~np.isnan(accuracies)
    if not known.any():
        raise ValueError("there is no architecture with metric and accuracy, so nothing can be chosen")
    return values[known], predictions[known], accuracies[known]


def _wishes(costs, accuracies):
    """Return the accuracy and the cost of each member of the true front; equal members are one."""
    order = np.lexsort((costs, -accuracies))
    costs, accuracies = costs[order], accuracies[order]
    before = np.concatenate([[np.inf], np.minimum.accumulate(costs)[:-1]])
    front = costs < before
    return accuracies[front], costs[front]
