"""timm's image networks of a family of which none was timed: how good predictions are, and whether intervals know."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from hwpred.findings.scores import SCORES, SHARES
from hwpred.metrics import coverage, kendall_tau, relative_errors
from hwpred.predictors.base import Problem
from hwpred.predictors.registry import get_predictor
from hwpred.seeding import generator
from hwpred.spaces import get_space
from hwpred.training.data import read_data

PREDICTORS = ("structured_gp", "gp")
FAMILIES = 10
"""The largest are left out, one after the other."""
SIZES, SEEDS = (50, 100), 3
KEY = ["combination", "predictor", "family", "train_size"]


def tabulate(architectures, targets, run_seed):
    """Return the table ``zoo_families``: means over seeds.

    Parameters
    ----------
    architectures, targets : sequence of path
        Of each set-up, in one order.
    run_seed : int

    Returns
    -------
    dict of DataFrame
        Columns ``KEY``, ``networks`` (of the family, all of them predicted), ``seeds``, ``kendall_tau`` (within the
        family), ``median_error_percent``, ``within_10_percent`` and ``coverage_95``.
    """
    files = zip(architectures, targets, strict=True)
    rows = pd.DataFrame([row for pair in files for row in left_out(read_data(*pair), run_seed)])
    means = rows.groupby([*KEY, "networks"], sort=False).agg(
        seeds=("seed", "nunique"), **{name: (name, "mean") for name in SCORES}
    )
    means[SHARES] *= 100
    return {"zoo_families.csv": means.reset_index()}


def family_of(name):
    """Return the family of a network: its name up to the first digit or underscore, without a version or ``tf_``.

    Networks whose names begin with ``tf_`` are the same families with TensorFlow's padding, and those of a second
    version are built alike: ``convnextv2_tiny`` belongs to ``convnext``.
    """
    return re.match(r"[a-z]+?(?=v?\d|_|@|$)", name.removeprefix("tf_")).group()


def largest_families(names):
    """Return the families of the most networks, the largest first."""
    return [family for family, _ in Counter(map(family_of, names)).most_common(FAMILIES)]


def left_out(data, run_seed):
    """Fit without a family, and test on all of it.

    Parameters
    ----------
    data : Data
    run_seed : int

    Yields
    ------
    dict
        A row a family, predictor, size and seed.
    """
    names = np.array([get_space(data.space).names[place] for place in data.operations[:, 0]])
    families = np.array([family_of(name) for name in names])
    for family in largest_families(names):
        test, others = np.flatnonzero(families == family), np.flatnonzero(families != family)
        draws = [generator(run_seed, data.combination, family, seed).permutation(others) for seed in range(SEEDS)]
        facts = {"combination": data.combination, "family": family, "networks": len(test)}
        for predictor in (key for key in PREDICTORS if not get_predictor(key).why_left_out(data)):
            tasks = [(size, seed) for size in SIZES for seed in range(SEEDS)]
            fitted = _fit(predictor, data, [draws[seed][:size] for size, seed in tasks], test)
            for (size, seed), scores in zip(tasks, fitted, strict=True):
                yield {**facts, "predictor": predictor, "train_size": size, "seed": seed, **scores}


def _fit(predictor, data, trains, test):
    cls = get_predictor(predictor)
    encoded = cls.encode(data)
    models = cls.fit_many([Problem(encoded[train], data.target[train], None) for train in trains])
    for model in models:
        prediction, std = model.predict(encoded[test]), model.predict_std(encoded[test])
        yield {
            "kendall_tau": kendall_tau(data.target[test], prediction),
            **relative_errors(data.value[test], data.in_unit(prediction)),
            "coverage_95": coverage(0.95, data.target[test], prediction, std),
        }
