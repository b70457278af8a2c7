"""Predictions of all architectures of a combination, from which to select, and how sure the predictor is."""

import numpy as np
import pandas as pd

ROWS_AT_ONCE = 2048
"""Architectures predicted in one call: their kernels and graphs must fit in memory."""


def predict_all(cls, fitted, encoded):
    """Predict all architectures, a part at a time.

    Parameters
    ----------
    fitted : Predictor
        Of that class.
    encoded : array of shape (n, ...)
        As ``Predictor.encode`` returns them.

    Returns
    -------
    float32 array of shape (n,)
    """
    parts = [cls.predict_many([fitted], [encoded[rows]])[0] for rows in _slices(encoded)]
    return np.concatenate(parts).astype(np.float32)


def std_of_all(fitted, encoded):
    """Return the standard deviations of measurements that a predictor states.

    Parameters
    ----------
    fitted : Predictor
    encoded : array of shape (n, ...)
        As ``Predictor.encode`` returns them.

    Returns
    -------
    float32 array of shape (n,)
        Missing (NaN) if it states none.
    """
    stated = getattr(fitted, "calibrated_std", getattr(fitted, "predict_std", None))
    if stated is None:
        return np.full(len(encoded), np.nan, dtype=np.float32)
    return np.concatenate([stated(encoded[rows]) for rows in _slices(encoded)]).astype(np.float32)


def _slices(encoded):
    return np.split(np.arange(len(encoded)), range(ROWS_AT_ONCE, len(encoded), ROWS_AT_ONCE))


def prediction_frame(data, row, measured, prediction, std):
    """Return the predictions of one fit with columns as ``hwpred.tables.COLUMNS`` has them for ``space_predictions``.

    Parameters
    ----------
    data : Data
    row : dict
        The fit's row of the table of fits.
    measured : int array
        The rows of ``data`` that it learned from.
    prediction, std : float arrays of shape (n,)
        Of ``predict_all`` and ``std_of_all``.

    Returns
    -------
    DataFrame
    """
    flags = np.zeros(len(prediction), dtype=bool)
    flags[measured] = True
    columns = {"train_size": row["train_size"], "seed": row["seed"], "architecture": data.architecture}
    told = {"prediction": np.asarray(prediction, dtype=np.float32), "std": std}
    return pd.DataFrame({**columns, "measured": flags, **told})
