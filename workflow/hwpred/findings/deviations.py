"""The shape of deviations (predicted minus true): are they normal, and smaller without 3x3 convolutions?"""

import numpy as np
import pandas as pd
from scipy import stats

from hwpred.figures.averages import trained_rows
from hwpred.figures.reading import read_blocks
from hwpred.selection.reading import read_operations
from hwpred.spaces.nasbench201 import OPERATIONS

CONVOLUTION = OPERATIONS.index("nor_conv_3x3")
SHAPE = ["kurtosis", "off_centre", "beyond_3_std_percent", "within_half_std_percent"]
SHAPE += ["std_without_conv3x3", "std_with_conv3x3"]
FIT = ["combination", "predictor", "train_size"]


def tabulate(predictions, architectures):
    """Return the table ``deviations``: means over seeds of the shape of each fit's deviations.

    Parameters
    ----------
    predictions : sequence of path
        Predictions on nasbench201.
    architectures : sequence of path
        The table of its architectures.

    Returns
    -------
    dict of DataFrame
        A row of ``FIT``: excess ``kurtosis``; ``off_centre``, the absolute mean over the standard deviation;
        ``beyond_3_std_percent`` and ``within_half_std_percent``, of the test set; standard deviations of the
        architectures without and with a 3x3 convolution (in standard deviations of the metric); ``seeds``.
    """
    table = trained_rows(read_blocks(predictions, "predictions")[0])
    (space,) = table["space"].unique()
    used = np.unique(table["architecture"])
    operations = read_operations(architectures[0], used, space)
    convolved = pd.Series((operations == CONVOLUTION).any(axis=1), index=used)
    table = table.assign(
        deviation=table["prediction"].astype(float) - table["target"].astype(float),
        convolved=table["architecture"].map(convolved),
    )
    fits = table.groupby([*FIT, "seed"])
    groups = pd.DataFrame([shape(fit) for _, fit in fits], index=fits.size().index).groupby(level=FIT)
    return {"deviations.csv": groups[SHAPE].mean().assign(seeds=groups.size()).reset_index()}


def shape(fit):
    """Return ``SHAPE`` of one fit, of whose test set ``deviation`` and ``convolved`` are columns."""
    deviation = fit["deviation"].to_numpy()
    standardised = (deviation - deviation.mean()) / deviation.std()
    values = (
        stats.kurtosis(deviation),
        abs(deviation.mean()) / deviation.std(),
        100 * (np.abs(standardised) > 3).mean(),
        100 * (np.abs(standardised) < 0.5).mean(),
        fit.loc[~fit["convolved"], "deviation"].std(),
        fit.loc[fit["convolved"], "deviation"].std(),
    )
    return dict(zip(SHAPE, map(float, values), strict=True))
