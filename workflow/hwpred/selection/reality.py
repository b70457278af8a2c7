"""Does the simulation say what real predictors cost? Both on the same architectures, at equal std or equal tau."""

import numpy as np
import pandas as pd

from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.selection.deviations import draw_calibrated, draw_deviations

REAL, MIXTURE, MIXTURE_AT_TAU, CALIBRATED = "real", "mixture", "mixture_at_tau", "calibrated"
DRAWS = 10


class Comparison:
    """Real and simulated deviations of one combination, when all of its architectures can be selected.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    std_at_tau : callable
        The standard deviation of the mixture's deviations that gives a Kendall's tau.
    names : tuple
        Names of the random generators.
    """

    def __init__(self, ranked, std_at_tau, names):
        self.metric, self.names, self.std_at_tau = ranked.metric, names, std_at_tau
        self._candidates = ranked.candidates()
        self._best = self._candidates.best_hypervolume()[0]

    def compare(self, key, believed):
        """Return one row for the real selection and one for each kind of simulation.

        Parameters
        ----------
        key : tuple
            Predictor, training size, seed.
        believed : array of shape (n,)
            The metrics that were predicted, or measured.

        Returns
        -------
        list of dict
            ``kind``, ``kendall_tau``, ``deviation_std``, ``mra_all``, ``mra_pareto``, ``hypervolume_lost_percent``
            (of the best); of a simulation the means over its draws.
        """
        deviation = believed - self.metric
        std, tau = float(deviation.std()), kendall_tau(self.metric, believed)
        drawn = generator(*self.names, *key, CALIBRATED)
        draws = {
            REAL: deviation[None],
            MIXTURE: self._mixture(std, key),
            MIXTURE_AT_TAU: self._mixture(self.std_at_tau(tau), key),
            CALIBRATED: np.array([draw_calibrated(self.metric, tau, drawn) for _ in range(DRAWS)]),
        }
        return [{"kind": kind, "kendall_tau": tau, **self._outcome(values)} for kind, values in draws.items()]

    def _mixture(self, std, key):
        drawn = generator(*self.names, *key, MIXTURE)
        return np.array([draw_deviations(len(self.metric), std, drawn) for _ in range(DRAWS)])

    def _outcome(self, deviations):
        found = self._candidates.outcomes(self._candidates.select(self.metric + deviations[None]))
        return {
            "deviation_std": float(deviations.std(axis=1).mean()),
            "mra_all": float(found["mra_all"].mean()),
            "mra_pareto": float(found["mra_pareto"].mean()),
            "hypervolume_lost_percent": float(100 * (1 - found["hypervolume"] / self._best).mean()),
        }


def std_at_tau(simulation):
    """Return the function that ``Comparison`` needs, from a ``selection`` table, at its largest number.

    Beyond the simulated deviations it returns the smallest or the largest of them.
    """
    rows = simulation[simulation["architectures"] == simulation["architectures"].max()]
    taus = rows.groupby("deviation_std")["kendall_tau"].mean()[::-1]
    return lambda tau: float(np.interp(tau, taus, taus.index))


def how_far_off(comparisons):
    """Say how well each kind of simulation tells what real predictors cost.

    Parameters
    ----------
    comparisons : DataFrame
        The rows of ``Comparison.compare`` with ``combination``, ``family``, ``train_size``, whose means are compared.

    Returns
    -------
    DataFrame
        By ``measure`` and ``kind``: ``ratio``, the median of simulated over real; ``mean_absolute_error``, in points
        or %; ``cases``.
    """
    measures = ["mra_all", "mra_pareto", "hypervolume_lost_percent"]
    means = comparisons.groupby(["kind", "combination", "family", "train_size"])[measures].mean()
    real = means.loc[REAL]
    rows = []
    for measure in measures:
        for kind in (kind for kind in (MIXTURE, MIXTURE_AT_TAU, CALIBRATED) if kind in means.index):
            simulated = means.loc[kind, measure]
            common = real[measure].loc[simulated.index]
            ratio = (simulated / common)[common > 0].median()
            error = (simulated - common).abs().mean()
            rows.append(
                {"measure": measure, "kind": kind, "ratio": ratio, "mean_absolute_error": error, "cases": len(common)}
            )
    return pd.DataFrame(rows)
