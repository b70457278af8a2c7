"""Cross-validation over the rows of one device, in folds that a row never leaves."""

import hashlib

import numpy as np

from hwpred.advice.models import LOOKUP
from hwpred.errors import InputError
from hwpred.spaces import get_space

FOLDS = 10
FEWEST = 5
"""Rows without which nothing is fitted."""


def check_values(metric, value):
    """Check that something can be learnt from measurements.

    Parameters
    ----------
    metric : str
    value : float array of shape (n,)
        Of each architecture that was measured.

    Raises
    ------
    InputError
        If they are too few, or all the same.
    """
    from hwpred.sources.measurements import check_varies

    if len(value) < FEWEST:
        are = "architecture is" if len(value) == 1 else "architectures are"
        raise InputError(f"{len(value)} {are} measured, and at least {FEWEST} are needed; measure more")
    check_varies(metric, value)


def hashes(space, operations):
    """Return a number for each architecture that depends on the architecture alone.

    Parameters
    ----------
    space : str or Space
    operations : int array of shape (n, positions)

    Returns
    -------
    uint64 array of shape (n,)
        The first 64 bits of the SHA-256 of the space and the architecture's text.
    """
    texts = [f"{space} {get_space(space).to_text(row)}" for row in operations]
    return np.array([int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts], np.uint64)


def folds_of(space, operations):
    """Return the fold of each architecture; architectures that come later move no other one.

    Parameters
    ----------
    space, operations :
        As of ``hashes``.

    Returns
    -------
    int array of shape (n,)
        From 0 to ``FOLDS`` - 1.
    """
    return (hashes(space, operations) % FOLDS).astype(int)


def held_out(model, operations, value, keep=None, time=None):
    """Predict each row by a model that learnt from the rows of the other folds.

    Parameters
    ----------
    model : Model
        Not fitted, or fitted: only its settings count.
    operations : int array of shape (n, positions)
        Architectures that were measured, each once.
    value : float array of shape (n,)
        The metric of each, in its unit.
    keep : bool array of shape (n,), optional
        Rows that may be learnt from; all, if not given.
    time : float array of shape (n,), optional
        When each row was measured.

    Returns
    -------
    prediction, std : float arrays of shape (n,)
        NaN where nothing is predicted, or the predictor knows no std.

    Raises
    ------
    InputError
        If the predictor cannot be validated on these rows.
    """
    keep = np.ones(len(value), dtype=bool) if keep is None else keep
    trains, tests = _parts(model, operations, keep)
    prediction, std = np.full(len(value), np.nan), np.full(len(value), np.nan)
    times = [None if time is None else time[train] for train in trains]
    fitted = model.fit_many([(operations[train], value[train], t) for train, t in zip(trains, times, strict=True)])
    for one, test in zip(fitted, tests, strict=True):
        prediction[test], std[test] = one.predict_with_std(operations[test])
    return prediction, std


def _parts(model, operations, keep):
    """Return the rows to learn from, and those to predict, of each fold that has any."""
    if model.key == LOOKUP:
        return _beside_the_table(model, operations)
    fold = folds_of(model.space, operations)
    if len(np.unique(fold)) == 1:
        fold = np.arange(len(fold))
    kinds = np.unique(fold)
    return [(fold != kind) & keep for kind in kinds], [fold == kind for kind in kinds]


def _beside_the_table(model, operations):
    """A lookup table learns from the architectures of its design, which are held out of nothing."""
    from hwpred.predictors.classical.lookup import LookupTable

    design = set(map(tuple, LookupTable.measured(model.space).tolist()))
    is_in = np.array([tuple(row) in design for row in operations.tolist()])
    if (~is_in).sum() < FEWEST:
        raise InputError(
            f"the lookup table learns from its {len(design)} architectures alone, and {int((~is_in).sum())} others are "
            f"measured; at least {FEWEST} are needed to tell how good it is"
        )
    return [is_in], [~is_in]
