"""Scores of predictors (``hwpred.findings.scores``) as the tables of pages."""

from functools import partial

import pandas as pd

from hwpred.findings.text import NOTHING, count, decimals, label

SINGLE = {"macs": "multiply-accumulates alone", "activations": "activations alone"}
"""What is no predictor of the registry: a straight line over one number."""
LAST = ("gp", "structured_gp", "transfer_gp")
"""They stand at the end of tables, in this order."""


def _in_percent(value, digits=0):
    return NOTHING if pd.isna(value) else f"{decimals(value, digits)} %"


TEXTS = {
    "kendall_tau": decimals,
    "median_error_percent": partial(_in_percent, digits=1),
    "within_10_percent": _in_percent,
    "coverage_95": _in_percent,
}
"""How each score is written."""


def name_of(predictor):
    """Return what a predictor, or a single number of a network, is called."""
    return SINGLE.get(predictor) or label(predictor)


def in_order(predictors):
    """Return predictors as tables have them: single numbers first, then the others by name, ``LAST`` at the end."""
    groups = (list(SINGLE), sorted(set(predictors) - {*SINGLE, *LAST}), LAST)
    return [predictor for group in groups for predictor in group if predictor in set(predictors)]


def means(table, score):
    """Return the mean of a score over combinations.

    Parameters
    ----------
    table : DataFrame
        From ``hwpred.findings.scores``.
    score : str
        Its column.

    Returns
    -------
    DataFrame
        A row a predictor, a column a training size.
    """
    wide = table.pivot_table(index="predictor", columns="train_size", values=score, aggfunc="mean")
    return wide.loc[[predictor for predictor in in_order(table["predictor"]) if predictor in wide.index]]


def by_size(table, score):
    """Return the mean of a score over combinations as texts, with the names of the predictors.

    Parameters
    ----------
    table, score :
        As of ``means``.

    Returns
    -------
    DataFrame
    """
    wide = means(table, score)
    texts = wide.map(TEXTS[score]).set_axis([count(size) for size in wide.columns], axis=1)
    return texts.set_axis([name_of(predictor) for predictor in wide.index]).rename_axis("measurements")


def by_combination(table, predictor, score, name):
    """Return a score of one predictor as texts.

    Parameters
    ----------
    table : DataFrame
        From ``hwpred.findings.scores``.
    predictor : str
    score : str
        A column of the table.
    name : callable
        From a combination to what its row is called.

    Returns
    -------
    DataFrame
        A row a combination, a column a training size.
    """
    own = table[table["predictor"] == predictor]
    wide = own.pivot(index="combination", columns="train_size", values=score).loc[
        list(dict.fromkeys(own["combination"]))
    ]
    texts = wide.map(TEXTS[score]).set_axis([count(size) for size in wide.columns], axis=1)
    return texts.set_axis([name(combination) for combination in wide.index]).rename_axis("measurements")


def seeds_of(table):
    """Return the least and the most seeds of the trained predictors."""
    seeds = table.loc[table["predictor"] != "lookup", "seeds"]
    return int(seeds.min()), int(seeds.max())
