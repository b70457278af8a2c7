"""What the weights of structured_gp's components are on devices that no result of their space is about.

The priors (``hwpred.predictors.structured.kernel``) were found by repeating this from wider ones, and rounded.
"""

import numpy as np
import pandas as pd

from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.structure.blocks import PARALLEL
from hwpred.training.data import read_data
from hwpred.training.splits import split_of

SAMPLES = 300


def tabulate(architectures, targets):
    """Fit structured_gp on ``SAMPLES`` architectures of each combination and return the table ``priors``.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each combination, in one order.

    Returns
    -------
    dict of DataFrame
        Of ``summary``.
    """
    files = zip(architectures, targets, strict=True)
    weights = pd.concat([fitted_weights(read_data(*pair)) for pair in files], ignore_index=True)
    return {"priors.csv": summary(weights)}


def fitted_weights(data):
    """Return the weights of the most probable hypothesis: combination, kind, form, leads, weight."""
    train = split_of(data, 0, 0, 0).train(SAMPLES)
    x = StructuredGaussianProcess.encode(data)
    model = StructuredGaussianProcess().fit(x[train], data.target[train])
    best = model.hypotheses_[0]
    rows = []
    for component in best.components_:
        view, kind = component.block.split("/")
        if view == PARALLEL and not component.leads:  # its weight is not learnt
            continue
        rows.append((data.combination, kind, component.form, component.leads, component.weight))
    return pd.DataFrame(rows, columns=["combination", "kind", "form", "leads", "weight"])


def summary(weights):
    """Return the median weight and the standard deviation of its logarithm over devices and components.

    Returns
    -------
    DataFrame
        A row a ``kind`` of block, ``form`` of the kernel and whether its view ``leads``.
    """
    by = weights.assign(logarithm=np.log(weights["weight"])).groupby(["kind", "form", "leads"], sort=False)
    table = by.agg(median=("weight", "median"), deviation=("logarithm", "std"), combinations=("combination", "nunique"))
    table = table.reset_index().sort_values(["leads", "kind"], ascending=[False, True], kind="stable")
    return table.reset_index(drop=True)
