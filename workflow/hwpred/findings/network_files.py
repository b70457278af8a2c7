"""Forty networks of five families in ONNX files: what predictors of ten of them make of times of the others."""

import logging
import runpy
import tempfile
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
from scipy.optimize import nnls

from hwpred.advice.device import fit
from hwpred.metrics import kendall_tau
from hwpred.seeding import generator
from hwpred.sources.network_files import read_networks

PREDICTORS = ("structured_gp", "ridge_reg", "gp", "xgb")
SIZES, TESTED, SEEDS = (10, 20, 30), 10, 20
WITHIN = 10
"""%."""
COLUMNS = [
    *("predictor", "train_size", "seeds", "kendall_tau", "median_error_percent", "within_10_percent", "coverage_95"),
]


def tabulate(times, program):
    """Return the table ``onnx``.

    The networks are written anew by the program, which always writes the same, and their operators are counted; the
    times were measured once. Each seed draws ten networks to be tested and an order of the other thirty; a smaller
    training set is the beginning of a larger one. Nothing was chosen by these numbers.

    Parameters
    ----------
    times : sequence of path
        CSV with the columns ``file`` and ``value``, in ms.
    program : sequence of path
        ``examples/write_networks.py``.

    Returns
    -------
    dict of DataFrame
        A row a predictor and training size, means over seeds. ``macs`` is a line through the logarithms of
        multiply-accumulates and of the time; ``sums`` a sum of multiply-accumulates, bytes and operators (as executed)
        with weights that are not negative, which minimise the squared relative errors.
    """
    logging.getLogger("hwpred.advice").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        write_networks(program[0], folder)
        space = read_networks(folder)
    times = pd.read_csv(times[0]).set_index("file")["value"].loc[list(space.names)].to_numpy()
    rows = []
    for seed in range(SEEDS):
        order = generator("onnx", seed).permutation(len(times))
        for size in SIZES:
            train, test = order[TESTED : TESTED + size], order[:TESTED]
            for predictor, found in _predicted(space, times, train, test):
                rows.append({"predictor": predictor, "train_size": size, "seed": seed, **_quality(times[test], *found)})
    table = pd.DataFrame(rows).groupby(["predictor", "train_size"], sort=False)
    return {"onnx.csv": table.mean().drop(columns="seed").assign(seeds=table.size()).reset_index()[COLUMNS]}


def write_networks(program, folder):
    """Write the networks of ``examples/write_networks.py`` into a folder.

    Parameters
    ----------
    program : path
        ``examples/write_networks.py``.
    folder : path
    """
    for name, model in runpy.run_path(program)["family"]().items():
        onnx.save(model, Path(folder, name))


def _predicted(space, times, train, test):
    """Yield each predictor with the predictions of the tested networks, and their 95 % intervals where it has any."""
    for predictor in PREDICTORS:
        table = pd.DataFrame({"file": np.array(space.names)[train], "value": times[train]})
        device = fit(table, space, predictor=predictor)
        found = device.predict(test[:, None])
        yield predictor, (found["value"], found["lower"], found["upper"])
    totals = space.by_class("executed").sum(axis=2)
    macs = np.log(totals[:, 0])
    yield "macs", (np.exp(np.polyval(np.polyfit(macs[train], np.log(times[train]), 1), macs[test])),)
    scale = totals[train].mean(axis=0)
    weights, _ = nnls(totals[train] / scale / times[train, None], np.ones(len(train)))
    yield "sums", (totals[test] / scale @ weights,)


def _quality(times, prediction, lower=None, upper=None):
    off = 100 * np.abs(prediction / times - 1)
    return {
        "kendall_tau": kendall_tau(times, np.asarray(prediction)),
        "median_error_percent": float(np.median(off)),
        "within_10_percent": float(100 * (off <= WITHIN).mean()),
        "coverage_95": np.nan if lower is None else float(100 * ((lower <= times) & (times <= upper)).mean()),
    }
