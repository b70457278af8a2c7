"""Predictions of all architectures of a combination, from which to select."""

import numpy as np
import pandas as pd

ROWS_AT_ONCE = 2048
"""Architectures predicted in one call: their kernels and graphs must fit in memory."""


def predict_all(cls, fitted, encoded):
    """Return the predictions of one fitted predictor of that class, float32 array of shape (n,)."""
    slices = np.split(np.arange(len(encoded)), range(ROWS_AT_ONCE, len(encoded), ROWS_AT_ONCE))
    parts = [cls.predict_many([fitted], [encoded[rows]])[0] for rows in slices]
    return np.concatenate(parts).astype(np.float32)


def prediction_frame(data, row, measured, prediction):
    """Return the predictions of one fit with columns as ``hwpred.tables.COLUMNS`` has them for ``space_predictions``.

    Parameters
    ----------
    data : Data
    row : dict
        The fit's row of the table of fits.
    measured : int array
        The rows of ``data`` that it learned from.
    prediction : float array of shape (n,)
    """
    flags = np.zeros(len(prediction), dtype=bool)
    flags[measured] = True
    columns = {"train_size": row["train_size"], "seed": row["seed"], "architecture": data.architecture}
    return pd.DataFrame({**columns, "measured": flags, "prediction": np.asarray(prediction, dtype=np.float32)})
