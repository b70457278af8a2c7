"""What selections are worth by their true values: mean reduction of accuracy and hypervolume, many at once."""

import numpy as np

from hwpred.selection.pareto import ByAccuracy, hypervolume, total

MARGIN = 1.1
"""The reference point's metric, in the largest one among the candidates (as the paper's published code has it)."""
MEASURES = ("mra_all", "mra_pareto", "hypervolume", "selected", "kept")


class Candidates:
    """Architectures to select from, in one draw or several of the same size.

    Parameters
    ----------
    accuracy : array of shape (draws, n)
        Larger is better, in descending order.
    metric : array of shape (draws, n)
        True metric, smaller is better.
    whole : float
        The accuracy that counts as 1 in a hypervolume: 100 for one in %.
    """

    def __init__(self, accuracy, metric, whole=100.0):
        self._by_accuracy = ByAccuracy(np.asarray(accuracy)[:, None])
        self.accuracy, self.metric = np.asarray(accuracy), np.asarray(metric)
        # A tenth beyond the largest metric, which may be negative where accuracies are known of fast networks alone.
        largest = self.metric.max(axis=-1)
        self.reference = np.maximum(MARGIN * largest, (2 - MARGIN) * largest)
        # Nothing is worse than an accuracy of 0, but a quality that was negated, or a logarithm, has no such bound.
        self.floor, self.whole = np.minimum(0, self.accuracy.min(axis=-1)), whole

    def select(self, metric):
        """Return the Pareto fronts by predicted metrics.

        Parameters
        ----------
        metric : array of shape (draws, predictions, n)
            Predicted; smaller is better.

        Returns
        -------
        bool array of the same shape
        """
        return self._by_accuracy.front(metric)

    def best_hypervolume(self):
        """Return the hypervolume of the true fronts, array of shape (draws,)."""
        return self.outcomes(self.select(self.metric[:, None]))["hypervolume"][:, 0]

    def outcomes(self, selected):
        """Say what selections are worth.

        Parameters
        ----------
        selected : bool array of shape (draws, selections, n)

        Returns
        -------
        dict of arrays of shape (draws, selections)
            ``mra_all``, ``mra_pareto``: mean reduction of accuracy in the accuracy's unit (percentage points of one in
            %), over all selected and over those that are Pareto-optimal among the selected by their true values, which
            are what remains if one measures the selected. ``hypervolume`` of these: accuracy in units of ``whole``, the
            metric as given; the reference point has ``MARGIN`` times the largest metric among the candidates and
            accuracy 0, or the worst one among them where that is negative. ``selected``, ``kept``: how many there are
            of both.
        """
        place, present = _compacted(selected)
        accuracy = np.take_along_axis(self.accuracy[:, None], place, axis=-1)
        metric = np.where(present, np.take_along_axis(self.metric[:, None], place, axis=-1), np.inf)
        kept = ByAccuracy(np.where(present, accuracy, -np.inf)).front(metric) & present
        reduction = np.where(present, self._best_accuracy(metric) - accuracy, 0)
        counts = {"selected": present.sum(axis=-1), "kept": kept.sum(axis=-1)}
        return {
            "mra_all": total(reduction) / counts["selected"],
            "mra_pareto": total(np.where(kept, reduction, 0)) / counts["kept"],
            "hypervolume": hypervolume(
                (accuracy - self.floor[:, None, None]) / self.whole, metric, kept, self.reference[:, None]
            ),
            **counts,
        }

    def _best_accuracy(self, metric):
        """Accuracy of the most accurate candidate whose metric is no larger: a member of the true front."""
        # From the most accurate on, the smallest metric so far falls; its first value within the limit is the best.
        smallest = np.minimum.accumulate(self.metric, axis=-1)
        first = [
            np.searchsorted(-row, -limits.ravel()).reshape(limits.shape)
            for row, limits in zip(smallest, metric, strict=True)
        ]
        return np.take_along_axis(self.accuracy[:, None], np.array(first), axis=-1)


def _compacted(selected):
    """Return where the selected stand, padded to the largest selection, and which entries are no padding."""
    counts = selected.sum(axis=-1)
    present = np.arange(counts.max()) < counts[..., None]
    place = np.zeros(present.shape, dtype=np.intp)
    place[present] = np.nonzero(selected)[-1]
    return place, present
