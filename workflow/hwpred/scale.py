"""How the values of a metric, and what predictors learn in their place, become each other."""

from dataclasses import dataclass

import numpy as np

MOST_LOGARITHM = 80
"""What a predictor that goes astray says of the logarithm of a metric is no larger."""


@dataclass(frozen=True)
class Scale:
    """How standardised values become those of the metric.

    Parameters
    ----------
    mean, std : float
        Of the metric; of its logarithm where ``logarithmic``.
    logarithmic : bool
        Whether its logarithm was standardised.
    """

    mean: float
    std: float
    logarithmic: bool

    @classmethod
    def of_values(cls, value, logarithmic):
        """Return the scale of all values of a metric.

        Parameters
        ----------
        value : float array of shape (n,)
            In the metric's unit.
        logarithmic : bool
            Whether its logarithm is standardised.

        Returns
        -------
        Scale
        """
        learnt = np.log(value) if logarithmic else value
        return cls(float(learnt.mean()), float(learnt.std()), logarithmic)

    @classmethod
    def of_targets(cls, targets, metadata):
        """Return the scale by which a table of targets was standardised.

        Parameters
        ----------
        targets : DataFrame
            ``value`` and ``target``, of all architectures or of some.
        metadata : dict
            Of the table; they tell whether the target is a logarithm.

        Returns
        -------
        Scale
        """
        logarithmic = metadata.get("target") == "logarithm"
        extremes = targets.loc[[targets["target"].idxmin(), targets["target"].idxmax()]]
        (low, high), (least, most) = extremes["value"], extremes["target"]
        if logarithmic:
            low, high = np.log([low, high])
        std = (high - low) / (most - least)
        return cls(float(low - std * least), float(std), logarithmic)

    def in_unit(self, standardised):
        """Return values in the metric's unit, float array; where targets are logarithms, as exponentials."""
        learnt = self.mean + self.std * np.asarray(standardised, dtype=float)
        return np.exp(np.clip(learnt, -MOST_LOGARITHM, MOST_LOGARITHM)) if self.logarithmic else learnt
