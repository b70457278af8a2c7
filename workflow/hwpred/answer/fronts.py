"""What one would select by a predictor, what that is in truth, and how verifying the most promising mends it."""

import numpy as np

from hwpred.selection.pareto import ByAccuracy
from hwpred.selection.predicted import believed_metrics
from hwpred.selection.promising import promising
from hwpred.selection.reading import sign_of
from hwpred.tables import of_predictor, read_metadata, read_table

VERIFIED = (0, 8, 16, 64)
"""How many of the most promising architectures are measured after predicting."""


class Fronts:
    """The selections of every fit of one combination that predicted all architectures.

    Places are those of ``hwpred.selection.ranked.RankedArchitectures``: architectures in descending order of accuracy.

    Parameters
    ----------
    combination : hwpred.answer.reading.Combination
        With accuracies.
    """

    def __init__(self, combination):
        self.combination, self.ranked = combination, combination.ranked
        self._sign = sign_of(combination.metadata["direction"])
        self._best = best_at_least_as_accurate(self.ranked.accuracy, self.ranked.metric)

    def true_front(self):
        """Return the places of the architectures that no other one dominates."""
        return _front(self.ranked, np.arange(len(self.ranked)), self.ranked.metric)

    def in_unit(self, metric):
        """Return metrics of the space, standardised and smaller if better, in the metric's own unit."""
        return self.combination.in_unit(self._sign * metric)

    def of_file(self, path):
        """Select by each fit of one predictor and block of seeds.

        Yields
        ------
        tuple of (str, int, int), dict
            Predictor, training size and seed; and what ``selected`` returns.
        """
        predictor = read_metadata(path)["predictor"]
        predictions = read_table(path, "space_predictions", of_predictor(path))
        predictions["prediction"] *= self._sign
        for (size, seed), fit in predictions.groupby(["train_size", "seed"]):
            yield (predictor, int(size), int(seed)), self.selected(*believed_metrics(self.ranked, fit))

    def selected(self, believed, measured):
        """Select by what one believes the metrics to be, and after measuring the most promising.

        Parameters
        ----------
        believed : float array of shape (places,)
            Predicted metric of each architecture of ``ranked``; what was measured already stands in its place.
        measured : bool array of shape (places,)
            Which architectures were measured before.

        Returns
        -------
        dict
            ``order``, places of the most promising, the first to be verified first; ``believed``, the metric of every
            place; ``fronts``, of each number in ``VERIFIED`` the places that are selected; ``losses``, of each the
            largest share, in %, by which the metric of a selected architecture is worse than the best that is at least
            as accurate.
        """
        order = promising(self.ranked.accuracy, believed, measured, max(VERIFIED))
        fronts = [_front(self.ranked, np.arange(len(self.ranked)), believed)]
        for count in VERIFIED[1:]:
            known = np.sort(np.concatenate([np.flatnonzero(measured), order[:count]]))
            fronts.append(_front(self.ranked, known, self.ranked.metric))
        return {
            "order": order,
            "believed": believed,
            "fronts": fronts,
            "losses": [self._largest_loss(places) for places in fronts],
        }

    def _largest_loss(self, places):
        true, best = self.in_unit(self.ranked.metric[places]), self.in_unit(self._best[places])
        return float((100 * np.abs(true - best) / np.abs(best)).max())


def best_at_least_as_accurate(accuracy, metric):
    """Return for each architecture the best metric of those that are at least as accurate.

    Parameters
    ----------
    accuracy, metric : arrays of shape (n,)
        In descending order of accuracy; of the metric, smaller is better.

    Returns
    -------
    array of shape (n,)
    """
    last = np.searchsorted(-accuracy, -accuracy, side="right") - 1
    return np.minimum.accumulate(metric)[last]


def _front(space, places, metric):
    """Return those of these places, ascending, that no other of them dominates."""
    return places[ByAccuracy(space.accuracy[places]).front(metric[places])]
