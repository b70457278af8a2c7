"""timm's image networks: how well their time is known after few measurements, and what a choice under a limit loses."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from hwpred.findings.scores import KEY, scores_of
from hwpred.findings.single_feature import fit_lines, rows_of
from hwpred.metrics import kendall_tau
from hwpred.selection.limits import QUANTILES, Choosing, limit_at
from hwpred.sources.loading import read_receipts
from hwpred.sources.timm_csv import NAME, SIZE, read_rows
from hwpred.spaces import get_space
from hwpred.tables import of_predictor, read_metadata, read_table
from hwpred.training.data import read_data

SINGLE = {"macs": "infer_gmacs", "activations": "infer_macts"}
"""What stands alone -> timm's column: multiply-accumulates in 10^9, and numbers in the outputs of layers in 10^6."""
LEAST = 0.005
"""timm writes two decimals."""
TIMED = 5
"""Networks that are timed at most after choosing, until one keeps the limit."""


def tabulate(fits, space_predictions, architectures, targets, accuracies, receipts, splits):
    """Return the tables ``zoo``, ``zoo_selection`` and ``zoo_agreement``.

    Parameters
    ----------
    fits, space_predictions : sequence of path
        Of all predictors and set-ups.
    architectures, targets, accuracies, receipts : sequence of path
        Of each set-up, in one order; receipts are those of the CSV files.
    splits : dict
        ``run_seed``, ``seeds``, ``train_sizes``, ``test_size`` of the study, for what is fitted here.

    Returns
    -------
    dict of DataFrame
    """
    selections, lines, known = [], [], single_features(receipts)
    for files in zip(architectures, targets, accuracies, strict=True):
        data, quality = read_data(*files[:2]), _quality(files[2])
        of_one = [file for file in space_predictions if Path(file).parts[-3] == data.combination]
        selections += [choices(data, quality, **fit) for file in of_one for fit in predictions_of(file)]
        names = [get_space("zoo").names[place] for place in data.operations[:, 0]]
        for name, feature in known.reindex(names).items():
            fitted = list(fit_lines(name, feature.to_numpy(), data, **splits))
            lines.append(rows_of(fitted))
            selections += [
                choices(data, quality, line.row, np.isin(np.arange(len(data.target)), line.train), line.prediction)
                for line in fitted
            ]
    chosen = pd.concat(selections, ignore_index=True)
    return {
        "zoo.csv": scores_of(fits, *lines),
        "zoo_selection.csv": selection_table(chosen),
        "zoo_agreement.csv": agreement(targets),
    }


def agreement(targets):
    """Return ``zoo_agreement``: how well the times of two set-ups agree, over the networks that both measured.

    Parameters
    ----------
    targets : sequence of path

    Returns
    -------
    DataFrame
        ``first``, ``second`` (combinations), ``networks``, ``kendall_tau``.
    """
    known = {read_metadata(file)["combination"]: read_table(file, "targets") for file in targets}
    values = {name: table.set_index("architecture")["value"] for name, table in known.items()}
    rows = []
    for first, second in combinations(values, 2):
        both = pd.concat([values[first], values[second]], axis=1, join="inner").to_numpy()
        tau = kendall_tau(*both.T)
        rows.append({"first": first, "second": second, "networks": len(both), "kendall_tau": tau})
    return pd.DataFrame(rows)


def single_features(receipts):
    """Return the logarithms of what stands alone, a DataFrame: a row a network, the columns of ``SINGLE``.

    They depend on no device, so that of a network which one file says nothing of, another one does.

    Parameters
    ----------
    receipts : sequence of path
    """
    tables = [read_rows(told["path"], (NAME, SIZE), SINGLE.values()) for told in read_receipts(receipts).values()]
    rows = pd.concat(tables).dropna(subset=list(SINGLE.values())).drop_duplicates("network").set_index("network")
    return pd.DataFrame({name: np.log(rows[column].clip(lower=LEAST)) for name, column in SINGLE.items()})


def predictions_of(file):
    """Yield ``row``, ``measured`` and ``prediction`` of each fit in a file of predictions of all networks."""
    combination, predictor = Path(file).parts[-3:-1]
    table = read_table(file, "space_predictions", of_predictor(file))
    for (size, seed), fit in table.groupby(["train_size", "seed"]):
        row = {"combination": combination, "predictor": predictor, "train_size": size, "seed": seed}
        yield {"row": row, "measured": fit["measured"].to_numpy(), "prediction": fit["prediction"].to_numpy()}


def _quality(accuracy):
    return read_table(accuracy, "accuracy").set_index("architecture")["accuracy"]


def choices(data, quality, row, measured, prediction):
    """Return what choosing by predictions leads to, a row a limit.

    The network of the best top-1 is chosen among those that are believed to keep the limit: by their measurement, if
    they were measured, and else by the prediction.

    Parameters
    ----------
    data : Data
    quality : Series
        Top-1 by architecture, of those that have one: the others take no part.
    row : dict
        Of the fit: ``KEY`` and ``seed``.
    measured : bool array of shape (n,)
        Which networks the fit learnt from.
    prediction : float array of shape (n,)
        On the scale of the target.

    Returns
    -------
    DataFrame
        ``KEY``, ``seed``, ``limit_quantile``; ``broken``: whether the choice breaks the limit, or none is believed to
        keep it; ``lost``: top-1 of the best network that keeps the limit, less that of the choice, missing if broken;
        ``lost_timed``: the same where the best, then the next best and so on, ``TIMED`` at most, are timed until one
        keeps the limit, missing if none does.
    """
    has = np.isin(data.architecture, quality.index)
    top1, target = quality.loc[data.architecture[has]].to_numpy(), data.target[has]
    believed = np.where(measured[has], target, prediction[has]).astype(np.float32)
    choosing = Choosing(top1, target, believed, np.full(len(target), np.nan), measured[has])
    rows = []
    for quantile in QUANTILES:
        limit = float(target[list(limit_at(target, quantile))].mean())
        first, timed = choosing.outcomes(limit, 0.0, (0, TIMED))
        broken = first["broken"] or first["place"] < 0
        told = {"limit_quantile": quantile, "broken": broken, "lost": first["quality_lost"]}
        rows.append({**row, **told, "lost_timed": timed["quality_lost"]})
    return pd.DataFrame(rows)


def selection_table(chosen):
    """Return the rows of ``zoo_selection``: means over seeds of what ``choices`` says."""
    groups = chosen.groupby([*KEY, "limit_quantile"], sort=False)
    table = groups.agg(
        seeds=("seed", "nunique"),
        top1_lost=("lost", "mean"),
        broken_percent=("broken", lambda broken: 100 * broken.mean()),
        top1_lost_timed=("lost_timed", "mean"),
        broken_timed_percent=("lost_timed", lambda lost: 100 * lost.isna().mean()),
    )
    return table.reset_index()
