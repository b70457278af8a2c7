"""What one gets for a time budget by measuring only, predicting, verifying, or measuring adaptively.

Whoever takes the best of hundreds of ways by a few seeds is promised too much. So a way is chosen by one half of
the seeds and judged by the other half.
"""

import numpy as np
import pandas as pd

from hwpred.seeding import generator
from hwpred.selection.predicted import NONE, PROMISING

MEASURE, PREDICT, VERIFY, ADAPTIVE = "measure", "predict", "verify", "adaptive"
KEY = ["strategy", "predictor", "train_size", "verified"]
VALUES = ("mra", "hypervolume_percent")
MEASURE_TRIALS = 100
SIZES_PER_DOUBLING = 4
"""How finely the numbers of random measurements stand."""


def offers(selections, adaptive, fits, ranked, seconds_per_measurement, names):
    """Tell what each way to spend time costs and yields on one combination, when all architectures can be selected.

    Parameters
    ----------
    selections, adaptive : DataFrames
        ``predicted_selection`` and ``adaptive_selection`` tables.
    fits : DataFrame
        Of all predictors and seeds: what fitting and predicting cost.
    ranked : hwpred.selection.ranked.RankedArchitectures
    seconds_per_measurement : float
        On the device.
    names : tuple
        Names of the random generators of random measurements.

    Returns
    -------
    DataFrame
        A row a way (``KEY``) and seed: ``seconds``, mean over the way's seeds; ``mra``;
        ``hypervolume_percent``, of the best one.
    """
    costs = fits.groupby(["predictor", "train_size"])[["fit_seconds", "search_seconds", "predict_seconds"]].mean()
    costs = costs["fit_seconds"] + costs["search_seconds"] + costs["predict_seconds"] * len(ranked)
    predicted = selections[selections["architectures"] == len(ranked)]
    predicted = predicted[predicted["verification"].isin([NONE, PROMISING])]
    predicted = predicted.assign(
        strategy=predicted["verification"].map({NONE: PREDICT, PROMISING: VERIFY}),
        seconds=costs.loc[pd.MultiIndex.from_frame(predicted[["predictor", "train_size"]])].to_numpy(),
    )
    rows = pd.concat(
        [
            predicted,
            adaptive.assign(strategy=ADAPTIVE, verified=0),
            measure_only(ranked, names).assign(strategy=MEASURE, predictor="", verified=0, seconds=0.0),
        ]
    )
    rows["seconds"] += (rows["train_size"] + rows["verified"]) * seconds_per_measurement
    rows["seconds"] = rows.groupby(KEY)["seconds"].transform("mean")
    rows["hypervolume_percent"] = 100 * rows["hypervolume"] / rows["best_hypervolume"]
    return rows[[*KEY, "seed", "seconds", "mra", "hypervolume_percent"]].sort_values([*KEY, "seed"], ignore_index=True)


def measure_only(ranked, names):
    """Measure random architectures and keep the Pareto-optimal ones.

    Parameters
    ----------
    ranked : hwpred.selection.ranked.RankedArchitectures
    names : tuple
        Of the random generator.

    Returns
    -------
    DataFrame
        One row a number of architectures (``train_size``) and trial (``seed``): ``mra``, ``hypervolume``,
        ``best_hypervolume``.
    """
    everything = ranked.candidates()
    best = everything.best_hypervolume()[0]
    doublings = np.arange(2 * SIZES_PER_DOUBLING, SIZES_PER_DOUBLING * np.log2(len(ranked))) / SIZES_PER_DOUBLING
    sizes = np.unique((2**doublings).astype(int))
    trials = range(MEASURE_TRIALS)
    orders = np.array([generator(*names, "measure", trial).permutation(len(ranked)) for trial in trials])
    frames = []
    # All trials of one size together: rows of one length need no padding. A few architectures have no such sizes.
    for size in sizes if len(sizes) else [len(ranked) - 1]:
        measured = np.zeros(orders.shape, dtype=bool)
        np.put_along_axis(measured, orders[:, :size], True, axis=1)
        found = everything.outcomes(measured[None])
        values = {"mra": found["mra_pareto"][0], "hypervolume": found["hypervolume"][0]}
        frames.append(pd.DataFrame({"train_size": size, "seed": trials, **values, "best_hypervolume": best}))
    return pd.concat(frames, ignore_index=True)


def ways(offered):
    """Return each way to spend time once.

    Parameters
    ----------
    offered : DataFrame
        From ``offers``.

    Returns
    -------
    DataFrame
        ``KEY``; ``seconds``; mean and sample standard deviation over seeds (missing for one) of ``mra`` and of
        ``hypervolume_percent``; ``seeds``.
    """
    groups = offered.groupby(KEY)
    columns = {"seconds": groups["seconds"].first()}
    for name in VALUES:
        columns |= {f"{name}_mean": groups[name].mean(), f"{name}_std": groups[name].std(ddof=1)}
    return pd.DataFrame({**columns, "seeds": groups["seed"].nunique()}).reset_index()


def best_by_budget(offered, minutes, by=("strategy", "predictor")):
    """Return the way that keeps most hypervolume within each budget, for each strategy and predictor.

    Parameters
    ----------
    offered : DataFrame
        From ``offers``.
    minutes : sequence of float
        The budgets.
    by : sequence of str
        Columns of ``KEY``: of ways that are equal in these the best one is returned.

    Returns
    -------
    DataFrame
        ``minutes`` and the columns of ``ways``: the way that is best over all seeds. The means are what the ways that
        are best in one half of the seeds (every second one) yield in the other half. One seed cannot be judged so, and
        its own values stand there.
    """
    told = ways(offered)
    halves = [_means(offered, half).reindex(pd.MultiIndex.from_frame(told[KEY])) for half in (1, 0)]
    parts = [told.head(0).assign(minutes=0.0)]
    for limit in minutes:
        within = told[told["seconds"] <= 60 * limit]
        chosen = _best(within, within["hypervolume_percent_mean"], by)
        judged = pd.concat([_judged(within, *pair, by) for pair in (halves, halves[::-1])])
        chosen = chosen.merge(judged.groupby(list(by), as_index=False).mean(), how="left", on=list(by))
        for name in VALUES:
            chosen[f"{name}_mean"] = chosen[name].fillna(chosen[f"{name}_mean"])
        parts.append(chosen.sort_values(KEY).assign(minutes=limit))
    best = pd.concat(parts, ignore_index=True)
    return best[["minutes", *told.columns]]


def _means(offered, half):
    """Return the means of every second seed of each way, from the first or from the second on."""
    place = offered.groupby(KEY)["seed"].rank()
    return offered[place % 2 == half].groupby(KEY)[list(VALUES)].mean()


def _best(within, hypervolume, by):
    """Return the row of each ``by`` with the largest hypervolume; of equal ones the cheapest."""
    ranked = within.assign(_hypervolume=hypervolume).dropna(subset="_hypervolume")
    ranked = ranked.sort_values(["_hypervolume", "seconds"], ascending=[False, True], kind="stable")
    return ranked.drop_duplicates(list(by)).drop(columns="_hypervolume")


def _judged(within, choosing, judging, by):
    """Return what the ways that are best in one half yield in the other."""
    chosen = _best(within, choosing["hypervolume_percent"].to_numpy()[within.index], by)
    return chosen[list(by)].join(judging.iloc[chosen.index].set_axis(chosen.index))


def budgets(seconds_per_measurement, architectures, fewest=10):
    """Return round budgets of time, from that of few measurements to that of all.

    Parameters
    ----------
    seconds_per_measurement : float
    architectures : int
        How many there are.
    fewest : int
        Number of measurements that the smallest budget has time for.

    Returns
    -------
    list of float
        In minutes: 1, 2, 5, 10, ...
    """
    fewest = min(fewest, max(1, architectures // 3))
    low, high = (count * seconds_per_measurement / 60 for count in (fewest, architectures))
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = [float(f"{power * step:.1g}") for power in powers for step in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]
