"""All architectures that one can select from."""

import numpy as np
import pandas as pd

from hwpred.selection.outcome import Candidates


class Space:
    """All architectures with accuracy and metric, in descending order of accuracy.

    Parameters
    ----------
    architecture, accuracy, metric : arrays of shape (n,)
        Accuracy in %; true metric, standardised, smaller is better.
    """

    def __init__(self, architecture, accuracy, metric):
        order = np.argsort(-np.asarray(accuracy), kind="stable")
        self.architecture, self.accuracy, self.metric = (
            np.asarray(values)[order] for values in (architecture, accuracy, metric)
        )
        self._place = pd.Series(np.arange(len(order)), index=self.architecture)

    def __len__(self):
        return len(self.metric)

    def places(self, architecture):
        """Return where these architectures stand; ValueError for one that has no accuracy or metric."""
        try:
            return self._place.loc[architecture].to_numpy()
        except KeyError as error:
            raise ValueError(f"predictions hold architectures without accuracy: {error.args[0]}") from error

    def candidates(self, places=slice(None)):
        """Return the ``Candidates`` at these places, ascending; all by default."""
        return Candidates(self.accuracy[places][None], self.metric[places][None])
