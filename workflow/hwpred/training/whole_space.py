"""Predictions of all architectures of a combination, from which to select, and how sure the predictor is."""

import numpy as np
import pandas as pd


def predict_all(cls, fitted, encoded):
    """Predict all architectures, as many at a time as the predictor says.

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
    parts = [cls.predict_many([fitted], [encoded[rows]])[0] for rows in _slices(cls, encoded)]
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
    return np.concatenate([stated(encoded[rows]) for rows in _slices(fitted, encoded)]).astype(np.float32)


def predict_all_with_std(cls, fitted, encoded):
    """Return what ``predict_all`` and ``std_of_all`` do, in one pass where the predictor has one.

    Parameters
    ----------
    fitted : Predictor
        Of that class.
    encoded : array of shape (n, ...)
        As ``Predictor.encode`` returns them.

    Returns
    -------
    prediction, std : float32 arrays of shape (n,)
    """
    if not hasattr(fitted, "predict_with_calibrated_std"):
        return predict_all(cls, fitted, encoded), std_of_all(fitted, encoded)
    parts = [fitted.predict_with_calibrated_std(encoded[rows]) for rows in _slices(cls, encoded)]
    return tuple(np.concatenate(each).astype(np.float32) for each in zip(*parts, strict=True))


def _slices(predictor, encoded):
    rows, at_once = np.arange(len(encoded)), predictor.rows_at_once
    return [rows] if at_once is None else np.split(rows, range(at_once, len(rows), at_once))


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
        Of ``predict_all_with_std``.

    Returns
    -------
    DataFrame
    """
    flags = np.zeros(len(prediction), dtype=bool)
    flags[measured] = True
    columns = {"train_size": row["train_size"], "seed": row["seed"], "architecture": data.architecture}
    told = {"prediction": np.asarray(prediction, dtype=np.float32), "std": std}
    return pd.DataFrame({**columns, "measured": flags, **told})
