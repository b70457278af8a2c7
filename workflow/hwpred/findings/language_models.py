"""Language models of HW-GPT-Bench: how well predictors do, and what noise and drift leave to them."""

import numpy as np
import pandas as pd

from hwpred.findings.scores import scores_of
from hwpred.findings.single_feature import fit_lines, rows_of
from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.sources import hwgptbench
from hwpred.sources.loading import read_receipts
from hwpred.spaces.reading import read_architectures
from hwpred.tables import read_metadata
from hwpred.training.data import read_data

BLOCK = 100
"""Models that were measured one after the other, over which the drift is told."""
SHUFFLES = 20


def tabulate(fits, architectures, targets, receipts, splits):
    """Return the tables ``gpt`` and ``gpt_drift``.

    Parameters
    ----------
    fits : sequence of path
        Of all predictors and devices.
    architectures, targets : sequence of path
        Of each combination, in one order.
    receipts : sequence of path
        Of all files of measurements.
    splits : dict
        ``run_seed``, ``seeds``, ``train_sizes``, ``test_size`` of the study, for the lines of multiply-accumulates.

    Returns
    -------
    dict of DataFrame
    """
    paths = {file: receipt["path"] for file, receipt in read_receipts(receipts).items()}
    files = list(zip(architectures, targets, strict=True))
    readings = [read_readings(*pair, paths) for pair in files]
    # The models are the same on all devices.
    macs = pd.concat([one.set_index("architecture")["macs"].dropna() for one in readings])
    macs = macs[~macs.index.duplicated()].astype(float)
    lines, drifts = [], []
    for pair, measured in zip(files, readings, strict=True):
        data = read_data(*pair)
        lines.append(rows_of(fit_lines("macs", macs.loc[data.architecture].to_numpy(), data, **splits)))
        told = measured.assign(macs=macs.loc[measured["architecture"]].to_numpy())
        drifts.append({"combination": data.combination, **drift(told, splits["run_seed"])})
    return {"gpt.csv": scores_of(fits, *lines), "gpt_drift.csv": pd.DataFrame(drifts)}


def read_readings(architectures, targets, paths):
    """Return the measurements of a combination in the order in which they were taken.

    Parameters
    ----------
    architectures, targets : path
        Tables of the combination.
    paths : dict
        Of the public files, by their names.

    Returns
    -------
    DataFrame
        ``architecture``, ``macs`` (missing where the files do not tell it), ``operations`` and ``readings``, a list of
        float, of models that did not fail.
    """
    facts = read_metadata(targets, "targets")
    table = read_architectures(architectures, facts["space"])
    request = {"kind": "target", **{key: facts[key] for key in ("space", "task", "device", "metric")}}
    rows = [
        {"architecture": table.index_of(operations), "macs": macs, "operations": operations, "readings": readings}
        for operations, readings, macs in hwgptbench.load_readings(request, paths)
        if readings
    ]
    return pd.DataFrame(rows)


def drift(measured, run_seed):
    """Return how far the device itself changed from one block of models to the next.

    What a model should take is a quadratic regression of the logarithm of its median by the operations of all models;
    what is left is looked at in blocks of ``BLOCK`` models, in the order of measuring.

    Parameters
    ----------
    measured : DataFrame
        Of ``read_readings``, all ``macs`` known.
    run_seed : int

    Returns
    -------
    dict
        ``models``; ``ceiling_noise``: tau between the medians of every other reading and of those between (missing
        where there is one reading); ``tau_of_regression``: tau of that regression on the models that it learnt from;
        ``tau_without_drift``: the same, where each block's median of what is left is taken from its models first;
        ``residual_percent``: standard deviation of what is left; ``drift_percent``: of its medians over blocks;
        ``no_drift_percent``: the same after shuffling the models, mean of ``SHUFFLES``.
    """
    value = np.array([np.median(readings) for readings in measured["readings"]])
    expected = regression(measured, np.log(value))
    left = np.log(value) - expected
    without = np.log(value) - np.repeat(_block_medians(left), BLOCK)[: len(left)]
    shuffled = [generator(run_seed, "drift", i).permutation(left) for i in range(SHUFFLES)]
    return {
        "models": len(measured),
        "ceiling_noise": _halves(measured["readings"]),
        "tau_of_regression": kendall_tau(value, expected),
        "tau_without_drift": kendall_tau(without, expected),
        "residual_percent": 100 * float(left.std()),
        "drift_percent": 100 * _between_blocks(left),
        "no_drift_percent": 100 * float(np.mean([_between_blocks(one) for one in shuffled])),
    }


def regression(measured, y):
    """Return the prediction of ``y`` by a least-squares fit on counts of what layers hold, and products of two.

    Parameters
    ----------
    measured : DataFrame
        From ``read_readings``.
    y : float array of shape (n,)

    Returns
    -------
    float array of shape (n,)
    """
    operations = np.array(measured["operations"].tolist())
    model, heads, ratios = operations[:, :3], operations[:, 3::2], operations[:, 4::2]
    counts = [(part == kind).sum(axis=1) for part in (heads, ratios) for kind in np.unique(part)]
    single = np.column_stack([*model.T, *counts, np.log(measured["macs"].to_numpy(float))]).astype(float)
    single = (single - single.mean(axis=0)) / np.maximum(single.std(axis=0), 1e-12)
    places = np.triu_indices(single.shape[1])
    x = np.column_stack([np.ones(len(y)), single, single[:, places[0]] * single[:, places[1]]])
    return x @ np.linalg.lstsq(x, y, rcond=None)[0]


def _block_medians(left):
    return np.array([np.median(left[start : start + BLOCK]) for start in range(0, len(left), BLOCK)])


def _between_blocks(left):
    return float(np.std(_block_medians(left)))


def _halves(readings):
    """Return tau between the medians of every other reading and of those between."""
    several = [values for values in readings if len(values) > 1]
    if not several:
        return np.nan
    return kendall_tau(*([np.median(values[start::2]) for values in several] for start in (0, 1)))
