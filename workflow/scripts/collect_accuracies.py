"""Collect the accuracies on digits: the mean over seeds for every architecture, with provenance.

Reads the architectures of the space and all trainings. Writes the table that source ``measured`` reads, and its
description as JSON.
"""

from dataclasses import asdict

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.measurement.class_plan import REPEAT_SEEDS, SEEDS
from hwpred.measurement.digits import DEFAULT
from hwpred.measurement.output import different_machines, period, write_measured
from hwpred.metrics import kendall_tau
from hwpred.spaces.nasbench201 import isomorphism_classes
from hwpred.spaces.reading import read_architectures
from hwpred.tables import read_metadata, read_table, say_what_made_them


def accuracies_of_all(operations, trained):
    """Give every architecture the accuracy of its class: mean, std over seeds, number of seeds."""
    statistics = trained.groupby("architecture").accuracy.agg(value="mean", spread="std", count="size")
    classes = pd.Series(isomorphism_classes(operations))
    representative = classes.map(classes.drop_duplicates().reset_index().set_index(0)["index"])
    return statistics.loc[representative].reset_index(drop=True).rename_axis("architecture").reset_index()


def repeat_tau(trained):
    """Return tau between two independent means over the classes that were trained twice, and their number."""
    means = [
        trained[trained.seed.isin(seeds)].groupby("architecture").accuracy.mean() for seeds in (SEEDS, REPEAT_SEEDS)
    ]
    common = means[0].index.intersection(means[1].index)
    return kendall_tau(means[0][common], means[1][common]), len(common)


def made_by(training_files):
    """Return when, and on which machines, the trainings were done: ``date`` and ``device``."""
    told = {file: read_metadata(file) for file in training_files}
    for file, metadata in told.items():
        if not {"date", "machine"} <= set(metadata):
            raise ValueError(f"{file} does not tell when and on what it was trained; delete it and run again")
    days = [metadata["date"] for metadata in told.values()]
    return {"date": period(days), "device": different_machines(metadata["machine"] for metadata in told.values())}


def collect_accuracies(architectures_file, training_files, command, licence, table_file, facts_file):
    """Write table and facts.

    Parameters
    ----------
    architectures_file : path
    training_files : sequence of path
        All ``trainings``.
    command : str
        By which the values can be made again.
    licence : str or None
        As for ``write_measured``.
    table_file, facts_file : path
        Written.
    """
    made = made_by(training_files)
    operations = read_architectures(architectures_file, "nasbench201").operations
    trained = pd.concat([read_table(file, "trainings") for file in training_files])
    first = trained[trained.seed.isin(SEEDS)]
    frame = accuracies_of_all(operations, first)
    lower, upper = first.groupby("architecture").accuracy.mean().quantile([0.25, 0.75])
    tau, repeated = repeat_tau(trained)
    facts = {
        "unit": "%",
        "direction": "larger",
        "command": command,
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
    write_measured(frame, facts, licence, table_file, facts_file)


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    collect_accuracies(
        job.input.architectures,
        list(job.input.trainings),
        job.params.command,
        job.params.licence,
        job.output.measured,
        job.output.facts,
    )
