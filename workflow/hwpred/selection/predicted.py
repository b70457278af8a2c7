"""Selection by real predictions, with and without verification by measuring."""

import numpy as np
import pandas as pd

from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.selection.promising import promising

NONE, SELECTED, PROMISING = "none", "selected", "promising"
"""What is measured of a selection: nothing; the selected, of which the dominated are dropped; the most promising."""


def select_by_predictions(ranked, predictions, *, architectures, verified, names):
    """Select by each fit's predictions among random architectures, those that were measured included.

    Architectures that the space lacks, since they have no accuracy, take no part, even if a fit learnt from them.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    predictions : DataFrame
        ``predictor``, ``train_size``, ``seed``, ``architecture``, ``measured``, ``prediction`` (smaller is better), of
        every architecture of the space, and perhaps of others.
    architectures : sequence of int
        How many there are to select from, where that is more than were measured.
    verified : sequence of int
        How many of the most promising are measured.
    names : tuple
        Names of the random generators; size, seed and number of architectures are added, so that the predictors
        of one size and seed select from the same.

    Returns
    -------
    DataFrame
        Columns as ``hwpred.tables.COLUMNS`` has them for ``predicted_selection``.
    """
    rows = []
    for (predictor, size, seed), fit in predictions.groupby(["predictor", "train_size", "seed"], sort=False):
        believed, measured = believed_metrics(ranked, fit)
        for count in architectures:
            if not measured.sum() < count <= len(ranked):
                continue
            places = _drawn(measured, count, generator(*names, int(size), int(seed), count))
            key = {"predictor": predictor, "train_size": size, "seed": seed, "architectures": count}
            for row in outcomes(ranked.candidates(places), believed[places], measured[places], verified):
                rows.append({**key, **row})
    return pd.DataFrame(rows)


def believed_metrics(ranked, fit):
    """Return what one believes the metrics to be, and which were measured and so keep their value.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    fit : DataFrame
        ``architecture``, ``measured``, ``prediction`` (smaller is better) of every architecture of the space, and
        perhaps of others.

    Returns
    -------
    float array, bool array
        Of shape (n,), in the space's order.

    Raises
    ------
    ValueError
        If an architecture of the space was not predicted.
    """
    lacking = np.setdiff1d(ranked.architecture, fit["architecture"])
    if len(lacking):
        raise ValueError(
            f"{len(lacking)} of {len(ranked)} architectures with accuracy were not predicted, first {lacking[0]}; "
            "delete the predictions and run again"
        )
    fit = fit.set_index("architecture").loc[ranked.architecture]
    prediction, measured = (fit[name].to_numpy() for name in ("prediction", "measured"))
    return np.where(measured, ranked.metric, prediction.astype(float)), measured


def stated_std(ranked, fit):
    """Return the standard deviation that a predictor stated of each architecture.

    Parameters
    ----------
    ranked, fit :
        As of ``believed_metrics``; the fit has a column ``std``, too.

    Returns
    -------
    float array of shape (n,)
        In the space's order; NaN where none was stated.
    """
    return fit.set_index("architecture").loc[ranked.architecture, "std"].to_numpy(dtype=float)


def _drawn(measured, count, drawn):
    """Return the places of the measured and of enough others, ascending."""
    others = drawn.choice(np.flatnonzero(~measured), count - int(measured.sum()), replace=False)
    return np.sort(np.concatenate([np.flatnonzero(measured), others]))


def _with(mask, places):
    """Return a mask that is true at some places as well."""
    mask = mask.copy()
    mask[places] = True
    return mask


def outcomes(candidates, believed, measured, verified):
    """Say what selecting by believed metrics is worth, by how much is measured afterwards.

    Parameters
    ----------
    candidates : Candidates
        One draw.
    believed : array of shape (n,)
        The metric as predicted, or as measured.
    measured : bool array of shape (n,)
        Which architectures were measured before.
    verified : sequence of int
        How many are measured; all that are left, where they are fewer.

    Yields
    ------
    dict
        ``verification``, ``verified`` (how many are measured), ``kendall_tau`` and ``deviation_std`` of the believed
        metrics, ``mra``, ``hypervolume``, ``best_hypervolume``, ``kept``. The mean reduction of accuracy is over all
        that one ends up with: the selected; or, verified, the Pareto-optimal ones among what was measured.
    """
    metric = candidates.metric[0]
    selected = candidates.select(believed[None, None])[0, 0]
    order = promising(candidates.accuracy[0], believed, measured, max(verified, default=0))
    # Numbers beyond what is left to measure are one and the same.
    verified = list(dict.fromkeys(min(count, len(order)) for count in verified))
    masks = [selected, *(_with(measured, order[:count]) for count in verified)]
    found = {name: values[0] for name, values in candidates.outcomes(np.array(masks)[None]).items()}
    shared = {
        "kendall_tau": kendall_tau(metric, believed),
        "deviation_std": float((believed - metric).std()),
        "best_hypervolume": candidates.best_hypervolume()[0],
    }
    rows = [
        (0, NONE, 0, "mra_all", "selected"),
        (0, SELECTED, int((selected & ~measured).sum()), "mra_pareto", "kept"),
        *((place, PROMISING, count, "mra_pareto", "kept") for place, count in enumerate(verified, start=1)),
    ]
    for place, verification, count, mra, kept in rows:
        values = {"mra": found[mra][place], "hypervolume": found["hypervolume"][place], "kept": found[kept][place]}
        yield {"verification": verification, "verified": count, **shared, **values}
