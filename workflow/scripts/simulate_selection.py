"""Simulate the selection of architectures by metrics that deviate from the true ones.

Reads architectures, targets and accuracies. Writes one row a trial, number of architectures and deviation (protocol:
Laube, Mutschler and Zell 2022, section 5).
"""

import logging

import pandas as pd

from hwpred.joblog import start_job_log
from hwpred.selection.reading import accuracy_facts, possible_counts, read_selectable, whole_of
from hwpred.selection.simulation import generator_names, paired, simulate
from hwpred.tables import read_metadata, say_what_made_them, write_table

logger = logging.getLogger(__name__)


def simulate_selection(files, combination, settings, output):
    """Simulate and write the table.

    Parameters
    ----------
    files : sequence of path
        Architectures, targets, accuracies.
    combination : str
    settings : dict
        The configuration's ``selection`` and the run's seed (``run_seed``).
    output : path
    """
    metadata = read_metadata(files[1], "targets", {"combination": combination})
    operations, accuracy, metric = read_selectable(*files)
    # YAML reads true as a boolean, the command line as text.
    pairing = str(settings["pairing"]).lower()
    accuracy, metric = paired(operations, accuracy, metric, pairing)
    told = accuracy_facts(files[2])
    options = {
        "stds": settings["deviation_std"],
        "trials": settings["trials"],
        "names": generator_names(settings["run_seed"], combination),
        "whole": whole_of(told["accuracy_unit"]),
    }
    parts = []
    for count in possible_counts(settings["architectures"], len(metric), combination):
        parts.append(simulate(accuracy, metric, architectures=count, **options))
        logger.info("%d trials of %d architectures done", settings["trials"], count)
    facts = {"pairing": pairing, "trials": settings["trials"], **told}
    write_table(pd.concat(parts), output, "selection", {**metadata, **facts})


if __name__ == "__main__":
    job = globals()["snakemake"]  # placed here by Snakemake
    start_job_log(job.log[0])
    say_what_made_them(job.params.items())
    simulate_selection(
        (job.input.architectures, job.input.targets, job.input.accuracy),
        job.wildcards.combination,
        job.params.settings,
        job.output.simulation,
    )
