"""Which public tables drift: the device itself changed while it was measured, which no function of networks can know.

HELP publishes one latency an architecture, in the order of NAS-Bench-201's indices or of its own sample. Nothing in
that order tells of networks, which stand in it at random. So if what a good fit leaves is alike in neighbours, they
were measured one after the other, on a device that changed more slowly than that. Computed latencies show none of it.
"""

from itertools import product

import numpy as np
import pandas as pd

from hwpred.ceilings import ceiling_of_repeats
from hwpred.metrics import spearman
from hwpred.predictors.structured.gp import StructuredGaussianProcess
from hwpred.seeding import generator
from hwpred.training.data import read_data

LEARN = 1000
"""Architectures from which all others are predicted."""
LAGS = (1, 10, 100)
WINDOW = 51
"""Measurements in a row, the median of whose residuals is the state of the device in the middle of them."""
SIZES, DRAWS, TEST = (50, 500), 5, 3000
"""Of the trials: measurements that are learnt from, how often, and on how many others rho is computed."""
SHAPES = {
    "walk": lambda n, rng: rng.normal(size=n).cumsum(),
    "step": lambda n, rng: (np.arange(n) >= rng.integers(n // 4, 3 * n // 4)).astype(float),
    "sine": lambda n, rng: np.sin(2 * np.pi * (2 * np.arange(n) / n + rng.random())),
}
"""Made-up drifts of n measurements: at each a little more or less, once and for good, and up and down twice."""
MADE_UP, NEAR = (0.02, 0.05, 0.1), 0.2
"""Their standard deviations, in shares of the latency, and how far off one may be that counts as found."""
AT_RANDOM, IN_A_ROW = "at_random", "in_a_row"
"""Which measurements are learnt from: drawn from all of the file, or made one after the other, as one's own are."""


def tabulate(architectures, targets, tried, run_seed):
    """Return the tables ``drift`` and ``drift_component``.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each combination, in one order.
    tried : sequence of str
        Combinations on which the component of time is tried.
    run_seed : int

    Returns
    -------
    dict of DataFrame
        ``drift`` has the means of the trials, where there were any, as ``without_component`` and ``with_component``.
    """
    drifts, trials = [], []
    for pair in zip(architectures, targets, strict=True):
        data = read_data(*pair)
        slow, facts = drift(data, run_seed)
        drifts.append({"combination": data.combination, **facts})
        if data.combination in tried:
            trials += component_trials(data, slow, run_seed)
    trials = pd.DataFrame(trials)
    means = trials.groupby("combination")[["without_component", "with_component"]].mean().reset_index()
    drifts = pd.DataFrame(drifts).merge(means, on="combination", how="left")
    return {"drift.csv": drifts, "drift_component.csv": trials}


def drift(data, run_seed):
    """Return the state of the device at each measurement, and how much of a table's differences is its.

    Parameters
    ----------
    data : Data
        Rows in the order of measuring.
    run_seed : int

    Returns
    -------
    slow : float array of shape (n,)
        Logarithm of the factor by which the device was slower than usual.
    facts : dict
        ``lag1``, ``lag10``, ``lag100``: autocorrelation of residuals in file order; ``drift_percent``: standard
        deviation of ``slow``; ``ceiling_structure``: Spearman's rho of what ``structured_gp`` predicts from ``LEARN``
        architectures with all others; ``without_drift``: the same after ``slow`` was taken from each measurement;
        ``ceiling_repeats``: the rho that a perfect prediction reaches (``hwpred.ceilings``).
    """
    rng = generator(run_seed, data.combination, "drift")
    order = rng.permutation(len(data.value))
    train, others = order[:LEARN], np.sort(order[LEARN:])
    x = StructuredGaussianProcess.encode(data)
    prediction = data.in_unit(StructuredGaussianProcess().fit(x[train], data.target[train]).predict(x))
    # A predicted latency below the shortest that was measured is none that any network has.
    residual = np.log(data.value) - np.log(prediction.clip(min=data.value.min()))
    residual[train] = np.nan
    slow = running_median(residual, WINDOW)
    at_rest = np.log(data.value) - slow
    repeats = ceiling_of_repeats(data.space, data.operations, data.value, spearman, run_seed)
    return slow, {
        **{f"lag{lag}": autocorrelation(residual, lag) for lag in LAGS},
        "drift_percent": 100 * float(slow.std()),
        "ceiling_structure": spearman(data.value[others], prediction[others]),
        "ceiling_repeats": repeats[0] if repeats else np.nan,
        "without_drift": spearman(at_rest[others], prediction[others]),
    }


def autocorrelation(residual, lag):
    """Return the correlation of residuals with those ``lag`` places later, where both are known (not NaN).

    Parameters
    ----------
    residual : float array of shape (n,)
    lag : int

    Returns
    -------
    float
        Spearman's.
    """
    pair = np.stack([residual[:-lag], residual[lag:]])
    pair = pair[:, ~np.isnan(pair).any(axis=0)]
    return spearman(*pair)


def running_median(values, window):
    """Return the median of a window around each value, NaN left out, less that of all.

    Parameters
    ----------
    values : float array of shape (n,)
    window : int
        Odd; at the ends it is cut.

    Returns
    -------
    float array of shape (n,)
    """
    half = window // 2
    padded = np.pad(values, half, constant_values=np.nan)
    return np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, window), axis=1) - np.nanmedian(values)


def component_trials(data, slow, run_seed):
    """Return how well ``structured_gp`` ranks architectures on the device at rest, told the time of measuring or not.

    Parameters
    ----------
    data : Data
    slow : float array of shape (n,)
        As ``drift`` returns it.
    run_seed : int

    Returns
    -------
    list of dict
        ``combination``, ``chosen`` (``AT_RANDOM`` or ``IN_A_ROW``), ``train_size``, ``draws``, ``without_component``
        and ``with_component``: means of Spearman's rho with the measurements less ``slow``, over ``TEST`` architectures
        that were not learnt from.
    """
    rows, n, at_rest = [], len(slow), np.log(data.value) - slow
    plain = StructuredGaussianProcess.encode(data)
    timed = plain.measured_at(np.arange(n))
    for chosen in (AT_RANDOM, IN_A_ROW):
        for size in SIZES:
            scores = []
            for draw in range(DRAWS):
                rng = generator(run_seed, data.combination, "drift", chosen, size, draw)
                start = rng.integers(n - size)
                train = rng.permutation(n)[:size] if chosen == AT_RANDOM else start + rng.permutation(size)
                rest = rng.permutation(np.setdiff1d(np.arange(n), train))[:TEST]
                fits = [StructuredGaussianProcess().fit(x[train], data.target[train]) for x in (plain, timed)]
                scores.append([spearman(at_rest[rest], fit.predict(plain[rest])) for fit in fits])
            without, told = np.mean(scores, axis=0)
            facts = {"combination": data.combination, "chosen": chosen, "train_size": size, "draws": DRAWS}
            rows.append({**facts, "without_component": without, "with_component": told})
    return rows


def tabulate_made_up(architectures, targets, steady, run_seed):
    """Return the table ``drift_made_up``: what is found of drifts that were added to tables without one.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each combination, in one order.
    steady : sequence of str
        Combinations that hardly drift.
    run_seed : int

    Returns
    -------
    dict of DataFrame
    """
    rows = []
    for pair in zip(architectures, targets, strict=True):
        data = read_data(*pair)
        if data.combination in steady:
            rows += made_up_trials(data, run_seed)
    return {"drift_made_up.csv": pd.DataFrame(rows)}


def made_up_trials(data, run_seed):
    """Return how large ``structured_gp`` finds drifts of known size in measurements at random places of a table.

    Parameters
    ----------
    data : Data
        On a device at rest.
    run_seed : int

    Returns
    -------
    list of dict
        ``combination``, ``shape`` (of ``SHAPES``), ``size_percent``, ``measurements``, ``draws``; ``found_percent``,
        ``least_percent``, ``most_percent``: median, smallest and largest standard deviation found; ``near_percent``:
        share of the draws in which it is within ``NEAR`` of the true one.
    """
    rows, x = [], StructuredGaussianProcess.encode(data)
    for n, shape, size in product(SIZES, SHAPES, MADE_UP):
        found = []
        for draw in range(DRAWS):
            rng = generator(run_seed, data.combination, "made-up drift", shape, n, draw)
            train = rng.permutation(len(data.value))[:n]
            found.append(100 * found_drift(x[train], data.value[train], size * made_up_drift(shape, n, rng)))
        facts = {"combination": data.combination, "shape": shape, "size_percent": 100 * size, "measurements": n}
        told = {"found_percent": np.median(found), "least_percent": min(found), "most_percent": max(found)}
        near = 100 * np.mean(np.abs(np.array(found) / (100 * size) - 1) <= NEAR)
        rows.append({**facts, "draws": DRAWS, **told, "near_percent": near})
    return rows


def made_up_drift(shape, n, rng):
    """Draw a drift of mean 0 and standard deviation 1.

    Parameters
    ----------
    shape : str
        Of ``SHAPES``.
    n : int
        Number of measurements.
    rng : numpy.random.Generator

    Returns
    -------
    float array of shape (n,)
    """
    drift = SHAPES[shape](n, rng)
    return (drift - drift.mean()) / drift.std()


def found_drift(x, value, drift):
    """Return the standard deviation, in shares of the metric, of what ``structured_gp`` takes for drift.

    Parameters
    ----------
    x : Structured
    value : float array of shape (n,)
        The metric on a device at rest.
    drift : float array of shape (n,)
        Logarithms of the factors by which measurements in a row differ from that.

    Returns
    -------
    float
    """
    value = value * np.exp(drift)
    model = StructuredGaussianProcess().fit(x.measured_at(np.arange(len(value))), (value - value.mean()) / value.std())
    return np.std(model.drift() * value.std() / value)
