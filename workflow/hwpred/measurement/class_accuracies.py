"""The accuracies on digits of all of NAS-Bench-201, from the trainings of its distinct networks."""

from dataclasses import asdict

import pandas as pd

from hwpred.measurement.class_plan import REPEAT_SEEDS, SEEDS
from hwpred.measurement.digits import DEFAULT
from hwpred.measurement.output import different_machines, period
from hwpred.metrics import kendall_tau
from hwpred.spaces.nasbench201 import isomorphism_classes
from hwpred.tables import of_name, read_metadata, read_table


def collect_accuracies(operations, training_files):
    """Return the mean accuracy over seeds of every architecture, and what must be known about it.

    Parameters
    ----------
    operations : int array of shape (architectures, 6)
        All cells of NAS-Bench-201.
    training_files : sequence of path
        All ``trainings``.

    Returns
    -------
    DataFrame, dict
        As ``hwpred.measurement.output.write_measured`` takes them; the values in %.

    Raises
    ------
    ValueError
        If a file does not tell when and on what it was trained.
    """
    made = _made_by(training_files)
    trained = pd.concat([read_table(file, "trainings", of_name(file)) for file in training_files])
    first = trained[trained.seed.isin(SEEDS)]
    lower, upper = first.groupby("architecture").accuracy.mean().quantile([0.25, 0.75])
    tau, repeated = _repeat_tau(trained)
    facts = {
        "unit": "%",
        "direction": "larger",
        **made,
        "trained": "every distinct network, 6 channels and 1 cell a stage, on scikit-learn's digits with noise; seeds "
        "differ in weights and order of the images",
        "classes": int(first.architecture.nunique()),
        "seeds": list(SEEDS),
        "interquartile_range": round(upper - lower, 2),
        "repeat_tau": round(tau, 4),
        "repeated_classes": repeated,
        "protocol": asdict(DEFAULT),
    }
    return _of_all(operations, first), facts


def _of_all(operations, trained):
    """Give every architecture the accuracy of its class: mean, std over seeds, number of seeds."""
    statistics = trained.groupby("architecture").accuracy.agg(value="mean", spread="std", count="size")
    classes = pd.Series(isomorphism_classes(operations))
    representative = classes.map(classes.drop_duplicates().reset_index().set_index(0)["index"])
    return statistics.loc[representative].reset_index(drop=True).rename_axis("architecture").reset_index()


def _repeat_tau(trained):
    """Return tau between two independent means over the classes that were trained twice, and their number."""
    means = [
        trained[trained.seed.isin(seeds)].groupby("architecture").accuracy.mean() for seeds in (SEEDS, REPEAT_SEEDS)
    ]
    common = means[0].index.intersection(means[1].index)
    return kendall_tau(means[0][common], means[1][common]), len(common)


def _made_by(training_files):
    """Return when, and on which machines, the trainings were done: ``date`` and ``device``."""
    told = {file: read_metadata(file) for file in training_files}
    for file, metadata in told.items():
        if not {"date", "machine"} <= set(metadata):
            raise ValueError(f"{file} does not tell when and on what it was trained; delete it and run again")
    days = [metadata["date"] for metadata in told.values()]
    return {"date": period(days), "device": different_machines(metadata["machine"] for metadata in told.values())}
