"""Measuring what looks promising, again and again, with a predictor that learns from it."""

from itertools import pairwise
from time import process_time

import numpy as np
import pandas as pd

from hwpred.selection.promising import promising


def select_adaptively(ranked, first, sizes, predict):
    """Measure random architectures, then round by round the most promising, until the largest size is reached.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
        The architectures to select from.
    first : int array of shape (sizes[0],)
        Places of the random ones.
    sizes : sequence of int
        Architectures measured after each round, ascending, at most as many as there are.
    predict : callable
        From places and round to predicted metrics of all architectures, of shape (n,), smaller is better.

    Returns
    -------
    DataFrame
        One row a size: ``train_size``, ``mra`` and ``hypervolume`` of the Pareto-optimal ones among the measured,
        ``kept``, ``best_hypervolume``, ``seconds`` (CPU, of all rounds until then).

    Raises
    ------
    ValueError
        If the sizes do not ascend, exceed the space, or do not begin with the number of random ones.
    """
    _check_sizes(sizes, len(first), len(ranked))
    candidates = ranked.candidates()
    measured = np.zeros(len(ranked), dtype=bool)
    measured[first] = True
    masks, seconds = [measured.copy()], [0.0]
    for place, size in enumerate(sizes[1:]):
        start = process_time()
        believed = np.where(measured, ranked.metric, predict(np.flatnonzero(measured), place))
        measured[promising(ranked.accuracy, believed, measured, size - int(measured.sum()))] = True
        masks.append(measured.copy())
        seconds.append(seconds[-1] + process_time() - start)
    found = candidates.outcomes(np.array(masks)[None])
    best = candidates.best_hypervolume()[0]
    columns = {"mra": "mra_pareto", "hypervolume": "hypervolume", "kept": "kept"}
    values = {name: found[measure][0] for name, measure in columns.items()}
    return pd.DataFrame({"train_size": sizes, **values, "best_hypervolume": best, "seconds": seconds})


def _check_sizes(sizes, first, architectures):
    for before, after in pairwise(sizes):
        if after <= before:
            raise ValueError(f"training sizes must ascend, but {after} follows {before} in {list(sizes)}; sort them")
    if sizes[-1] > architectures:
        raise ValueError(
            f"training size {sizes[-1]} exceeds the {architectures} architectures that have an accuracy; leave it out"
        )
    if sizes[0] != first:
        raise ValueError(f"{first} architectures are measured at first, but the first training size is {sizes[0]}")
