"""All architectures that one can select from."""

import numpy as np
import pandas as pd

from hwpred.selection.outcome import Candidates


class RankedArchitectures:
    """All architectures with accuracy and metric, in descending order of accuracy.

    Parameters
    ----------
    architecture, accuracy, metric : arrays of shape (n,)
        Accuracy, larger is better; true metric, standardised, smaller is better.
    whole : float
        As for ``Candidates``.
    """

    def __init__(self, architecture, accuracy, metric, whole=100.0):
        order = np.argsort(-np.asarray(accuracy), kind="stable")
        self.architecture, self.accuracy, self.metric = (
            np.asarray(values)[order] for values in (architecture, accuracy, metric)
        )
        self.whole = whole
        self._place = pd.Series(np.arange(len(order)), index=self.architecture)

    def __len__(self):
        return len(self.metric)

    def places(self, architecture):
        """Return where those of these architectures stand that have accuracy and metric, in the order given."""
        architecture = np.asarray(architecture)
        return self._place.loc[architecture[np.isin(architecture, self.architecture)]].to_numpy()

    def candidates(self, places=slice(None)):
        """Return the ``Candidates`` at these places, ascending; all by default."""
        return Candidates(self.accuracy[places][None], self.metric[places][None], self.whole)
